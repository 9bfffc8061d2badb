# SPDX-License-Identifier: MPL-2.0
"""python -m node.head [options of `ray start`]: the container of Ray's head.

Ray is the reason for the container: when it ends, the container does. Jupyter, the keeper of the Serve configuration
and the copies of logs run beside it and are started again when they end.

    RAY_TEMP_DIR    default: what --temp-dir says, else /tmp/ray
    NOTEBOOK_HOME   default /home/snowflake; NOTEBOOK_PORT default 8888, NOTEBOOK_HOST default 0.0.0.0
    JUPYTER         "on" (default) or "off"; JUPYTER_TOKEN default "": the endpoint is guarded by the account's roles
    NOTEBOOKS       default /opt/spcs/notebooks: notebooks that are put into the home when it has none of that name
    RAY_LOGS_DIR    default /raylogs; "" copies no logs
    and those of node.keeper and node.ray_start
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from node import ray_start, slow_start
from node.supervise import Program, Supervisor, fail, say


def jupyter_command(home: Path, private: Path, environment) -> list[str]:
    """The home is a stage, which knows no rename and no locks: what Jupyter needs besides notebooks is elsewhere."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.ip={environment.get('NOTEBOOK_HOST', '0.0.0.0')}",
        f"--ServerApp.port={environment.get('NOTEBOOK_PORT', '8888')}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={home}",
        # Whoever reaches the port has passed the ingress, which calls it by a public name.
        f"--IdentityProvider.token={environment.get('JUPYTER_TOKEN', '')}",
        "--ServerApp.allow_remote_access=True",
        "--ServerApp.allow_origin=*",
        "--FileContentsManager.use_atomic_writing=False",
        f"--FileCheckpoints.checkpoint_dir={private / 'checkpoints'}",
        f"--NotebookNotary.db_file={private / 'signatures.db'}",
    ]


def jupyter_environment(private: Path, environment: dict[str, str]) -> dict[str, str]:
    folders = {
        name: str(private / name.lower())
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR")
    }
    return environment | folders | {"JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces")}


def put_notebooks(source: Path, home: Path) -> None:
    """The notebooks of the image, where the user has none of that name."""
    for notebook in sorted(source.glob("*.ipynb")):
        target = home / notebook.name
        try:
            home.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                target.write_bytes(notebook.read_bytes())
        except OSError as error:
            say(f"head: {notebook.name} cannot be put into {home}: {error}")


def programs(arguments: list[str]) -> tuple[Program, list[Program], Callable[[], bool]]:
    """Ray, what runs beside it, and whether Ray's node is up."""
    chosen = ray_start.options(arguments, os.environ, head=True)
    if "node-ip-address" not in chosen and (own := ray_start.own_address()):
        chosen["node-ip-address"] = own
    temp_dir = Path(str(chosen["temp-dir"]))
    temp_dir.mkdir(parents=True, exist_ok=True)
    slow_start.watch(temp_dir, chosen)
    environment = ray_start.environment_for_ray(os.environ, chosen, head=True)
    environment["RAY_TEMP_DIR"] = str(temp_dir)
    environment.setdefault("RAY_DASHBOARD_URL", f"http://127.0.0.1:{chosen['dashboard-port']}")
    # Cells of the notebook join this cluster, and not one of their own.
    notebook_environment = environment | {"RAY_ADDRESS": f"{chosen.get('node-ip-address', '127.0.0.1')}:{chosen['port']}"}

    def is_up() -> bool:
        return ray_start.node_is_up(str(chosen["dashboard-agent-listen-port"]))

    ray = Program("ray", ray_start.command({"head": None, **chosen}), environment)
    helpers = [Program("keeper", [sys.executable, "-m", "node.keeper"], environment)]
    if os.environ.get("RAY_LOGS_DIR", "/raylogs"):
        helpers.append(Program("log copies", [sys.executable, "-m", "node.log_copies"], environment))
    if os.environ.get("JUPYTER", "on") != "off":
        home = Path(os.environ.get("NOTEBOOK_HOME", "/home/snowflake"))
        private = temp_dir / "jupyter"
        shutil.rmtree(private / "jupyter_runtime_dir", ignore_errors=True)
        private.mkdir(parents=True, exist_ok=True)
        put_notebooks(Path(os.environ.get("NOTEBOOKS", "/opt/spcs/notebooks")), home)
        command = jupyter_command(home, private, os.environ)
        notebook_environment = jupyter_environment(private, notebook_environment)
        # Later than Ray, whose parts give each other seconds to appear: a small node would not keep that.
        helpers.append(
            Program(
                "jupyter",
                command,
                notebook_environment,
                str(private / "jupyter.log"),
                may_start=is_up,
            )
        )
    return ray, helpers, is_up


def main(arguments: list[str]) -> int:
    try:
        ray, helpers, is_up = programs(arguments)
    except (ray_start.StartError, OSError) as error:
        return fail(f"head: {error}")
    return Supervisor(ray, helpers, is_up=is_up).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
