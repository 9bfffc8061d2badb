# SPDX-License-Identifier: MPL-2.0
"""OpenTofu or Terraform, installing the provider from a filesystem mirror as a user without a registry would."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from driver import places, processes

_PROBE = 'terraform {\n  required_providers {\n    spcs = { source = "spcs/spcs" }\n  }\n}\n'
_SHOWN = 4000  # characters of an output that a failure quotes
NAMES = {"tofu": "OpenTofu", "terraform": "Terraform"}


class ClientError(Exception):
    pass


@dataclass
class Result:
    """What one command of a client left: exit code and both outputs without colours."""

    command: str
    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def plain(self) -> str:
        """The outputs with the frames of diagnostics removed and line breaks as spaces: for finding sentences."""
        return re.sub(r"\s+", " ", re.sub(r"(?m)^[│╷╵ ]+", "", self.text))

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= _SHOWN else "[…]" + self.text[-_SHOWN:]
        return f"`{self.command}` ended with {self.code}:\n{shown}"


class Client:
    """A client's program and, in `folder`, the mirror that it installs the provider from."""

    def __init__(self, name: str, folder: Path):
        program = places.client_program(name)
        if program is None:
            raise places.Missing(f"{NAMES[name]} is not on PATH")
        self.name, self.program, self.folder = name, program, Path(folder)
        self.title = NAMES[name]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.home = self.folder / "home"
        self.home.mkdir(exist_ok=True)
        self.config = self.folder / "client.rc"
        self._write_mirror()

    def environment(self) -> dict[str, str]:
        """Ours without what a developer's shell says to clients and providers."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "SNOWFLAKE_", "TOFU_"))}
        kept |= {
            "HOME": str(self.home),
            "TMPDIR": str(self.folder),
            "TF_CLI_CONFIG_FILE": str(self.config),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
        }
        kept.pop("XDG_CONFIG_HOME", None)
        return kept

    def _default_host(self) -> str:
        """The client's own default registry, under which it looks for `spcs/spcs` in a mirror."""
        probe = self.folder / "probe"
        probe.mkdir(exist_ok=True)
        (probe / "main.tf").write_text(_PROBE)
        answer = subprocess.run(
            [self.program, "providers"], cwd=probe, env=self.environment(), capture_output=True, text=True, check=False
        )
        found = re.search(r"provider\[([^/\]]+)/spcs/spcs", answer.stdout)
        if not found:
            raise ClientError(f"{self.title} does not name its default registry:\n{answer.stdout}{answer.stderr}")
        return found.group(1)

    def _write_mirror(self) -> None:
        mirror = self.folder / "mirror"
        self.config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
        self.host = self._default_host()
        self.install("spcs/spcs")

    def install(self, source: str) -> str:
        """Puts our program into the mirror under `namespace/name` of the client's default registry, also as a stand-in
        for a provider that nobody calls but whose address a state names. Returns the full address."""
        target = self.folder / "mirror" / self.host / source / places.VERSION / "linux_amd64"
        target.mkdir(parents=True, exist_ok=True)
        installed = target / f"terraform-provider-{source.split('/')[1]}_v{places.VERSION}"
        installed.unlink(missing_ok=True)
        shutil.copy2(places.binary("terraform-provider-spcs"), installed)
        return f"{self.host}/{source}"


class Workspace:
    """A configuration in a temporary folder, under one client, with the environment of one account."""

    def __init__(self, client: Client, folder: Path, environment: dict[str, str] | None = None):
        self.client, self.folder = client, Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environment = client.environment() | (environment or {})
        self.running: subprocess.Popen | None = None

    @classmethod
    def of_example(cls, client: Client, folder: Path, example: str, environment=None) -> "Workspace":
        """A copy of an example, with the modules where its relative paths expect them."""
        ignore = shutil.ignore_patterns(".terraform*", "terraform.tfstate*", "tests")
        for tree in ("modules", f"examples/{example}"):
            shutil.copytree(places.ROOT / tree, Path(folder) / tree, ignore=ignore)
        return cls(client, Path(folder) / "examples" / example, environment)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    # --- Running -------------------------------------------------------------------------------------------------------

    def start(self, *arguments: str, environment=None, visible: bool = False) -> subprocess.Popen:
        """Starts a command and returns at once; outputs are read by `finish`."""
        pipe = None if visible else subprocess.PIPE
        self.running = processes.start(
            [self.client.program, *arguments],
            cwd=self.folder,
            env=self.environment | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
            errors="replace",
        )
        self._command = " ".join([self.client.name, *arguments])
        return self.running

    def finish(self, timeout: float = 300) -> Result:
        process = self.running
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                out, err = process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
            raise ClientError(f"`{self._command}` did not end within {timeout:g} s:\n{out}{err}") from None
        finally:
            if process.poll() is not None:
                processes.finished(process)
        return Result(self._command, process.returncode, out or "", err or "")

    def run(self, *arguments: str, timeout: float = 300, environment=None, visible: bool = False) -> Result:
        self.start(*arguments, environment=environment, visible=visible)
        return self.finish(timeout)

    def interrupt(self) -> None:
        """Ctrl-C, as a terminal sends it: to the client and to the provider it started."""
        os.killpg(self.running.pid, signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL to the client alone; the provider has to notice that it is gone."""
        process = self.running
        reader = threading.Thread(target=process.communicate, daemon=True)
        processes.kill_session(process)
        reader.start()
        reader.join(10)

    # --- Commands --------------------------------------------------------------------------------------------------------

    def init(self, **options) -> Result:
        return self.checked("init", "-no-color", **options)

    def checked(self, *arguments: str, codes=(0,), **options) -> Result:
        result = self.run(*arguments, **options)
        if result.code not in codes:
            raise ClientError(str(result))
        return result

    def apply(self, *arguments: str, **options) -> Result:
        return self.run("apply", "-no-color", "-auto-approve", *arguments, **options)

    def destroy(self, *arguments: str, **options) -> Result:
        return self.run("destroy", "-no-color", "-auto-approve", *arguments, **options)

    def plan(self, *arguments: str, **options) -> Result:
        """Exit code 0: no changes, 2: changes, 1: error."""
        return self.run("plan", "-no-color", "-detailed-exitcode", *arguments, **options)

    def plan_json(self, *arguments: str, **options) -> dict:
        """The plan as the client's JSON; the planned file is plan.out."""
        self.checked("plan", "-no-color", "-out=plan.out", *arguments, **options)
        return json.loads(self.checked("show", "-json", "plan.out").out)

    def changes(self, *arguments: str, **options) -> dict[str, list[str]]:
        """Address -> actions of everything that the plan touches."""
        plan = self.plan_json(*arguments, **options)
        found = {change["address"]: change["change"]["actions"] for change in plan.get("resource_changes", [])}
        return {address: actions for address, actions in found.items() if actions not in (["no-op"], ["read"])}

    def state(self) -> dict[str, dict]:
        """Address -> attribute values of everything in the state."""
        shown = json.loads(self.checked("show", "-json").out)
        found = {}

        def collect(module: dict) -> None:
            for resource in module.get("resources", []):
                found[resource["address"]] = resource["values"]
            for child in module.get("child_modules", []):
                collect(child)

        collect(shown.get("values", {}).get("root_module", {}))
        return found

    def outputs(self) -> dict:
        return {name: output["value"] for name, output in json.loads(self.checked("output", "-json").out).items()}

    def state_text(self) -> str:
        return (self.folder / "terraform.tfstate").read_text()
