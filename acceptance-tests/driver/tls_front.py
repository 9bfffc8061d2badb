# SPDX-License-Identifier: MPL-2.0
"""HTTPS in front of an emulator: a certificate of its own, bytes passed on. What speaks TLS is thereby the client under
test and Python's ssl module, as with any real account."""

import contextlib
import socket
import ssl
import subprocess
import threading
from pathlib import Path


class TlsFront:
    """Listens on 127.0.0.1:`port` until stop(); clients trust `certificate`."""

    def __init__(self, folder: Path, target_port: int):
        self.certificate = folder / "front.pem"
        key = folder / "front-key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=front"]
            + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(self.certificate)],
            check=True,
            capture_output=True,
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, key)
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            secure = self._context.wrap_socket(client, server_side=True)
        except OSError:  # a client that does not trust the certificate
            return
        server = socket.create_connection(("127.0.0.1", self._target_port))
        threading.Thread(target=_pump, args=(server, secure), daemon=True).start()
        _pump(secure, server)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
