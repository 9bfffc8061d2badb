# SPDX-License-Identifier: MPL-2.0
"""Ephemeral values in both clients: they reach a write-only attribute, leave no trace, and are given back."""

import json
import re
import shutil
import time
import unittest
import zipfile

from driver.case import PROVIDER, Case

# The demo's user is a service user: its role needs this to make tokens for it.
TOKENS = "GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER SPCS_DEMO_USER TO ROLE SPCS_DEMO"
# The text of the emulator's tokens: no digest looks so, because of a letter behind f.
TOKEN_TEXT = re.compile(r"(?<![0-9A-Za-z])(?=[a-z0-5]*[g-z])[a-z0-5]{64}(?![0-9A-Za-z])")

CONFIGURATION = """
ephemeral "spcs_access_token" "this" {}

ephemeral "spcs_registry_credentials" "this" {
  repository_url = spcs_image_repository.this.repository_url
}

resource "spcs_database" "this" {
  name = "EPH"
}

resource "spcs_schema" "this" {
  database = spcs_database.this.name
  name     = "S"
}

resource "spcs_image_repository" "this" {
  database = spcs_database.this.name
  schema   = spcs_schema.this.name
  name     = "IMAGES"
}

resource "spcs_secret" "token" {
  database         = spcs_database.this.name
  schema           = spcs_schema.this.name
  name             = "TOKEN"
  value_wo         = ephemeral.spcs_access_token.this.token
  value_wo_version = 1
}

resource "spcs_secret" "registry" {
  database         = spcs_database.this.name
  schema           = spcs_schema.this.name
  name             = "REGISTRY"
  type             = "PASSWORD"
  username         = "robot"
  value_wo         = ephemeral.spcs_registry_credentials.this.password
  value_wo_version = 1
}
"""

LOGIN = """
resource "terraform_data" "login" {
  provisioner "local-exec" {
    command = "echo \\"$PASSWORD\\" | skopeo login --authfile=auth.json --tls-verify=false -u \\"$USERNAME\\" --password-stdin \\"$REGISTRY\\" > login.txt 2>&1"
    environment = {
      REGISTRY = ephemeral.spcs_registry_credentials.this.registry
      USERNAME = ephemeral.spcs_registry_credentials.this.username
      PASSWORD = ephemeral.spcs_registry_credentials.this.password
    }
  }
}
"""

WITH_TOKEN = """terraform {
  required_providers {
    spcs = { source = "spcs/spcs" }
  }
}

provider "spcs" {
  authenticator = "PROGRAMMATIC_ACCESS_TOKEN"
  token         = var.token
}

variable "token" {
  type      = string
  sensitive = true
}
"""


class Ephemeral(Case):
    def made_and_removed(self, account) -> tuple[int, int]:
        """How many programmatic access tokens the statements made and removed."""
        statements = json.dumps(account.statements())
        return statements.count("ADD PROGRAMMATIC ACCESS TOKEN"), statements.count("REMOVE PROGRAMMATIC ACCESS TOKEN")

    def tokens(self, account) -> list[dict]:
        return [row for row in account.sql("SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER SPCS_DEMO_USER")]

    def test_a_key_pair_user_gets_tokens_for_the_run(self):
        account = self.emulator()
        account.sql(TOKENS)
        other = account.token(type="OAUTH", user="SPCS_DEMO_USER", expires_in=60)
        self.assertRegex(other, TOKEN_TEXT)
        workspace = self.workspace(account, CONFIGURATION)
        log = self.folder / "trace.log"
        result = workspace.apply(environment={"TF_LOG": "TRACE", "TF_LOG_PATH": str(log)})
        self.assert_ok(result)
        made, removed = self.made_and_removed(account)
        self.assertGreaterEqual(made, 2)
        self.assertEqual(made, removed, "each is removed on close")
        self.assertEqual(self.tokens(account), [])
        workspace.checked("plan", "-no-color", "-out=plan.out")
        with zipfile.ZipFile(workspace.folder / "plan.out") as plan:
            planned = "".join(plan.read(name).decode(errors="replace") for name in plan.namelist())
        places = {
            "diagnostics": result.text,
            "trace log": log.read_text(errors="replace"),
            "state": workspace.state_text(),
            "plan file": planned,
            "emulator log": account.log(),
            "statements": json.dumps(account.statements()),
            "objects": json.dumps(account.objects()),
        }
        for where, text in places.items():
            self.assertIsNone(TOKEN_TEXT.search(text), where)
        self.assertGreater(len(places["trace log"]), 10_000)
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())
        self.assertEqual(self.tokens(account), [])

    def test_a_token_of_the_connection_is_handed_on(self):
        account = self.emulator()
        token = account.token(
            type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO", expires_in=3600
        )
        workspace = self.workspace(account, CONFIGURATION, provider=WITH_TOKEN, token=token)
        result = workspace.apply()
        self.assert_ok(result)
        self.assertEqual(self.made_and_removed(account), (0, 0))
        self.assertNotIn(token, result.text + workspace.state_text())
        self.assert_ok(workspace.destroy())

    def test_a_role_that_the_token_does_not_have(self):
        account = self.emulator()
        token = account.token(
            type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO", expires_in=3600
        )
        configuration = 'ephemeral "spcs_access_token" "this" {\n  role = "PUBLIC"\n}\n'
        workspace = self.workspace(account, configuration, provider=WITH_TOKEN, token=token)
        self.assert_fails(workspace.apply(), "Cannot open access token", "Leave `role` out")

    def assert_no_tokens(self, account, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while self.tokens(account):
            self.assertLess(time.monotonic(), deadline, str(self.tokens(account)))
            time.sleep(0.1)

    def test_what_a_killed_or_failed_run_leaves_is_removed(self):
        """Clients close nothing then: the provider gives its tokens back when its process ends."""
        account = self.emulator()
        account.sql(TOKENS)
        workspace = self.workspace(account, CONFIGURATION)
        account.faults({"match": {"kind": "CREATE SECRET"}, "action": "hold-after", "count": 1})
        workspace.start("apply", "-no-color", "-auto-approve")
        deadline = time.monotonic() + 60
        while account.held() == 0:
            self.assertLess(time.monotonic(), deadline, "no secret was made")
            time.sleep(0.05)
        self.assertGreaterEqual(len(self.tokens(account)), 1)
        workspace.kill()
        account.faults()
        account.release()
        self.assert_no_tokens(account)
        # The database is there and not in the state: this apply fails.
        self.assert_fails(workspace.apply(), "already exists")
        self.assert_no_tokens(account)

    @unittest.skipUnless(shutil.which("skopeo"), "skopeo is not installed: run script/bootstrap --test")
    def test_the_registry_takes_the_credentials(self):
        account = self.emulator()
        account.sql(TOKENS)
        workspace = self.workspace(account, CONFIGURATION + LOGIN)
        self.assert_ok(workspace.apply())
        self.assertIn("Login Succeeded", (workspace.folder / "login.txt").read_text())

    def test_without_the_privilege(self):
        workspace = self.workspace(self.emulator(), 'ephemeral "spcs_access_token" "this" {}\n')
        self.assert_fails(workspace.apply(), "MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER SPCS_DEMO_USER")

    def test_bad_input_at_plan(self):
        workspace = self.workspace(
            None, 'ephemeral "spcs_registry_credentials" "this" {\n  repository_url = "/d/s/r"\n}\n', provider=PROVIDER
        )
        self.assert_fails(workspace.run("validate", "-no-color"), "does not begin with a host")
