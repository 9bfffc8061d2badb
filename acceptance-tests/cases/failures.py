# SPDX-License-Identifier: MPL-2.0
"""Services and jobs that cannot come up: the apply ends at once, says why, and loses nothing."""

import json

from driver.case import Case

IMAGES = [f"/acc/s/repo/{name}:v1" for name in ("good", "exits", "fails", "job")]
SCENARIOS = {
    "exits": {"exit": {"after": 1, "code": 17}, "log": ["reading the model", "the disk is full"]},
    "job": {"exit": {"after": 1, "code": 3}, "log": ["step one", "step two broke"]},
}
SERVICE = """resource "spcs_service" "this" {
  database     = "ACC"
  schema       = "S"
  name         = "made"
  compute_pool = "P"
  %(more)s
  spec = {
    containers = {
      main = { image = "%(image)s" }
    }
  }
}
"""


def service(image: str = "/acc/s/repo/good:v1", more: str = "") -> str:
    return SERVICE % {"image": image, "more": more}


class Failures(Case):
    def account(self, **capacity):
        scenarios = self.folder / "scenarios"
        scenarios.mkdir(exist_ok=True)
        for image, scenario in SCENARIOS.items():
            (scenarios / f"{image}.json").write_text(json.dumps(scenario))
        if capacity:
            (scenarios / "capacity.json").write_text(json.dumps(capacity))
        emulator = self.emulator(images=IMAGES, scenarios=scenarios, speed=20)
        for statement in (
            "CREATE DATABASE ACC",
            "CREATE SCHEMA ACC.S",
            "CREATE IMAGE REPOSITORY ACC.S.REPO",
            "CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S",
        ):
            emulator.sql(statement, connection="emulator")
        return emulator

    def assert_repairs(self, workspace, configuration: str) -> None:
        """The failed object is in the state; with a good configuration the next apply ends well."""
        workspace.write("main.tf", configuration)
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())

    def test_missing_image(self):
        emulator = self.account()
        workspace = self.workspace(emulator, service("/acc/s/repo/none:v1"))
        self.assert_fails(workspace.apply(timeout=60), "none:v1")
        self.assert_repairs(workspace, service())

    def test_missing_image_in_an_update(self):
        emulator = self.account()
        workspace = self.workspace(emulator, service())
        self.assert_ok(workspace.apply())
        workspace.write("main.tf", service("/acc/s/repo/none:v1"))
        self.assert_fails(workspace.apply(timeout=60), "none:v1")
        self.assert_repairs(workspace, service())

    def test_exiting_container(self):
        emulator = self.account()
        workspace = self.workspace(emulator, service("/acc/s/repo/exits:v1"))
        result = workspace.apply(timeout=120)
        self.assert_fails(result, "main", "17", "the disk is full", "restart")
        self.assertIn("spcs_service.this", workspace.state(), "the service that failed is lost")
        self.assertEqual(workspace.changes()["spcs_service.this"], ["delete", "create"])
        self.assert_repairs(workspace, service())

    def test_bad_specification(self):
        emulator = self.account()
        configuration = service(more='external_access_integrations = ["NO_SUCH"]')
        workspace = self.workspace(emulator, configuration)
        self.assert_fails(workspace.apply(timeout=60), "NO_SUCH")
        self.assert_repairs(workspace, service())

    def test_failing_job(self):
        emulator = self.account()
        job = """resource "spcs_job" "this" {
  database     = "ACC"
  schema       = "S"
  name         = "made"
  compute_pool = "P"
  spec         = { containers = { main = { image = "/acc/s/repo/job:v1" } } }
}
"""
        workspace = self.workspace(emulator, job)
        self.assert_fails(workspace.apply(timeout=120), "main", "3", "step two broke")

    def test_no_capacity_is_waited_for(self):
        emulator = self.account(CPU_X64_M=10_000)
        emulator.sql("CREATE COMPUTE POOL SCARCE MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_M", "emulator")
        configuration = service().replace('"P"', '"SCARCE"')
        timed = configuration.replace("spec = {", 'timeouts = { create = "8s" }\n  spec = {', 1)
        workspace = self.workspace(emulator, timed)
        self.assert_fails(workspace.apply(timeout=120), "capacity", "SCARCE")
        self.assertIn("spcs_service.this", workspace.state(), "the service that waits is lost")

    def test_no_capacity_can_fail_fast(self):
        emulator = self.account(CPU_X64_M=10_000)
        emulator.sql("CREATE COMPUTE POOL SCARCE MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_M", "emulator")
        configuration = service(more="fail_fast_on_capacity = true").replace('"P"', '"SCARCE"')
        workspace = self.workspace(emulator, configuration)
        self.assert_fails(workspace.apply(timeout=60), "capacity", "SCARCE")

    def test_capacity_that_comes(self):
        emulator = self.account(CPU_X64_M=60)
        emulator.sql("CREATE COMPUTE POOL SCARCE MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_M", "emulator")
        workspace = self.workspace(emulator, service().replace('"P"', '"SCARCE"'))
        self.assert_ok(workspace.apply(timeout=120))
        self.assert_no_changes(workspace)


class Faults(Case):
    """Answers that are refused, lost or cut: an apply gets through, and does everything once."""

    CONFIGURATION = """resource "spcs_database" "this" {
  name = "made"
}

resource "spcs_schema" "this" {
  count    = 5
  database = spcs_database.this.name
  name     = "S${count.index}"
}
"""

    def gets_through(self, *rules: dict) -> None:
        emulator = self.emulator()
        workspace = self.workspace(emulator, self.CONFIGURATION)
        emulator.faults(*rules)
        self.assert_ok(workspace.apply(timeout=120))
        emulator.faults()
        self.assert_no_changes(workspace)
        schemas = [name for name in emulator.names("SCHEMA") if ".S" in name]
        self.assertEqual(len(schemas), 5, schemas)
        self.assert_ok(workspace.destroy())

    def test_busy(self):
        self.gets_through({"match": {"kind": "*"}, "action": "429", "count": 3, "retry_after": 1})

    def test_unavailable(self):
        self.gets_through({"match": {"kind": "*"}, "action": "503", "count": 4})

    def test_connections_reset(self):
        self.gets_through({"match": {"kind": "CREATE*"}, "action": "reset", "count": 3})

    def test_lost_answers(self):
        self.gets_through({"match": {"kind": "CREATE*"}, "action": "lose-response", "count": 3})

    def test_cut_answers(self):
        self.gets_through({"match": {"kind": "CREATE*"}, "action": "truncate", "count": 3})

    def test_a_server_that_forgets(self):
        self.gets_through({"match": {"kind": "CREATE*"}, "action": "forget-request", "count": 2})

    def test_slow_statements(self):
        self.gets_through({"match": {"kind": "CREATE*"}, "action": "async", "delay_ms": 1500, "count": 3})
