# SPDX-License-Identifier: MPL-2.0
"""python -m node.log_copies: copies Ray's logs to a folder that outlives the node.

The folder is a stage: files there are written whole, from start to end. So a log that has grown is written again, and of
a long one only its end.

    RAY_TEMP_DIR          default /tmp/ray; the logs are in session_latest/logs below it
    RAY_LOGS_DIR          default /raylogs; each session of Ray gets a folder of its own in it
    RAY_LOGS_SECONDS      default 300
"""

import os
import signal
import sys
import threading
from pathlib import Path

from node.supervise import say

_LARGEST = 4 * 1024 * 1024  # bytes of a log's end that are copied
_FILES = 2000  # a cluster that restarts its workers all the time makes more files than anybody will read


class Copies:
    def __init__(self, temp_dir: Path, target: Path):
        self._temp_dir, self._target = Path(temp_dir), Path(target)
        self._seen: dict[str, tuple[int, int]] = {}

    def copy(self) -> int:
        """Copies what has changed since the last time; returns how many files."""
        session = (self._temp_dir / "session_latest").resolve()
        logs = session / "logs"
        copied = 0
        for folder, _, names in os.walk(logs):
            for name in sorted(names):
                copied += self._copy_file(Path(folder) / name, session.name, logs)
        return copied

    def _copy_file(self, file: Path, session: str, logs: Path) -> bool:
        key = f"{session}/{file.relative_to(logs)}"
        try:
            status = file.stat()
        except OSError:  # gone since the folder was read
            return False
        state = (status.st_mtime_ns, status.st_size)
        if file.is_symlink() or self._seen.get(key) == state or (key not in self._seen and len(self._seen) >= _FILES):
            return False
        with open(file, "rb") as source:
            source.seek(max(0, status.st_size - _LARGEST))
            content = source.read(_LARGEST)
        target = self._target / key
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb") as copy:
            copy.write(content)
        self._seen[key] = state
        return True


def main() -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    environment = os.environ
    copies = Copies(
        Path(environment.get("RAY_TEMP_DIR", "/tmp/ray")), Path(environment.get("RAY_LOGS_DIR", "/raylogs"))
    )
    seconds, told = float(environment.get("RAY_LOGS_SECONDS", "300")), ""
    while True:
        stopped = stop.wait(seconds)
        try:
            copies.copy()
        except OSError as error:
            if str(error) != told:
                say(f"log copies: {error}")
            told = str(error)
        if stopped:
            return 0


if __name__ == "__main__":
    sys.exit(main())
