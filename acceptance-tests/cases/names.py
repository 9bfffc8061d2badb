# SPDX-License-Identifier: MPL-2.0
"""What exists already, what may not be dropped, and how names compare."""

from driver.case import Case, import_block

DATABASE = 'resource "spcs_database" "this" {\n  name = "made"\n}\n'


class Existing(Case):
    def test_error_prints_the_import_block(self):
        emulator = self.emulator()
        emulator.sql("CREATE DATABASE MADE", connection="emulator")
        workspace = self.workspace(emulator, DATABASE)
        result = workspace.apply()
        self.assert_fails(result, "already exists")
        workspace.write("import.tf", import_block(result.text))
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)

    def test_adopt_needs_equality(self):
        emulator = self.emulator()
        emulator.sql("CREATE DATABASE ACC", connection="emulator")
        emulator.sql("CREATE STAGE ACC.PUBLIC.MADE COMMENT = 'theirs'", connection="emulator")
        stage = """resource "spcs_stage" "this" {
  database  = "ACC"
  schema    = "PUBLIC"
  name      = "made"
  comment   = "COMMENT"
  on_exists = "adopt"
}
"""
        workspace = self.workspace(emulator, stage.replace("COMMENT", "ours"))
        self.assert_fails(workspace.apply(), "already exists", "comment")
        workspace.write("main.tf", stage.replace("COMMENT", "theirs"))
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)


class Folding(Case):
    def test_a_bare_name_may_change_its_case(self):
        emulator = self.emulator()
        workspace = self.workspace(emulator, DATABASE)
        self.assert_ok(workspace.apply())
        self.assertIn("MADE", emulator.names("DATABASE"))
        self.assertEqual(workspace.state()["spcs_database.this"]["name"], "made")
        workspace.write("main.tf", DATABASE.replace('"made"', '"Made"'))
        self.assertNotIn("create", str(workspace.changes()))

    def test_a_quoted_name_is_exact(self):
        emulator = self.emulator()
        workspace = self.workspace(emulator, DATABASE.replace('"made"', '"\\"ma de\\""'))
        self.assert_ok(workspace.apply())
        self.assertIn("ma de", "".join(emulator.names("DATABASE")))
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())


class DeleteGuards(Case):
    def test_a_database_with_objects_stays(self):
        emulator = self.emulator()
        workspace = self.workspace(emulator, DATABASE)
        self.assert_ok(workspace.apply())
        emulator.sql("CREATE SCHEMA MADE.THEIRS", connection="emulator")
        self.assert_fails(workspace.destroy(), "THEIRS", "force_destroy")
        self.assertIn("MADE", emulator.names("DATABASE"))
        workspace.write("main.tf", DATABASE.replace("}", "  force_destroy = true\n}"))
        self.assert_ok(workspace.apply())
        self.assert_ok(workspace.destroy())
        self.assertNotIn("MADE", emulator.names("DATABASE"))

    def test_a_schema_with_objects_of_other_kinds_stays(self):
        emulator = self.emulator()
        emulator.sql("CREATE DATABASE ACC", connection="emulator")
        schema = 'resource "spcs_schema" "this" {\n  database = "ACC"\n  name     = "MADE"\n}\n'
        workspace = self.workspace(emulator, schema)
        self.assert_ok(workspace.apply())
        for kind in ("TAG", "FILE FORMAT"):
            emulator.sql(f"CREATE {kind} ACC.MADE.THEIRS", connection="emulator")
            self.assert_fails(workspace.destroy(), "MADE.THEIRS", "force_destroy")
            emulator.sql(f"DROP {kind} ACC.MADE.THEIRS", connection="emulator")
        self.assert_ok(workspace.destroy())

    def test_a_table_with_rows_stays(self):
        emulator = self.emulator()
        emulator.sql("CREATE DATABASE ACC", connection="emulator")
        table = """resource "spcs_table" "this" {
  database = "ACC"
  schema   = "PUBLIC"
  name     = "made"
  columns  = [{ name = "ID", type = "INTEGER" }]
}
"""
        workspace = self.workspace(emulator, table)
        self.assert_ok(workspace.apply())
        emulator.sql("INSERT INTO ACC.PUBLIC.MADE VALUES (1)", connection="emulator")
        self.assert_fails(workspace.destroy(), "force_destroy")
        self.assertIn("ACC.PUBLIC.MADE", emulator.names("TABLE"))

    def test_a_pool_with_services_stays(self):
        emulator = self.emulator(images="any")
        for statement in ("CREATE DATABASE ACC", "CREATE IMAGE REPOSITORY ACC.PUBLIC.REPO"):
            emulator.sql(statement, connection="emulator")
        pool = """resource "spcs_compute_pool" "this" {
  name            = "made"
  instance_family = "CPU_X64_XS"
  min_nodes       = 1
  max_nodes       = 1
}
"""
        workspace = self.workspace(emulator, pool)
        self.assert_ok(workspace.apply())
        emulator.sql(
            "CREATE SERVICE ACC.PUBLIC.THEIRS IN COMPUTE POOL MADE FROM SPECIFICATION "
            "$$\nspec:\n  containers:\n  - name: main\n    image: /acc/public/repo/x:v1\n$$",
            connection="emulator",
        )
        self.assert_fails(workspace.destroy(), "THEIRS", "force_destroy")
        self.assertIn("MADE", emulator.names("COMPUTE POOL"))


class AnotherAccount(Case):
    def test_reading_under_another_account_is_an_error(self):
        first, second = self.emulator(), self.emulator(options=("--seed=7",))
        locators = {e.sql("SELECT CURRENT_ACCOUNT() AS LOCATOR")[0]["locator"] for e in (first, second)}
        if len(locators) == 1:
            self.skipTest("both emulated accounts have the same locator")
        workspace = self.workspace(first, DATABASE)
        self.assert_ok(workspace.apply())
        self.assert_fails(workspace.plan(environment=second.environment()), "account", *locators)

    def test_a_role_that_sees_nothing_is_an_error(self):
        emulator = self.emulator()
        workspace = self.workspace(emulator, DATABASE)
        self.assert_ok(workspace.apply())
        emulator.sql("CREATE ROLE BYSTANDER")
        emulator.sql("GRANT ROLE BYSTANDER TO USER SPCS_DEMO_USER")
        result = workspace.plan(environment={"SNOWFLAKE_CONNECTIONS_EMULATOR_ROLE": "BYSTANDER"})
        self.assert_fails(result, "SPCS_DEMO", "BYSTANDER")
