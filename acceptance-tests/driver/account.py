# SPDX-License-Identifier: MPL-2.0
"""SQL statements through the account's public API: an administrator beside Terraform, as the tests need one.

    python3 -m driver.account FOLDER [--connection=emulator_admin] < statements.sql
"""

import base64
import hashlib
import json
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import uuid
from pathlib import Path

_LIFE_SECONDS = 600


class SqlError(Exception):
    def __init__(self, code: str, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code


class Account:
    """Statements under one connection of the folder's connections.toml."""

    def __init__(self, home: Path, connection: str = "emulator_admin"):
        with open(Path(home) / "connections.toml", "rb") as file:
            self.settings = tomllib.load(file)[connection]
        self._token = ""
        self._expires = 0.0

    def _base(self) -> str:
        settings = self.settings
        return f"{settings.get('protocol', 'https')}://{settings['host']}:{settings['port']}"

    def _openssl(self, *arguments: str, data: bytes = b"") -> bytes:
        return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout

    def token(self) -> str:
        """A JSON web token signed with the connection's key; reused while it is good."""
        if time.time() < self._expires - 60:
            return self._token
        key = self.settings["private_key_file"]
        public = self._openssl("pkey", "-in", key, "-pubout", "-outform", "DER")
        fingerprint = "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode()
        subject = f"{self.settings['account'].upper()}.{self.settings['user'].upper()}"
        now = int(time.time())
        parts = [
            {"alg": "RS256", "typ": "JWT"},
            {"iss": f"{subject}.{fingerprint}", "sub": subject, "iat": now - 30, "exp": now + _LIFE_SECONDS},
        ]
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
        signature = self._openssl("dgst", "-sha256", "-sign", key, data=signed.encode())
        self._token, self._expires = f"{signed}.{_base64url(signature)}", now + _LIFE_SECONDS
        return self._token

    def _call(self, method: str, path: str, body=None):
        request = urllib.request.Request(
            self._base() + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token()}",
                "X-Snowflake-Authorization-Token-Type": "KEYPAIR_JWT",
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": "spcs-acceptance/1.0",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def execute(self, statement: str) -> list[dict]:
        """The rows as dictionaries; SqlError when the account refuses the statement."""
        body = {"statement": statement, "role": self.settings["role"], "timeout": 60}
        status, answer = self._call("POST", f"/api/v2/statements?requestId={uuid.uuid4()}", body)
        while status == 202:
            time.sleep(0.1)
            status, answer = self._call("GET", f"/api/v2/statements/{answer['statementHandle']}")
        if status != 200:
            raise SqlError(str(answer.get("code", status)), str(answer.get("message", "")))
        names = [column["name"].lower() for column in answer["resultSetMetaData"]["rowType"]]
        return [dict(zip(names, row)) for row in answer.get("data", [])]


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def main(arguments: list[str]) -> int:
    connection = "emulator_admin"
    for argument in [a for a in arguments if a.startswith("--connection=")]:
        connection = argument.split("=", 1)[1]
    folders = [a for a in arguments if not a.startswith("--")]
    if len(folders) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    account = Account(Path(folders[0]), connection)
    for statement in [text.strip() for text in sys.stdin.read().split(";") if text.strip()]:
        try:
            for row in account.execute(statement):
                print(json.dumps(row))
        except SqlError as error:
            print(f"{statement}\n  {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
