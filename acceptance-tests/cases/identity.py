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

resource "spcs_grant" "schema" {
  privilege   = "USAGE"
  object_type = "SCHEMA"
  object_name = spcs_schema.this.qualified_name
  role        = "PUBLIC"
}

resource "spcs_service_role_grant" "this" {
  service      = "ACC.S.WEB"
  service_role = "ALL_ENDPOINTS_USAGE"
  role         = "PUBLIC"
@depends}
"""

# Stands in the first configuration only.
SERVICE = """
resource "spcs_image_repository" "images" {
  database = spcs_schema.this.database
  schema   = spcs_schema.this.name
  name     = "IMAGES"
}

resource "spcs_service" "web" {
  database     = spcs_schema.this.database
  schema       = spcs_schema.this.name
  name         = "WEB"
  compute_pool = spcs_compute_pool.this.name
  wait_for     = "none"
  spec         = { containers = { main = { image = "/acc/s/images/web:1" } } }
  depends_on   = [spcs_image_repository.images]
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

import {
  to       = spcs_grant.schema
  identity = { privilege = "USAGE", object_type = "SCHEMA", object_name = "ACC.S", role = "PUBLIC" }
}

import {
  to       = spcs_service_role_grant.this
  identity = { service = "ACC.S.WEB", service_role = "ALL_ENDPOINTS_USAGE", role = "PUBLIC" }
}
"""


class Identity(Case):
    def setUp(self):
        super().setUp()
        if self.client.name == "terraform":
            self.skipTest("Terraform 1.11 knows no import by identity")

    def test_everything_is_imported_and_nothing_changes(self):
        account = self.emulator(images="any")
        first = CONFIGURATION.replace("@depends", "  depends_on = [spcs_service.web]\n") + SERVICE
        self.assert_ok(self.workspace(account, first).apply())
        last = account.last_statement()
        other = self.workspace(account, CONFIGURATION.replace("@depends", ""))
        other.write("imports.tf", IMPORTS)
        result = other.apply()
        self.assert_ok(result)
        self.assert_says(result, "6 imported, 0 added, 0 changed, 0 destroyed")
        changes = ("CREATE", "ALTER", "DROP", "GRANT", "REVOKE")
        sent = [e["kind"] for e in account.statements(last) if e["kind"].startswith(changes)]
        self.assertEqual(sent, [])
        other.remove("imports.tf")
        self.assert_no_changes(other)

    def test_an_object_of_another_account_is_refused(self):
        account = self.emulator()
        database = CONFIGURATION.split("resource \"spcs_schema\"")[0]
        self.assert_ok(self.workspace(account, database).apply())
        other = self.workspace(account, database)
        block = 'import {\n  to       = spcs_database.this\n  identity = { name = "ACC", account = "NOT_THIS_ONE" }\n}\n'
        other.write("imports.tf", block)
        self.assert_fails(other.plan(), "NOT_THIS_ONE", "account")
