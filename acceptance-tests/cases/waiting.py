# SPDX-License-Identifier: MPL-2.0
"""An update whose wait is given up is not forgotten: each plan shows it until the service is ready."""

import json

from driver.case import Case
from cases.kinds import GROUND, POOL, changed_leaves

SERVICE = """resource "spcs_service" "this" {
  database     = "ACC"
  schema       = "S"
  name         = "made"
  compute_pool = "P"
  spec         = { containers = { main = { image = "/acc/s/repo/%s:v1" } } }
}
"""
ADDRESS = "spcs_service.this"


class Waiting(Case):
    def account(self):
        scenarios = self.folder / "scenarios"
        scenarios.mkdir(exist_ok=True)
        (scenarios / "exits.json").write_text(json.dumps({"exit": {"after": 1, "code": 17}, "log": ["no disk"]}))
        ground = [*GROUND, "CREATE IMAGE REPOSITORY ACC.S.REPO", POOL]
        images = ["/acc/s/repo/good:v1", "/acc/s/repo/exits:v1"]
        return self.emulator(ground, images=images, scenarios=scenarios, speed=20)

    def test_a_failed_update_is_planned_again(self):
        emulator = self.account()
        workspace = self.workspace(emulator, SERVICE % "good")
        self.assert_ok(workspace.apply())
        self.assertTrue(workspace.state()[ADDRESS]["ready"])
        workspace.write("main.tf", SERVICE % "exits")
        self.assert_fails(workspace.apply(timeout=120), "no disk")
        self.assertFalse(workspace.state()[ADDRESS]["ready"])

        # The account has the new specification already; what is left to do is to wait.
        plan = workspace.plan_json()
        change = next(c["change"] for c in plan["resource_changes"] if c["address"] == ADDRESS)
        self.assertEqual(change["actions"], ["update"])
        self.assertEqual(changed_leaves(change), {"ready"})
        last = emulator.last_statement()
        self.assert_fails(workspace.apply(timeout=120), "no disk")
        kinds = [entry["kind"] for entry in emulator.statements(last)]
        self.assertFalse([kind for kind in kinds if kind.startswith(("CREATE", "ALTER", "DROP"))], kinds)

        workspace.write("main.tf", SERVICE % "good")
        self.assert_ok(workspace.apply(timeout=120))
        self.assertTrue(workspace.state()[ADDRESS]["ready"])
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())
