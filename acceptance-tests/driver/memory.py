# SPDX-License-Identifier: MPL-2.0
"""What a program and everything below it takes, and what of it is still there afterwards."""

import os
import threading
from pathlib import Path

_SECONDS = 1.0


def _parents() -> dict[int, int]:
    """Parent of every process."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it has just ended
    return found


def below(root: int) -> list[int]:
    """The process and all that came from it. Those in namespaces of their own count: each has its first process below us."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents().items():
        children.setdefault(parent, []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _proportional_bytes(pid: int) -> int:
    """Its share of memory: pages of several processes are divided among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # ended, or of another user
    return 0


def _identity(pid: int) -> tuple[int, str] | None:
    """A number is given out again; with the time of its start it means one process."""
    try:
        return pid, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return None


def _network(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/net")
    except OSError:
        return ""


class Watch:
    """Looks once a second at a program and all below it: `peak_bytes`, and what is left of them when they should be gone."""

    def __init__(self, root: int):
        self.peak_bytes = 0
        self._root = root
        self._seen: set[tuple[int, str]] = set()
        self._networks: set[str] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def left(self) -> list[str]:
        """Processes that are still there, and network namespaces that somebody still has."""
        alive = [known[0] for known in self._seen if _identity(known[0]) == known and self._is_alive(known[0])]
        found = [f"process {pid} ({self._name(pid)})" for pid in sorted(alive)]
        own = _network(os.getpid())
        kept = {_network(int(path.name)) for path in Path("/proc").glob("[0-9]*")} & self._networks - {own, ""}
        return found + [f"network namespace {name}" for name in sorted(kept)]

    def _watch(self) -> None:
        while not self._stopped.wait(_SECONDS):
            pids = below(self._root)
            self.peak_bytes = max(self.peak_bytes, sum(map(_proportional_bytes, pids)))
            self._seen.update(filter(None, map(_identity, pids)))
            self._networks.update(map(_network, pids))

    @staticmethod
    def _is_alive(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    @staticmethod
    def _name(pid: int) -> str:
        try:
            return Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return "?"
