# SPDX-License-Identifier: MPL-2.0
"""Requests to public endpoints of an emulated account, as a program sends them.

Python does not resolve names under `.localhost`, so the connection goes to the loopback address and the name into Host.
"""

import http.client
import json
import time

from driver.emulator import Emulator


class Endpoint:
    """One public endpoint, once it has its URL. Requests carry the token, unless `token` is ""."""

    def __init__(self, account: Emulator, service: str, name: str, token: str, seconds: float = 60):
        self.port, self.token = account.port, token
        deadline = time.monotonic() + seconds
        while True:
            rows = account.sql(f"SHOW ENDPOINTS IN SERVICE {service}")
            self.host = next(row["ingress_url"] for row in rows if row["name"] == name)
            if "." in self.host and " " not in self.host:
                break
            if time.monotonic() > deadline:
                raise AssertionError(f"{service} has no URL after {seconds:g} s: {self.host}")
            time.sleep(0.1)
        self.url = f"http://{self.host}"

    def request(self, method: str, path: str, body=None, **headers) -> http.client.HTTPResponse:
        """The answer, its body still to be read; closing it closes the connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if self.token:
            headers["Authorization"] = f'Snowflake Token="{self.token}"'
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Host": self.host, "Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        answer.connection = connection
        return answer

    def json(self, path: str):
        with self.request("GET", path) as answer:
            text = answer.read()
            if answer.status != 200:
                raise AssertionError(f"{path}: {answer.status} {text[:300]!r}")
            return json.loads(text)
