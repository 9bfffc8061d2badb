# SPDX-License-Identifier: MPL-2.0
"""A running spcs-emulator with a data folder of its own, and its admin API."""

import json
import time
import urllib.error
import urllib.request
from pathlib import Path

from driver import places, processes
from driver.account import Account

_START_SECONDS = 20


class AdminError(Exception):
    pass


class Emulator:
    """Starts at once; `stop()` ends it. The folder stays, so that another start finds the same account.

    images: "any", or a list of references. speed 0: every change of state at once.
    """

    def __init__(
        self,
        folder: Path,
        images="any",
        speed: float = 0,
        scenarios: Path | None = None,
        options=(),
        outlive: bool = False,
    ):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.home = self.folder / "home"
        self._outlive = outlive
        self._options = [f"--speed={speed:g}", *options]
        if images == "any":
            self._options.append("--images=any")
        else:
            listed = self.folder / "images.txt"
            listed.write_text("".join(f"{image}\n" for image in images))
            self._options.append(f"--images={listed}")
        scenarios = scenarios or places.ROOT / "emulator" / "scenarios"
        if scenarios.is_dir():
            self._options.append(f"--scenarios={scenarios}")
        self.start()

    def start(self) -> None:
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        self.log_path = self.folder / "emulator.log"
        with open(self.log_path, "ab") as log:
            self.process = processes.start(
                [
                    places.binary("spcs-emulator"),
                    "--listen=127.0.0.1:0",
                    f"--port-file={port_file}",
                    f"--data-dir={self.home}",
                    "--runtime=simulated",
                    *self._options,
                ],
                outlive=self._outlive,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not port_file.exists():
            if self.process.poll() is not None:
                raise AdminError(f"spcs-emulator ended at once:\n{self.log()}")
            if time.monotonic() > deadline:
                self.stop()
                raise AdminError(f"spcs-emulator did not answer within {_START_SECONDS} s:\n{self.log()}")
            time.sleep(0.01)
        self.port = int(port_file.read_text())

    def stop(self) -> None:
        processes.stop(self.process)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def environment(self, connection: str = "") -> dict[str, str]:
        """What a client needs to find the account."""
        found = {"SNOWFLAKE_HOME": str(self.home)}
        if connection:
            found["SNOWFLAKE_DEFAULT_CONNECTION_NAME"] = connection
        return found

    # --- SQL, as an administrator ------------------------------------------------------------------------------------

    def sql(self, statement: str, connection: str = "emulator_admin") -> list[dict]:
        return Account(self.home, connection).execute(statement)

    def grant(self, statements=None) -> None:
        """Gives the demo's role what docs/guides/privileges.md lists, or the given statements."""
        account = Account(self.home)
        for statement in places.guide_statements() if statements is None else statements:
            account.execute(statement)

    # --- The admin API -------------------------------------------------------------------------------------------------

    def call(self, method: str, path: str, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/emulator/{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else (b"" if method != "GET" else None),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AdminError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from None

    def stats(self) -> dict:
        return self.call("GET", "stats")

    def statements(self, after: int = 0) -> list[dict]:
        return self.call("GET", f"statements?after={after}")["statements"]

    def last_statement(self) -> int:
        numbers = [entry["number"] for entry in self.statements()]
        return max(numbers, default=0)

    def objects(self) -> dict[str, list[dict]]:
        return self.call("GET", "objects")

    def names(self, kind: str) -> list[str]:
        """Full names of everything of a kind, as in DB.SCHEMA.NAME."""
        rows = self.objects().get(kind, [])
        parts = [(row.get("database_name"), row.get("schema_name"), row["name"]) for row in rows]
        return sorted(".".join(part for part in name if part) for name in parts)

    def mutate(self, kind: str, name: str, **change) -> None:
        self.call("POST", "objects:mutate", {"kind": kind, "name": name, **change})

    def advance(self, seconds: float) -> None:
        self.call("POST", "clock:advance", {"seconds": seconds})

    def faults(self, *rules: dict) -> None:
        """Replaces all fault rules."""
        self.call("PUT", "faults", list(rules))

    def held(self) -> int:
        return self.call("GET", "faults")["held"]

    def release(self) -> None:
        self.call("POST", "faults:release")

    def token(self, **request) -> str:
        return self.call("POST", "tokens", request)["token"]
