# SPDX-License-Identifier: MPL-2.0
"""python -m node.keeper: keeps the Serve configuration, and puts it back when the head has lost it.

A head that restarts knows no applications, and nobody else looks at it between two applies. So what Serve runs is saved
whenever it changes, and put back once when the head comes up without applications. When a restored application runs,
the line `restored <hash of its configuration>` goes to the log; the provider reads that log. It is said again each hour,
because the provider reads the log's tail only.

    SERVE_RESTORE            "on" (default) or "off"
    SERVE_STATE_DIR          where to keep it, default /home/snowflake/.spcs: a stage, so it outlives the node
    RAY_DASHBOARD_URL        default http://127.0.0.1:8265
    SERVE_POLL_SECONDS       default 3
"""

import http.client
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from node import config as configs
from node.supervise import say

_EMPTY_LOOKS = 4  # a controller that is being restarted looks like one without applications
_SAY_AGAIN_SECONDS = 3600
_CALL_SECONDS = 90  # the first calls start Ray's modules and Serve itself
_ERRORS = (OSError, ValueError, http.client.HTTPException)


class Serve:
    """Serve's REST API on the head's dashboard."""

    def __init__(self, url: str):
        self._url = url.rstrip("/")

    def get(self) -> dict:
        return json.loads(self._call("GET", "/api/serve/applications/?api_type=declarative"))

    def put(self, config: dict) -> None:
        self._call("PUT", "/api/serve/applications/", json.dumps(config).encode())

    def is_up(self) -> bool:
        try:
            return b"success" in self._call("GET", "/api/gcs_healthz", seconds=5)
        except _ERRORS:
            return False

    def _call(self, method: str, path: str, body: bytes | None = None, seconds: float = _CALL_SECONDS) -> bytes:
        headers = {"Content-Type": "application/json", "User-Agent": "spcs-keeper"}
        request = urllib.request.Request(self._url + path, method=method, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            text = error.read(2000).decode(errors="replace").strip()
            raise OSError(f"{method} {path} was answered with {error.code}: {text}") from None


class Keeper:
    """One pass of its loop is `look`; the rest is when to call it."""

    def __init__(self, serve: Serve, store: configs.Store, poll_seconds: float, restore: bool):
        self._serve, self._store, self._poll, self._restore = serve, store, poll_seconds, restore
        self._saved: dict | None = None
        self._empty = 0
        self._waiting: dict[str, str] = {}  # restored applications that do not run yet: name -> hash
        self._restored: dict[str, str] = {}
        self._said = 0.0
        self._told = ""

    def run(self, stop: threading.Event) -> None:
        while not self._serve.is_up():
            if stop.wait(1):
                return
        while not self._try(self._begin):
            if stop.wait(self._poll):
                return
        while not stop.wait(self._poll):
            self._try(self.look)
        self._try(self._last_look)

    def _try(self, step) -> bool:
        """Whether the step could be made. Faults are told once each, not at every poll."""
        try:
            step()
        except _ERRORS as error:
            text = f"keeper: {error}"
            if text != self._told:
                say(text)
            self._told = text
            return False
        return True

    def _begin(self) -> None:
        """Puts back what was saved, unless somebody was faster."""
        self._saved = self._store.load()
        applications = (self._saved or {}).get("applications", [])
        if not applications:
            return
        names = ", ".join(application.get("name", "?") for application in applications)
        if self._serve.get().get("applications"):
            say("keeper: Serve has applications already; nothing is restored")
        elif not self._restore:
            say(f"keeper: restoring is switched off; not restored: {names}")
            self._saved = None
        else:
            say(f"keeper: restoring {names}")
            self._serve.put(self._saved)
            self._waiting = {a.get("name", "?"): configs.application_hash(a) for a in applications}

    def look(self) -> None:
        answer = self._serve.get()
        self._report(answer.get("applications", {}))
        config = configs.from_answer(answer)
        if config is None:
            raise ValueError("Serve hides values of its configuration; it is not saved")
        self._empty = 0 if config["applications"] else self._empty + 1
        if not config["applications"] and self._empty < _EMPTY_LOOKS:
            return
        self._save(config)

    def _last_look(self) -> None:
        """An application that was deleted just before the end must not come back."""
        config = configs.from_answer(self._serve.get())
        if config is not None and not config["applications"]:
            self._save(config)

    def _save(self, config: dict) -> None:
        nothing = not config["applications"] and not (self._saved or {}).get("applications")
        if config != self._saved and not nothing:
            self._store.save(config)
            self._saved = config

    def _report(self, applications: dict) -> None:
        """`restored …` for those that run, and again each hour as long as they are the same."""
        for name in [name for name in self._waiting if self._is(applications, name, self._waiting[name], "RUNNING")]:
            self._restored[name] = self._waiting.pop(name)
            say(f"restored {self._restored[name]}")
            self._said = time.monotonic()
        self._restored = {n: h for n, h in self._restored.items() if self._is(applications, n, h)}
        if self._restored and time.monotonic() - self._said >= _SAY_AGAIN_SECONDS:
            self._said = time.monotonic()
            for restored in self._restored.values():
                say(f"restored {restored}")

    @staticmethod
    def _is(applications: dict, name: str, expected: str, status: str | None = None) -> bool:
        shown = applications.get(name) or {}
        same = configs.application_hash(shown.get("deployed_app_config") or {}) == expected
        return same and (status is None or shown.get("status") == status)


def main() -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    environment = os.environ
    switch = environment.get("SERVE_RESTORE", "on")
    if switch not in ("on", "off"):
        print(f'keeper: SERVE_RESTORE is {switch!r}; it must be "on" or "off"', file=sys.stderr)
        return 2
    store = configs.Store(Path(environment.get("SERVE_STATE_DIR", "/home/snowflake/.spcs")))
    serve = Serve(environment.get("RAY_DASHBOARD_URL", "http://127.0.0.1:8265"))
    Keeper(serve, store, float(environment.get("SERVE_POLL_SECONDS", "3")), switch == "on").run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
