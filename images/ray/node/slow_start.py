# SPDX-License-Identifier: MPL-2.0
"""Keeps Ray's node alive on a machine that is busy while it starts.

A node gives its agents 15 s to write down on which ports they listen, and ends when they have not; Ray 2.60 has no
option for it. Our ports are pinned, so the node need not wait for news: after some seconds the files are written here.
The agents write the same into them when they are up.
"""

import contextlib
import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path

_PATIENCE_SECONDS = 8
_NODE_ID = re.compile(r"Setting node ID node_id=([0-9a-f]+)")

# File of the session's folder, without the node's id -> option of `ray start`.
_FILES = {
    "dashboard_agent_listen_port": "dashboard-agent-listen-port",
    "metrics_agent_port": "dashboard-agent-grpc-port",
    "metrics_export_port": "metrics-export-port",
    "runtime_env_agent_port": "runtime-env-agent-port",
}


class PortFiles:
    """Looks at the sessions below Ray's folder; `look` is called each second."""

    def __init__(self, temp_dir: Path, options: Mapping[str, str | None], patience: float = _PATIENCE_SECONDS):
        self._temp_dir, self._patience = Path(temp_dir), patience
        self._ports = {file: options[option] for file, option in _FILES.items() if options.get(option)}
        self._seen: dict[str, float] = {}

    def look(self) -> list[str]:
        """Writes what is due; returns the names of the files."""
        written = []
        for session in self._temp_dir.glob("session_2*"):
            node = self._node(session)
            if node is None or time.monotonic() - self._seen.setdefault(node, time.monotonic()) < self._patience:
                continue
            for file, port in self._ports.items():
                with contextlib.suppress(FileExistsError), open(session / f"{file}_{node}", "x") as target:
                    target.write(str(port))
                    written.append(file)
        return written

    @staticmethod
    def _node(session: Path) -> str | None:
        """The id of the session's newest node on this machine, once it has one. Of a container that was started again
        the session is the same, and so is its folder: the second node logs to raylet.1.out."""
        try:
            newest = max((session / "logs").glob("raylet*.out"), key=lambda log: log.stat().st_mtime_ns)
            with open(newest, errors="replace") as log:
                found = _NODE_ID.search(log.read(65536))
        except (OSError, ValueError):
            return None
        return found[1] if found else None


def watch(temp_dir: Path, options: Mapping[str, str | None]) -> None:
    """Looks each second for as long as this process lives."""
    files = PortFiles(temp_dir, options)

    def loop() -> None:
        while True:
            with contextlib.suppress(OSError):  # a session that goes, a disk that is full: Ray says so itself
                files.look()
            time.sleep(1)

    threading.Thread(target=loop, daemon=True).start()
