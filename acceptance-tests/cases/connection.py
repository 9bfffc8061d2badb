# SPDX-License-Identifier: MPL-2.0
"""Connections that cannot work: a clear error, at once, without a secret."""

import os
import subprocess

from driver.case import PROVIDER, Case
from driver.tls_front import TlsFront

DATABASE = 'resource "spcs_database" "this" {\n  name = "made"\n}\n'


def provider(settings: str) -> str:
    return PROVIDER.replace('provider "spcs" {}', f'provider "spcs" {{\n{settings}\n}}')


class Connection(Case):
    def fails(self, settings: str, *sentences: str, emulator=None, environment=None, command="plan"):
        workspace = self.workspace(emulator, DATABASE, provider=provider(settings))
        result = workspace.run(
            command,
            "-no-color",
            *(["-auto-approve"] if command == "apply" else []),
            environment=environment,
            timeout=60,
        )
        self.assert_fails(result, *sentences)
        return result

    def test_unknown_authenticator(self):
        self.fails('  authenticator = "MAGIC"', "authenticator", "MAGIC", "SNOWFLAKE_JWT", emulator=self.emulator())

    def test_no_credentials(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.fails(
            '  account = "MYORG-MYACCOUNT"\n  user = "ME"',
            "private_key_file",
            environment={"SNOWFLAKE_HOME": str(empty)},
        )

    def test_nothing_at_all(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.fails("", "account", environment={"SNOWFLAKE_HOME": str(empty)})

    def test_unknown_connection_lists_those_there(self):
        self.fails('  connection = "nope"', "nope", "emulator_admin", emulator=self.emulator())

    def test_missing_key_file(self):
        self.fails(
            f'  private_key_file = "{self.folder}/none.p8"', "private_key_file", "none.p8", emulator=self.emulator()
        )

    def test_key_file_that_others_may_write(self):
        emulator = self.emulator()
        copy = self.folder / "open.p8"
        copy.write_bytes((emulator.home / "rsa_key.p8").read_bytes())
        copy.chmod(0o666)
        self.fails(f'  private_key_file = "{copy}"', "private_key_file", "chmod 600", emulator=emulator)

    def test_key_file_without_a_key(self):
        bad = self.folder / "bad.p8"
        bad.write_text("not a key\n")
        bad.chmod(0o600)
        self.fails(f'  private_key_file = "{bad}"', "bad.p8", emulator=self.emulator())

    def test_key_file_that_cannot_be_read(self):
        if os.geteuid() == 0:
            folder = self.folder / "folder.p8"
            folder.mkdir()
            self.fails(f'  private_key_file = "{folder}"', "folder.p8", emulator=self.emulator())
            return
        secret = self.folder / "secret.p8"
        secret.write_text("x")
        secret.chmod(0)
        self.fails(f'  private_key_file = "{secret}"', "secret.p8", emulator=self.emulator())

    def test_connections_file_that_others_may_read(self):
        emulator = self.emulator()
        (emulator.home / "connections.toml").chmod(0o644)
        self.fails("", "connections.toml", "chmod 600", emulator=emulator)

    def test_plain_http_to_another_machine(self):
        self.fails('  host = "example.com"', "http", "example.com", emulator=self.emulator())

    def test_expired_token(self):
        emulator = self.emulator()
        token = emulator.token(
            type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO", expires_in=60
        )
        emulator.advance(3600)
        file = self.folder / "token"
        file.write_text(token)
        file.chmod(0o600)
        result = self.fails(
            f'  authenticator = "PROGRAMMATIC_ACCESS_TOKEN"\n  token_file_path = "{file}"',
            "token",
            emulator=emulator,
            command="apply",
        )
        self.assertNotIn(token, result.text)

    def test_unknown_account(self):
        self.fails('  account = "MYORG-NOSUCH"', "account", emulator=self.emulator(), command="apply")

    def test_wrong_role(self):
        self.fails('  role = "NO_SUCH_ROLE"', "NO_SUCH_ROLE", emulator=self.emulator(), command="apply")

    def test_nobody_listens(self):
        emulator = self.emulator()
        emulator.stop()
        workspace = self.workspace(emulator, DATABASE)
        self.assert_fails(workspace.apply(timeout=180), "127.0.0.1")

    def test_token_of_a_user_works(self):
        emulator = self.emulator()
        token = emulator.token(
            type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO", expires_in=3600
        )
        file = self.folder / "token"
        file.write_text(token)
        file.chmod(0o600)
        workspace = self.workspace(
            emulator,
            DATABASE,
            provider=provider(f'  authenticator = "PROGRAMMATIC_ACCESS_TOKEN"\n  token_file_path = "{file}"'),
        )
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)

    def test_a_plan_that_reads_nothing_connects_to_nothing(self):
        emulator = self.emulator()
        last = emulator.last_statement()
        workspace = self.workspace(emulator, DATABASE)
        self.assertEqual(workspace.plan().code, 2)
        self.assertEqual(emulator.statements(last), [])


class OverHttps(Case):
    """TLS as with a real account, and a key that is kept encrypted."""

    def setUp(self):
        super().setUp()
        self.account = self.emulator()
        self.front = TlsFront(self.folder, self.account.port)
        self.addCleanup(self.front.stop)
        key = self.folder / "encrypted.p8"
        subprocess.run(
            ["openssl", "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:planted-passphrase"]
            + ["-in", str(self.account.home / "rsa_key.p8"), "-out", str(key)],
            check=True,
        )
        key.chmod(0o600)
        self.settings = f'''  protocol               = "https"
  port                   = {self.front.port}
  private_key_file       = "{key}"
  private_key_passphrase = "planted-passphrase"'''

    def test_apply_over_tls_with_an_encrypted_key(self):
        workspace = self.workspace(self.account, DATABASE, provider=provider(self.settings))
        workspace.environment["SSL_CERT_FILE"] = str(self.front.certificate)
        result = workspace.apply()
        self.assert_ok(result)
        self.assertNotIn("planted-passphrase", result.text)
        self.assert_no_changes(workspace)

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        workspace = self.workspace(self.account, DATABASE, provider=provider(self.settings))
        self.assert_fails(workspace.apply(timeout=120), "certificate")
