# SPDX-License-Identifier: MPL-2.0
"""A real Ray cluster on this machine: the images' own entrypoints as local processes, each a raylet of its own."""

import atexit
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from places import IMAGES, RAY_CODE, python_of

LABEL = "custom_llm_serving_label"
_STARTS = 6  # of one node, in all
_PER_NODE = 40  # ports: those with a name, then some for worker processes


def free_block(size: int) -> int:
    """The first of `size` ports that nobody listens on now. Below the range from which the kernel takes its own, and
    outside the one that Ray keeps for workers."""
    for _ in range(200):
        first = random.randrange(20000, 32000 - size, 10)
        with contextlib.ExitStack() as held:
            try:
                for port in range(first, first + size):
                    held.enter_context(socket.create_server(("0.0.0.0", port)))
            except OSError:
                continue
            return first
    raise RuntimeError("no block of free ports was found")


class Node:
    """One entrypoint with a folder of its own."""

    def __init__(self, folder: Path, module: str, arguments: list[str], environment: dict[str, str]):
        self.folder, self.log_path = folder, folder.with_suffix(".log")
        self._command = [str(python_of("venv-ray")), "-B", "-m", module, *arguments]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._environment = kept | {"PYTHONPATH": str(RAY_CODE), "RAY_TEMP_DIR": str(folder)} | environment
        self.process: subprocess.Popen | None = None
        self._starts, self.last = 0, {}

    def start(self, **environment: str) -> None:
        self._starts, self.last = self._starts + 1, environment
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ["nice", "-n", "10", *self._command],
                env=self._environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def restart_when_ended(self) -> None:
        """As the platform does. On a busy machine Ray's parts sometimes wait too short for each other."""
        if self.process and self.process.poll() is not None and self._starts < _STARTS:
            self.kill()
            self.start(**self.last)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def stop(self) -> int | None:
        """As the platform does: SIGTERM to the entrypoint, some seconds, then the end of all that it started."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        return self.kill()

    def kill(self) -> int | None:
        """SIGKILL to every process of the entrypoint's session, as when a container is gone. Returns its exit code."""
        if self.process is None:
            return None
        for _ in range(20):
            processes = session_members(self.process.pid)
            if not processes:
                break
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.1)
        code = self.process.wait()
        self.process = None
        return code


def session_members(session: int) -> list[int]:
    """Processes of a session that still run; those that have ended and wait for their parent do not count."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


class Cluster:
    """A head and workers with declared GPUs and the label. Use as a context."""

    def __init__(self, workers: int = 2, gpus: int = 4, jupyter: bool = False):
        # Short: the paths of Ray's sockets lie below.
        self.folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))
        first = free_block(_PER_NODE * (workers + 1))
        self.gcs, self.dashboard, self.serve, self.notebook = first, first + 1, first + 2, first + 3
        self.metrics = [first + 9 + _PER_NODE * number for number in range(workers + 1)]
        common = {"RAY_OBJECT_STORE_MEMORY": "100000000"}
        self.home = self.folder / "home"
        self.head = Node(
            self.folder / "h",
            "node.head",
            [f"--port={self.gcs}", f"--dashboard-port={self.dashboard}", f"--ray-client-server-port={first + 4}"]
            + self._ports(first),
            common
            | {
                "RAY_NUM_CPUS": "2",
                "RAY_NUM_GPUS": "0",
                "RAY_DASHBOARD_HOST": "127.0.0.1",
                "NOTEBOOK_HOME": str(self.home),
                "NOTEBOOKS": str(IMAGES / "ray-head" / "notebooks"),
                "NOTEBOOK_HOST": "127.0.0.1",
                "NOTEBOOK_PORT": str(self.notebook),
                "JUPYTER": "on" if jupyter else "off",
                "RAY_LOGS_DIR": str(self.folder / "raylogs"),
                "SERVE_STATE_DIR": str(self.home / ".spcs"),
                "SERVE_POLL_SECONDS": "1",
            },
        )
        self.workers = [
            Node(
                self.folder / f"w{number}",
                "node.worker",
                self._ports(first + _PER_NODE * number)
                + ["--resources=" + json.dumps({LABEL: 1}), "--include-log-monitor=false"],
                common
                | {"RAY_NUM_CPUS": "5", "RAY_NUM_GPUS": str(gpus), "RAY_HEAD_DASHBOARD": f"127.0.0.1:{self.dashboard}"},
            )
            for number in range(1, workers + 1)
        ]

    @staticmethod
    def _ports(first: int) -> list[str]:
        return [
            f"--node-manager-port={first + 6}",
            f"--object-manager-port={first + 7}",
            f"--runtime-env-agent-port={first + 8}",
            f"--metrics-export-port={first + 9}",
            f"--dashboard-agent-grpc-port={first + 10}",
            f"--dashboard-agent-listen-port={first + 11}",
            f"--min-worker-port={first + 12}",
            f"--max-worker-port={first + _PER_NODE - 1}",
        ]

    def __enter__(self) -> "Cluster":
        # A run that is interrupted leaves no context.
        atexit.register(self._kill)
        try:
            self.start_head()
            # Ray on one machine announces the machine's own address, whatever it is told.
            address = self.wait("the head's node", 180, lambda: self.nodes()[0]["node_ip"])
            for worker in self.workers:
                worker.start(RAY_HEAD_ADDRESS=f"{address}:{self.gcs}")
            self.wait("the workers", 240, lambda: len(self.alive_workers()) == len(self.workers))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        for node in [*self.workers, self.head]:
            if node.process and node.process.poll() is None:
                node.process.send_signal(signal.SIGTERM)
        for node in [*self.workers, self.head]:
            node.stop()
        self._kill()
        atexit.unregister(self._kill)

    def _kill(self) -> None:
        for node in [*self.workers, self.head]:
            node.kill()
        if not os.environ.get("SPCS_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def start_head(self, **environment: str) -> None:
        self.head.start(**environment)
        self.wait("the head", 150, lambda: self.get("/api/gcs_healthz", text=True) == "success")

    def restart_worker(self, worker: Node) -> None:
        """As the platform does with a container that has died."""
        worker.kill()
        worker.start(**worker.last)

    def restart_head(self, **environment: str) -> None:
        """Workers end by themselves when their head is gone, but take a minute for it: they are started again, too."""
        for node in (self.head, *self.workers):
            node.kill()
        self.head.log_path.write_text("")
        self.start_head(**environment)
        address = self.wait("the head's node", 120, lambda: self.nodes()[0]["node_ip"])
        for worker in self.workers:
            worker.start(RAY_HEAD_ADDRESS=f"{address}:{self.gcs}")

    # --- Asking it -----------------------------------------------------------------------------------------------------

    def get(self, path: str, text: bool = False, port: int | None = None, seconds: float = 60):
        url = f"http://127.0.0.1:{port or self.dashboard}{path}"
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            content = answer.read().decode()
        return content if text else json.loads(content)

    def nodes(self) -> list[dict]:
        return self.get("/api/v0/nodes?limit=1000")["data"]["result"]["result"]

    def alive_workers(self) -> list[dict]:
        return [
            node
            for node in self.nodes()
            if node["state"] == "ALIVE" and not node["is_head_node"] and node["resources_total"].get(LABEL, 0) >= 1
        ]

    def applications(self) -> dict:
        return self.get("/api/serve/applications/")["applications"]

    def put(self, *applications: dict) -> None:
        config = {
            "applications": list(applications),
            "http_options": {"host": "127.0.0.1", "port": self.serve},
            "grpc_options": {"port": self.serve + 3},
            # A proxy on each node would want the same port of this one machine.
            "proxy_location": "HeadOnly",
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.dashboard}/api/serve/applications/",
            method="PUT",
            data=json.dumps(config).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120):
            pass

    def wait_running(self, name: str, seconds: float = 120) -> dict:
        def look():
            shown = self.applications().get(name, {})
            if shown.get("status") == "DEPLOY_FAILED":
                raise AssertionError(f"{name} is DEPLOY_FAILED: {shown['message']} {shown['deployments']}")
            return shown if shown.get("status") == "RUNNING" else None

        return self.wait(f"{name} to be RUNNING", seconds, look)

    def wait(self, what: str, seconds: float, look):
        """The first true answer of `look`; what is not there yet may raise."""
        deadline, last = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            try:
                if found := look():
                    return found
            except (OSError, ValueError, KeyError, IndexError, urllib.error.URLError) as error:
                last = error
            for node in (self.head, *self.workers):
                node.restart_when_ended()
            time.sleep(0.3)
        logs = "\n".join(f"--- {n.log_path.name}\n{n.log()[-3000:]}" for n in [self.head, *self.workers] if n.process)
        raise AssertionError(f"waited {seconds:g} s for {what}: {last}\n{logs}")


def application(name: str = "vicuna13bapi", gpus: int = 8, **arguments) -> dict:
    """The application as the module writes it, with the toy engine."""
    bundle = {"CPU": 1, "GPU": 1, LABEL: 0.001}
    return {
        "name": name,
        "route_prefix": f"/{name}",
        "import_path": "serve_app.app:build",
        "args": {"model": "toy/words", "tensor_parallel_size": gpus, "seed": 123} | arguments,
        "deployments": [
            {
                "name": "LLM",
                "num_replicas": 1,
                "max_ongoing_requests": 100,
                "ray_actor_options": {"num_cpus": 1, "num_gpus": 0},
                "placement_group_bundles": [bundle] * gpus,
                "placement_group_strategy": "PACK",
            }
        ],
    }
