# SPDX-License-Identifier: MPL-2.0
"""A headless Chromium, driven over the WebDriver protocol by Debian's chromedriver: no Python package is needed."""

import base64
import json
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

from driver import places, processes

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name for a reference to an element
_OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
WAIT = 20


class BrowserError(Exception):
    pass


class Browser:
    """One page. `stop()` ends it and everything it started."""

    def __init__(self, width: int = 1280, height: int = 800):
        driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
        if not driver or not chromium:
            raise places.Missing("chromium and chromedriver are missing: run script/bootstrap --test")
        self._process = processes.start([driver, "--port=0"], stdout=-1, stderr=-3, text=True)
        try:
            self._base = f"http://127.0.0.1:{self._port()}/session"
            chrome = {"binary": chromium, "args": [*_OPTIONS, f"--window-size={width},{height}"]}
            wanted = {"goog:chromeOptions": chrome, "goog:loggingPrefs": {"browser": "ALL"}}
            session = self._call("POST", "", {"capabilities": {"alwaysMatch": wanted}})
            self._base += "/" + session["sessionId"]
            self.resize(width, height)
        except BaseException:
            processes.stop(self._process)
            raise

    def _port(self) -> int:
        for line in self._process.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                return int(found.group(1))
        raise BrowserError("chromedriver ended at once")

    def _call(self, method: str, path: str, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._base + path, method=method, data=data)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise BrowserError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def stop(self) -> None:
        try:
            self._call("DELETE", "")
        except (BrowserError, OSError):
            pass
        processes.stop(self._process)
        self._process.stdout.close()

    # --- The page ---------------------------------------------------------------------------------------------------

    def open(self, url: str) -> None:
        self._call("POST", "/url", {"url": url})

    def url(self) -> str:
        return self._call("GET", "/url")

    def script(self, text: str, *arguments):
        """What the function body `text` returns."""
        return self._call("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def text(self, selector: str = "body") -> str:
        """What a reader sees of all matching elements."""
        matching = "[...document.querySelectorAll(arguments[0])]"
        return self.script(f"return {matching}.map(e => e.innerText).join('\\n')", selector)

    def _element(self, selector: str) -> str:
        return self._call("POST", "/element", {"using": "css selector", "value": selector})[_ELEMENT]

    def click(self, selector: str) -> None:
        self._call("POST", f"/element/{self._element(selector)}/click", {})

    def type(self, text: str, selector: str | None = None) -> None:
        """Types into the element, else into what has the focus. Keys: browser.ENTER and so on."""
        if selector:
            self._call("POST", f"/element/{self._element(selector)}/value", {"text": text})
            return
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def wait(self, condition, what: str, seconds: float = WAIT):
        """The first true value of `condition()`; an error that shows the page when there is none in time."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if value := condition():
                    return value
                error = ""
            except BrowserError as fault:
                error = f" ({fault})"
            if time.monotonic() > deadline:
                raise BrowserError(f"no {what} after {seconds:g} s{error}; the page shows:\n{self.text()}")
            time.sleep(0.05)

    def wait_text(self, text: str, selector: str = "body", seconds: float = WAIT) -> None:
        self.wait(lambda: text in self.text(selector), f"'{text}' in {selector}", seconds)

    def complaints(self) -> list[str]:
        """What the page and its policies have complained of since the last call."""
        return [entry["message"] for entry in self._call("POST", "/se/log", {"type": "browser"})]

    # --- Its looks --------------------------------------------------------------------------------------------------

    def _devtools(self, command: str, **parameters):
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def resize(self, width: int, height: int) -> None:
        self._devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def colours(self, scheme: str) -> None:
        """scheme: light or dark."""
        self._devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def overflows(self) -> bool:
        """Whether the page is wider than its window."""
        return self.script("return document.documentElement.scrollWidth > window.innerWidth")

    def screenshot(self, name: str) -> None:
        """Writes NAME.png into the folder SPCS_SCREENSHOTS (as docs/images), if that is set."""
        if folder := os.environ.get("SPCS_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            (Path(folder) / f"{name}.png").write_bytes(base64.b64decode(self._call("GET", "/screenshot")))


# Keys of the protocol.
TAB, ENTER, ESCAPE = "\ue004", "\ue007", "\ue00c"
