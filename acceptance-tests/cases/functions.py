# SPDX-License-Identifier: MPL-2.0
"""The provider's functions in both clients: what they give, and what they say to wrong arguments. No connection needed."""

import json

from driver.case import PROVIDER, Case

# Functions work without a provider block.
NEEDED = PROVIDER.split("provider ")[0]

SPEC = """{
  containers = { web = { image = "/d/s/r/web:1", env = { NO = "off" } } }
  endpoints  = { ui = { port = 8080, public = true } }
}"""

GOOD = {
    'provider::spcs::instance_family("GPU_7")': "GPU_NV_M",
    'provider::spcs::instance_family("brand_new_1")': "BRAND_NEW_1",
    'provider::spcs::compute_pool_credits("gpu_nv_m", 0)': 0,
    'provider::spcs::compute_pool_credits("GPU_NV_M", 2) == 2 * provider::spcs::compute_pool_credits("GPU_NV_M", 1)': True,
    'provider::spcs::image_reference("D.S.IMAGES", "web", "1.0")': "/d/s/images/web:1.0",
    f'provider::spcs::image_reference("/d/s/images", "web", "sha256:{"a" * 64}")': f"/d/s/images/web@sha256:{'a' * 64}",
    'provider::spcs::service_dns_name("RAY_HEAD")': "ray-head",
    'provider::spcs::service_dns_name("D.S.RAY_HEAD", "x1.svc.spcs.internal")': "ray-head.x1.svc.spcs.internal",
    # What one function writes the other reads back.
    f"provider::spcs::parse_service_spec(provider::spcs::service_spec({SPEC})).containers.web.env": {"NO": "off"},
    f"provider::spcs::parse_service_spec(provider::spcs::service_spec({SPEC})).endpoints.ui.port": 8080,
}

BAD = {
    'provider::spcs::compute_pool_credits("NO_SUCH_FAMILY", 1)': "NO_SUCH_FAMILY",
    'provider::spcs::compute_pool_credits("GPU_NV_M", -1)': "nodes",
    'provider::spcs::image_reference("D.S", "web", "1.0")': "D.S",
    'provider::spcs::image_reference("D.S.R", "Web App", "1.0")': "Web App",
    'provider::spcs::image_reference("D.S.R", "web", "sha256:12")': "sha256:12",
    'provider::spcs::image_reference("D.S.R", "web", "")': "tag",
    'provider::spcs::service_dns_name("A$B")': "$",
    'provider::spcs::service_dns_name("A", "b", "c")': "one domain",
    'provider::spcs::service_spec({ containers = {} })': "container",
    'provider::spcs::service_spec({ containers = { a = { img = "x" } } })': "img",
    'provider::spcs::service_spec({ containers = { a = { image = "x", env = { E = "$$" } } } })': "$$",
    'provider::spcs::parse_service_spec("spec:\\n  containers:\\n  - name: a\\n    img: x\\n")': "line 4",
    'provider::spcs::parse_service_spec("")': "yaml",
}


class Functions(Case):
    def test_what_they_give(self):
        outputs = "".join(f'output "o{n}" {{\n  value = {call}\n}}\n' for n, call in enumerate(GOOD))
        workspace = self.workspace(None, outputs, provider=NEEDED)
        self.assert_ok(workspace.apply())
        given = workspace.outputs()
        for n, (call, expected) in enumerate(GOOD.items()):
            self.assertEqual(given[f"o{n}"], expected, call)

    def test_what_they_say_to_wrong_arguments(self):
        workspace = self.workspace(None, "", provider=NEEDED)
        for call, word in BAD.items():
            with self.subTest(call):
                workspace.write("main.tf", f'output "o" {{\n  value = {call}\n}}\n')
                self.assert_fails(workspace.plan(), "function", word)

    def test_unknown_arguments_wait(self):
        configuration = """
resource "terraform_data" "later" {
  input = "v1"
}

output "image" {
  value = provider::spcs::image_reference("D.S.R", "web", terraform_data.later.output)
}

output "spec" {
  value = provider::spcs::service_spec({ containers = { a = { image = "/d/s/r/web:${terraform_data.later.output}" } } })
}
"""
        workspace = self.workspace(None, configuration, provider=NEEDED)
        plan = workspace.plan_json()
        self.assertNotIn("after", {k: v for k, v in plan["output_changes"]["image"].items() if v is not None}, json.dumps(plan))
        self.assert_ok(workspace.apply())
        self.assertEqual(workspace.outputs()["image"], "/d/s/r/web:v1")
        self.assertIn("/d/s/r/web:v1", workspace.outputs()["spec"])
