# SPDX-License-Identifier: MPL-2.0
"""Several clients at the same time, each in a runner of its own: most tests wait, so two cores have room for both."""

import dataclasses
import json
import sys
import tempfile
from pathlib import Path

from driver import places, processes


@dataclasses.dataclass
class Counts:
    """How many tests ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(dataclasses.asdict(self)))

    def add(self, path: Path) -> bool:
        """Adds what another runner wrote; false when it wrote nothing."""
        if not path.exists():
            return False
        for name, value in json.loads(path.read_text()).items():
            setattr(self, name, getattr(self, name) + value)
        return True

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(clients: list[str], arguments: list[str], counts: Counts) -> int | None:
    """Runs every client and adds up its counts; returns an exit code when one could not go to the end.

    Classes that have nothing to do with the client run beside the first one only.
    """
    program = places.ROOT / "acceptance-tests" / "run"
    with tempfile.TemporaryDirectory(prefix="spcs-counts-") as folder:
        runners = {}
        for number, client in enumerate(clients):
            command = [sys.executable, program, f"--client={client}", f"--counts={folder}/{client}", *arguments]
            runners[client] = processes.start([*command, *(["--not-once"] if number else [])])
        try:
            codes = {client: runner.wait() for client, runner in runners.items()}
        except KeyboardInterrupt:
            processes.stop_all()
            return 130
        for client, code in codes.items():
            processes.finished(runners[client])
            if not counts.add(Path(folder) / client):
                print(f"the runner of {client} ended early, with {code}", file=sys.stderr)
                return code or 2
    return None
