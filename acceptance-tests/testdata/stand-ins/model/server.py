# SPDX-License-Identifier: MPL-2.0
"""A model with the route of images/ray/serve_app: it says the words of its prompt again, each after a moment, and stops
when its client goes. GET /chat/stats counts what became of the generations."""
import http.server
import json
import select
import socket
import threading

WORD_SECONDS = 0.2
counts = {"running": 0, "finished": 0, "aborted": 0}
lock = threading.Lock()


def count(**changes):
    with lock:
        for name, change in changes.items():
            counts[name] += change


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(counts if self.path == "/chat/stats" else {"ok": True})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = request["prompt"].split(" ")
        count(running=1)
        try:
            if request.get("stream"):
                self.send_response(200)
                self.send_header("Content-Type", "application/x-ndjson")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
            for word in words:
                self.pause()
                if request.get("stream"):
                    self.chunk({"text": word + " "})
            if request.get("stream"):
                self.chunk({"text": "", "finish_reason": "stop"})
                self.wfile.write(b"0\r\n\r\n")
            else:
                self.answer({"text": " ".join(words)})
            count(running=-1, finished=1)
        except OSError:
            count(running=-1, aborted=1)
            self.close_connection = True

    def pause(self):
        """Waits, and notices a client that goes meanwhile."""
        readable, _, _ = select.select([self.connection], [], [], WORD_SECONDS)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionError

    def chunk(self, piece):
        line = json.dumps(piece).encode() + b"\n"
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
