# SPDX-License-Identifier: MPL-2.0
"""Tells, while a client is at work, which containers it waits for and since when."""

import threading
import time
from collections.abc import Callable

from driver.account import Account, SqlError
from driver.emulator import Emulator

_LOOK_SECONDS = 2
_REPEAT_SECONDS = 15


class Progress:
    """Between `with` and its end: a line whenever what is waited for changes, and every 15 s while it does not."""

    def __init__(self, emulator: Emulator, say: Callable[[str], None]):
        self._emulator, self._say = emulator, say
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self):
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()

    def _waiting(self) -> list[str]:
        """Containers that are not yet what they are to be."""
        account = Account(self._emulator.home, "emulator_admin")
        found = []
        for service in account.execute("SHOW SERVICES IN ACCOUNT"):
            name = f'{service["database_name"]}.{service["schema_name"]}.{service["name"]}'
            if service["status"] in ("DONE", "SUSPENDED", "DELETED", "DELETING"):
                continue
            rows = account.execute(f"SHOW SERVICE CONTAINERS IN SERVICE {name}")
            waiting = [row for row in rows if row["status"] not in ("READY", "DONE")]
            if service["is_job"] == "true" or waiting or not rows:
                what = ", ".join(sorted({f'{row["container_name"]} {row["status"]}' for row in waiting})) or service["status"]
                found.append(f'{service["name"]} ({what})')
        return found

    def _tell(self) -> None:
        said, at = None, 0.0
        while not self._stopped.wait(_LOOK_SECONDS):
            try:
                waiting = self._waiting()
            except (SqlError, OSError):
                continue  # something was dropped between two questions, or the account ends
            now = time.monotonic()
            if waiting and (waiting != said or now - at > _REPEAT_SECONDS):
                self._say(f"[{now - self._began:4.0f} s] waiting for {'; '.join(waiting)}")
                said, at = waiting, now
