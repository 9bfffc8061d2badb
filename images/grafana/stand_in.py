# SPDX-License-Identifier: MPL-2.0
"""Where Grafana is installed, its entrypoint. Where it is not, a page that says so and lists what would be provisioned:
no package registry that the tests may use has Grafana. Other containers of the service wait for its health page."""

import json
import os
import shutil
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def page() -> str:
    rows = []
    for file in sorted((_HERE / "dashboards").glob("*.json")):
        dashboard = json.loads(file.read_text())
        panels = "".join(f"<li>{panel['title']}</li>" for panel in dashboard["panels"])
        rows.append(f"<h2>{dashboard['title']}</h2><ul>{panels}</ul>")
    return (
        "<!doctype html><title>No Grafana here</title><h1>Grafana is not installed on this machine</h1>"
        "<p>In its place stands this page. These dashboards are provisioned where Grafana runs:</p>" + "".join(rows)
    )


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802  the name that the base class calls
        if self.path == "/api/health":
            self._answer("application/json", json.dumps({"stand_in": True, "grafana": "not installed"}))
        elif self.path == "/":
            self._answer("text/html; charset=utf-8", page())
        else:
            self.send_error(404, "Grafana is not installed here")

    def _answer(self, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """A probe a second is no news."""


def main() -> int:
    if shutil.which("grafana"):
        os.execvp("sh", ["sh", str(_HERE / "entrypoint.sh")])
    address = (os.environ.get("GRAFANA_HOST", "0.0.0.0"), int(os.environ.get("GRAFANA_PORT", "3000")))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("Grafana is not installed: a page that says so takes its place", flush=True)
    ThreadingHTTPServer(address, Handler).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
