# SPDX-License-Identifier: MPL-2.0
"""Import by identity, which OpenTofu knows since 1.12 and Terraform since 1.12."""

from driver.case import Case

CONFIGURATION = """
resource "spcs_database" "this" {
  name = "ACC"
}

resource "spcs_schema" "this" {
  database = spcs_database.this.name
  name     = "S"
}

resource "spcs_stage" "this" {
  database = spcs_schema.this.database
  schema   = spcs_schema.this.name
  name     = "FILES"
}

resource "spcs_compute_pool" "this" {
  name            = "IDENTITY_POOL"
  instance_family = "CPU_X64_XS"
  min_nodes       = 1
  max_nodes       = 1
}
"""

IMPORTS = """
import {
  to       = spcs_database.this
  identity = { name = "ACC" }
}

import {
  to       = spcs_schema.this
  identity = { database = "acc", name = "s" }
}

import {
  to       = spcs_stage.this
  identity = { database = "ACC", schema = "S", name = "FILES" }
}

import {
  to       = spcs_compute_pool.this
  identity = { name = "IDENTITY_POOL" }
}
"""


class Identity(Case):
    def setUp(self):
        super().setUp()
        if self.client.name == "terraform":
            self.skipTest("Terraform 1.11 knows no import by identity")

    def test_everything_is_imported_and_nothing_changes(self):
        account = self.emulator()
        self.assert_ok(self.workspace(account, CONFIGURATION).apply())
        last = account.last_statement()
        other = self.workspace(account, CONFIGURATION)
        other.write("imports.tf", IMPORTS)
        result = other.apply()
        self.assert_ok(result)
        self.assert_says(result, "4 imported, 0 added, 0 changed, 0 destroyed")
        sent = [e["kind"] for e in account.statements(last) if e["kind"].startswith(("CREATE", "ALTER", "DROP"))]
        self.assertEqual(sent, [])
        other.remove("imports.tf")
        self.assert_no_changes(other)

    def test_an_object_of_another_account_is_refused(self):
        account = self.emulator()
        self.assert_ok(self.workspace(account, CONFIGURATION).apply())
        other = self.workspace(account, CONFIGURATION.split("resource \"spcs_schema\"")[0])
        block = 'import {\n  to       = spcs_database.this\n  identity = { name = "ACC", account = "NOT_THIS_ONE" }\n}\n'
        other.write("imports.tf", block)
        self.assert_fails(other.plan(), "NOT_THIS_ONE", "account")
