# SPDX-License-Identifier: MPL-2.0
"""Snowflake's own command line client, unmodified, as `script/bootstrap --test` installs it."""

import json
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from driver import places, processes
from driver.emulator import Emulator

_SECONDS = 300


@dataclass
class Said:
    """What one command left."""

    command: str
    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        # The client draws frames around errors and breaks lines inside them.
        plain = "".join(" " if c in "│╭╮╰╯─" else c for c in self.out + self.err)
        return " ".join(plain.split())

    @property
    def rows(self) -> list[dict]:
        """The answer of a command with --format json: one row or several."""
        answer = json.loads(self.out)
        rows = answer if isinstance(answer, list) else [answer]
        return [{key.lower(): value for key, value in row.items()} for row in rows]

    def __str__(self) -> str:
        return f"`{self.command}` ended with {self.code}:\n{self.out}{self.err}"


def environment(emulator: Emulator, connection: str = "emulator") -> dict[str, str]:
    """What the vendor's programs need to find the emulator."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "LC_ALL": "C.UTF-8",
        "HOME": str(emulator.folder),
        "SNOWFLAKE_HOME": str(emulator.home),
        "SNOWFLAKE_DEFAULT_CONNECTION_NAME": connection,
        # It would ask a package registry for its own newest version.
        "SNOWFLAKE_CLI_IGNORE_NEW_VERSION_WARNING": "true",
        "COLUMNS": "400",
    }


class Snow:
    """The client under one connection of an emulator's connections.toml. Call stop() at the end."""

    def __init__(self, emulator: Emulator, connection: str = "emulator"):
        program = places.snow_program()
        if program is None:
            raise places.Missing("Snowflake's CLI is not installed: run script/bootstrap --test")
        self.program = program
        self.python = program.parent / "python"
        self.environment = environment(emulator, connection)
        self._out, self._err = emulator.folder / "snow.out", emulator.folder / "snow.err"
        self._server = processes.start(
            [self.python, Path(__file__).with_name("snow_forks.py")],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def stop(self) -> None:
        self._server.stdin.close()
        self._server.stdout.close()
        processes.stop(self._server)

    def run(self, *arguments: str) -> Said:
        request = {"argv": arguments, "out": str(self._out), "err": str(self._err)}
        watchdog = threading.Timer(_SECONDS, self._server.kill)
        watchdog.start()
        try:
            print(json.dumps(request), file=self._server.stdin, flush=True)
            answer = self._server.stdout.readline()
        finally:
            watchdog.cancel()
        command = "snow " + " ".join(arguments)
        if not answer:
            raise AssertionError(f"`{command}` did not end within {_SECONDS} s")
        return Said(command, json.loads(answer)["code"], self._out.read_text(), self._err.read_text())
