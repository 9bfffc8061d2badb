# SPDX-License-Identifier: MPL-2.0
"""A small server: says what it sees, writes a file on request, and dies on request."""
import http.server
import json
import os
import socket
import sys
import urllib.request
from pathlib import Path


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/crash":
            os._exit(9)
        if self.path == "/healthy" and Path("/tmp/sick").exists():
            return self.answer(503, {})
        if self.path == "/account":
            return self.answer(200, query_account())
        if self.path.startswith("/fetch/"):
            return self.answer(200, fetch(self.path.removeprefix("/fetch/")))
        if self.path.startswith("/write/"):
            Path("/data/written").write_text(self.path)
        return self.answer(200, {"host": socket.gethostname(), "env": dict(os.environ), "folder": os.listdir("/data")})

    def answer(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def fetch(url):
    try:
        with urllib.request.urlopen(f"http://{url}", timeout=3) as answer:
            return {"status": answer.status}
    except OSError as error:
        return {"error": str(error)}


def query_account():
    """A statement to the account with the token that the service gives to every container."""
    request = urllib.request.Request(
        f"{os.environ['SNOWFLAKE_PROTOCOL']}://{os.environ['SNOWFLAKE_HOST']}:{os.environ['SNOWFLAKE_PORT']}/api/v2/statements",
        data=json.dumps({"statement": "SELECT CURRENT_ROLE()"}).encode(),
        headers={
            "Authorization": f"Bearer {Path('/snowflake/session/token').read_text()}",
            "X-Snowflake-Authorization-Token-Type": "OAUTH",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "stand-in/1.0",
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


print("serving", sys.argv[1:], flush=True)
http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Handler).serve_forever()
