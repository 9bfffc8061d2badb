# SPDX-License-Identifier: MPL-2.0
"""Mistakes that a plan finds, each with the attribute at fault, before anything is sent."""

from driver.case import Case

POOL = """resource "spcs_compute_pool" "this" {
  name            = "%(name)s"
  instance_family = "CPU_X64_XS"
  min_nodes       = %(min)s
  max_nodes       = %(max)s
}
"""

SERVICE = """resource "spcs_service" "this" {
  database        = "ACC"
  schema          = "S"
  name            = "made"
  compute_pool    = "P"
  instance_family = "GPU_NV_M"
  spec = {
    containers = {
      main = {
        image = "/acc/s/repo/plain:v1"
        %(container)s
      }
    }
    %(spec)s
  }
}
"""


def service(container: str = "", spec: str = "") -> str:
    return SERVICE % {"container": container, "spec": spec}


def yaml_service(yaml: str) -> str:
    return f"""resource "spcs_service" "this" {{
  database     = "ACC"
  schema       = "S"
  name         = "made"
  compute_pool = "P"
  spec         = provider::spcs::parse_service_spec(<<-EOT
{yaml}
  EOT
  )
}}
"""


# What `validate` does not know yet may turn out to be null.
OPEN_VALUES = """variable "nothing" {
  type    = string
  default = null
}

resource "spcs_ray_serve_model" "this" {
  database     = "ACC"
  schema       = "S"
  head_service = "HEAD"
  name         = "chat"
  compute_pool = "P"
  image        = "/acc/s/repo/plain:v1"
  endpoint_url = var.nothing
  route_prefix = "/chat"
  import_path  = var.nothing
  args         = var.nothing
  llm          = { model_id = "toy/words" }
}

resource "spcs_image" "this" {
  database   = "ACC"
  schema     = "S"
  repository = "REPO"
  name       = "app"
  tag        = "v1"
  source     = { registry = "registry.example.com/team/app:1", image = var.nothing }
}
"""


class PlanErrors(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.class_emulator(images="any")

    def refused(self, configuration: str, *sentences: str) -> None:
        last = self.account.last_statement()
        workspace = self.workspace(self.account, configuration)
        self.assert_fails(workspace.plan(), *sentences)
        sent = [e["kind"] for e in self.account.statements(last) if e["kind"].startswith(("CREATE", "ALTER", "DROP"))]
        self.assertEqual(sent, [])

    def test_more_minimum_than_maximum_nodes(self):
        self.refused(POOL % {"name": "made", "min": 3, "max": 2}, "min_nodes", "max_nodes")

    def test_no_nodes(self):
        self.refused(POOL % {"name": "made", "min": 0, "max": 2}, "min_nodes")

    def test_invalid_name(self):
        self.refused(POOL % {"name": "1 pool", "min": 1, "max": 1}, "name", "1 pool")

    def test_quoted_pool_name(self):
        self.refused(POOL % {"name": '\\"made\\"', "min": 1, "max": 1}, "name", "quoted")

    def test_quoted_database_of_a_service(self):
        self.refused(service().replace('"ACC"', '"\\"acc\\""'), "database", "quoted")

    def test_mount_of_an_undeclared_volume(self):
        self.refused(
            service('volume_mounts = [{ name = "data", mount_path = "/data" }]'),
            'spec.containers["main"].volume_mounts[0]',
            "data",
        )

    def test_two_endpoints_on_one_port(self):
        self.refused(service(spec="endpoints = { a = { port = 8080 }, b = { port = 8080 } }"), "spec.endpoints", "8080")

    def test_more_gpus_than_the_family_has(self):
        self.refused(
            service("resources = { requests = { gpu = 8 }, limits = { gpu = 8 } }"),
            'spec.containers["main"].resources',
            "GPU_NV_M",
            "4",
        )

    def test_bad_quantity(self):
        self.refused(
            service('resources = { limits = { memory = "16 gigs" } }'),
            'spec.containers["main"].resources.limits.memory',
            "16 gigs",
        )

    def test_public_tcp_endpoint(self):
        self.refused(
            service(spec='endpoints = { a = { port = 8080, protocol = "TCP", public = true } }'), 'spec.endpoints["a"]'
        )

    def test_old_stage_volume_is_a_warning(self):
        workspace = self.workspace(
            self.account,
            service(
                'volume_mounts = [{ name = "data", mount_path = "/data" }]',
                'volumes = { data = { source = "@ACC.S.STAGE" } }',
            ),
        )
        result = workspace.plan()
        self.assertEqual(result.code, 2, str(result))
        self.assert_says(result, "Warning:", 'spec.volumes["data"].source', "stage_config")

    def test_text_that_ends_the_specification(self):
        self.refused(service('env = { EVIL = "$$ DROP" }'), 'spec.containers["main"].env', "$$")

    def test_service_roles_in_the_wrong_place(self):
        self.refused(
            yaml_service(
                "  spec:\n    containers:\n    - name: main\n      image: /acc/s/repo/plain:v1\n"
                "    serviceRoles:\n    - name: r\n      endpoints: [web]"
            ),
            "serviceRoles",
            "top level",
        )

    def test_misspelled_key_in_yaml(self):
        self.refused(
            yaml_service("  spec:\n    containers:\n    - name: main\n      image: /a/b/c/d:v1\n      enviroment: {}"),
            "enviroment",
        )

    def test_legacy_family_is_a_warning_only(self):
        workspace = self.workspace(
            self.account, (POOL % {"name": "made", "min": 1, "max": 1}).replace("CPU_X64_XS", "GPU_7")
        )
        result = workspace.plan()
        self.assertEqual(result.code, 2, str(result))
        self.assert_says(result, "Warning:", "GPU_NV_M")

    def test_values_that_are_not_known_yet_are_not_judged(self):
        workspace = self.workspace(self.account, OPEN_VALUES)
        self.assert_ok(workspace.run("validate", "-no-color"))
        result = workspace.plan()
        self.assertEqual(result.code, 2, str(result))
        self.assert_says(result, "serve_app.app:build")
