# SPDX-License-Identifier: MPL-2.0
"""The data sources: what they tell of an account with one of everything, and of what is not there."""

from cases.kinds import GROUND
from driver.case import Case
from driver.emulator import Emulator

IMAGES = ["/acc/s/repo/plain:v1", "/acc/s/repo/plain:v2", "/acc/s/repo/once:v1"]
SERVICE = """CREATE SERVICE ACC.S.WEB IN COMPUTE POOL P FROM SPECIFICATION $$
spec:
  containers:
  - name: main
    image: /acc/s/repo/plain:v1
  endpoints:
  - name: ui
    port: 8080
    public: true
  - name: nodes
    port: 6379
    protocol: TCP
$$"""

CONFIGURATION = """
data "spcs_account" "this" {}

data "spcs_compute_pools" "all" {}

data "spcs_instance_families" "small" {
  like = "CPU_X64_X%"
}

data "spcs_services" "all" {}

data "spcs_service_status" "web" {
  database = "acc"
  schema   = "s"
  service  = "web"
}

data "spcs_service_endpoints" "web" {
  database = "ACC"
  schema   = "S"
  service  = "WEB"
}

data "spcs_service_logs" "web" {
  database  = "ACC"
  schema    = "S"
  service   = "WEB"
  container = "main"
  lines     = 5
}

data "spcs_images" "all" {
  database   = "ACC"
  schema     = "S"
  repository = "REPO"
}

output "account" {
  value = data.spcs_account.this
}

output "pools" {
  value = data.spcs_compute_pools.all.compute_pools
}

output "families" {
  value = data.spcs_instance_families.small.instance_families
}

output "services" {
  value = data.spcs_services.all.services
}

output "status" {
  value = data.spcs_service_status.web
}

output "endpoints" {
  value = data.spcs_service_endpoints.web.endpoints
}

output "log" {
  value = data.spcs_service_logs.web.log
}

output "images" {
  value = data.spcs_images.all.images
}
"""

IN_SCHEMA = '  database = "ACC"\n  schema   = "S"\n'


class DataSources(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = Emulator(cls.class_folder / "account", images=IMAGES)
        cls.addClassCleanup(cls.account.stop)
        cls.account.grant()
        pool = "CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_XS"
        for statement in [*GROUND, "CREATE IMAGE REPOSITORY ACC.S.REPO", pool, SERVICE]:
            cls.account.sql(statement, connection="emulator")

    def test_what_they_tell(self):
        workspace = self.workspace(self.account, CONFIGURATION)
        last = self.account.last_statement()
        self.assert_ok(workspace.apply())
        sent = {e["kind"].split()[0] for e in self.account.statements(last)}
        self.assertLessEqual(sent, {"SHOW", "DESCRIBE", "SELECT", "USE"}, "reading changes nothing")
        told = workspace.outputs()
        with self.subTest("account"):
            self.assertEqual(told["account"]["role"], "SPCS_DEMO")
        with self.subTest("pools"):
            self.assertEqual(told["pools"]["P"]["max_nodes"], 2)
        with self.subTest("families"):
            self.assertIn("CPU_X64_XS", told["families"])
            self.assertNotIn("GPU_NV_M", told["families"])
        with self.subTest("services"):
            self.assertEqual([row["name"] for row in told["services"].values()], ["WEB"])
        with self.subTest("status"):
            self.assertTrue(told["status"]["ready"], told["status"])
            self.assertEqual(told["status"]["instances"]["0"]["containers"]["main"]["status"], "READY")
        with self.subTest("endpoints"):
            self.assertRegex(told["endpoints"]["ui"]["url"], r"^https://")
            self.assertIsNone(told["endpoints"]["nodes"]["url"])
            self.assertEqual(told["endpoints"]["nodes"]["protocol"], "TCP")
        with self.subTest("images"):
            self.assertGreaterEqual(set(told["images"]), {"plain:v1"})
        self.assert_no_changes(workspace)

    def test_a_job(self):
        configuration = f"""
resource "spcs_job" "once" {{
{IN_SCHEMA}  name         = "ONCE"
  compute_pool = "P"
  spec         = {{ containers = {{ main = {{ image = "/acc/s/repo/once:v1" }} }} }}
}}

data "spcs_job_status" "once" {{
  database = spcs_job.once.database
  schema   = spcs_job.once.schema
  job      = spcs_job.once.name
}}

output "job" {{
  value = data.spcs_job_status.once
}}
"""
        scenarios = self.folder / "scenarios"
        scenarios.mkdir()
        (scenarios / "once.json").write_text('{"exit": {"after": 1, "code": 0}, "log": ["done"]}')
        account = self.emulator(images=IMAGES, scenarios=scenarios)
        pool = "CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS"
        for statement in [*GROUND, "CREATE IMAGE REPOSITORY ACC.S.REPO", pool]:
            account.sql(statement, connection="emulator")
        workspace = self.workspace(account, configuration)
        self.assert_ok(workspace.apply())
        job = workspace.outputs()["job"]
        self.assertEqual((job["finished"], job["succeeded"], job["status"]), (True, True, "DONE"))
        self.assert_ok(workspace.destroy())

    def test_what_is_not_there(self):
        for kind, arguments in {
            "spcs_service_status": '  service = "NOBODY"\n',
            "spcs_service_endpoints": '  service = "NOBODY"\n',
            "spcs_service_logs": '  service = "NOBODY"\n  container = "main"\n',
            "spcs_job_status": '  job = "NOBODY"\n',
            "spcs_images": '  repository = "NOBODY"\n',
        }.items():
            with self.subTest(kind):
                workspace = self.workspace(self.account, f'data "{kind}" "this" {{\n{IN_SCHEMA}{arguments}}}\n')
                self.assert_fails(workspace.plan(), "NOBODY", "does not exist or not authorized")

    def test_a_quoted_name_is_refused_at_plan(self):
        last = self.account.last_statement()
        configuration = f'data "spcs_service_status" "this" {{\n{IN_SCHEMA}  service  = "\\"web\\""\n}}\n'
        self.assert_fails(self.workspace(self.account, configuration).plan(), "service", "quoted")
        self.assertEqual(self.account.statements(last), [])
