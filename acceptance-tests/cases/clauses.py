# SPDX-License-Identifier: MPL-2.0
"""Attributes that the service sets once: created, read back without a difference, imported, and replaced when changed."""

from cases.kinds import GROUND, IN_SCHEMA, changed_leaves
from driver.case import TOKEN, Case

SECURITY = (
    "CREATE SECURITY INTEGRATION {name} TYPE = API_AUTHENTICATION AUTH_TYPE = OAUTH2 OAUTH_CLIENT_ID = 'id' "
    "OAUTH_CLIENT_SECRET = 'x' OAUTH_GRANT = {grant} ENABLED = TRUE"
)
TABLE = """  name      = "made"
  transient = true
  columns = [
    { name = "ID", type = "INTEGER", nullable = false, identity = { start = 10, ordered = true } },
    { name = "TEXT", type = "STRING", collate = "en-ci" },
  ]
  primary_key = ["id"]
"""
STAGE = '  name = "made"\n  directory_enabled = true\n  directory_auto_refresh = true\n'
TOKENED = f"""  name               = "made"
  type               = "OAUTH2"
  api_authentication = "CODE"
  value_wo           = "{TOKEN}"
  value_wo_version   = 1
  oauth_refresh_token_expiry_time = "2049-01-06T20:00:00Z"
"""


class SetOnce(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.class_emulator(GROUND)

    def life(self, type: str, body: str, id: str, edit: tuple[str, str], attribute: str):
        """Create, no change, import without a change, an edit that replaces for `attribute`."""
        address = f"{type}.this"
        block = f'resource "{type}" "this" {{\n{body}}}\n'
        workspace = self.workspace(self.account, block)
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        other = self.workspace(self.account, block)
        other.write("import.tf", f'import {{\n  to = {address}\n  id = "{id}"\n}}\n')
        last = self.account.last_statement()
        self.assert_ok(other.apply())
        kinds = [e["kind"] for e in self.account.statements(last)]
        self.assertEqual([k for k in kinds if k.startswith(("CREATE", "ALTER", "DROP"))], [])
        self.assert_no_changes(other)
        workspace.write("main.tf", block.replace(*edit))
        plan = workspace.plan_json()
        change = next(c["change"] for c in plan["resource_changes"] if c["address"] == address)
        self.assertEqual(sorted(change["actions"]), ["create", "delete"])
        self.assertIn(attribute, {path.split("[")[0].split(".")[0] for path in changed_leaves(change)})
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())

    def test_pool_for_an_application(self):
        self.account.sql("GRANT CREATE APPLICATION ON ACCOUNT TO ROLE SPCS_DEMO")
        for name in ("APP", "OTHER"):
            self.account.sql(f"CREATE APPLICATION {name} FROM APPLICATION PACKAGE PKG", connection="emulator")
        self.life(
            "spcs_compute_pool",
            '  name = "made"\n  instance_family = "CPU_X64_XS"\n  min_nodes = 1\n  max_nodes = 1\n  for_application = "app"\n',
            "MADE",
            ('"app"', '"other"'),
            "for_application",
        )

    def test_table(self):
        self.life("spcs_table", IN_SCHEMA + TABLE, "ACC.S.MADE", ("start = 10", "start = 11"), "columns")

    def test_stage_that_refreshes_its_directory(self):
        self.life("spcs_stage", IN_SCHEMA + STAGE, "ACC.S.MADE", ("refresh = true", "refresh = false"), "directory_auto_refresh")

    def test_refresh_token(self):
        for name in ("CODE", "CODE2"):
            self.account.sql(SECURITY.format(name=name, grant="AUTHORIZATION_CODE"), connection="emulator")
        address, block = "spcs_secret.this", f'resource "spcs_secret" "this" {{\n{IN_SCHEMA}{TOKENED}}}\n'
        workspace = self.workspace(self.account, block)
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        workspace.write("main.tf", block.replace("2049-01-06T20:00:00Z", "2049-01-06T21:00:00+01:00"))
        self.assert_no_changes(workspace)
        workspace.write("main.tf", block.replace("2049", "2050").replace("version   = 1", "version   = 2"))
        self.assertEqual(workspace.changes(), {address: ["update"]})
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        workspace.write("main.tf", block.replace('"CODE"', '"CODE2"'))
        self.assertEqual(sorted(workspace.changes()[address]), ["create", "delete"])
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())

    def test_symmetric_key(self):
        block = f'resource "spcs_secret" "this" {{\n{IN_SCHEMA}  name = "made"\n  type = "SYMMETRIC_KEY"\n}}\n'
        workspace = self.workspace(self.account, block)
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())

    def test_outside_changes_are_seen(self):
        block = (
            f'resource "spcs_stage" "this" {{\n{IN_SCHEMA}  name = "seen"\n}}\n'
            f'resource "spcs_table" "this" {{\n{IN_SCHEMA}  name = "seen"\n'
            '  columns = [{ name = "ID", type = "INTEGER" }]\n  cluster_by = ["ID"]\n}\n'
        )
        workspace = self.workspace(self.account, block)
        self.assert_ok(workspace.apply())
        self.account.sql("ALTER STAGE ACC.S.SEEN SET FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1)", connection="emulator")
        self.account.sql("ALTER TABLE ACC.S.SEEN DROP CLUSTERING KEY", connection="emulator")
        self.account.sql("ALTER TABLE ACC.S.SEEN ADD UNIQUE (ID)", connection="emulator")
        plan = workspace.plan_json()
        moved = {c["address"]: changed_leaves(c["change"]) for c in plan["resource_changes"]}
        first = {address: {p.split("[")[0].split(".")[0] for p in paths} for address, paths in moved.items()}
        self.assertEqual(first, {"spcs_stage.this": {"file_format"}, "spcs_table.this": {"cluster_by", "unique_keys"}})
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())
