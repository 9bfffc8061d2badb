# SPDX-License-Identifier: MPL-2.0
"""The life of examples/vicuna13b: one applied example, changed step by step. Tests run in the order of their names."""

import json

from cases.kinds import changed_leaves
from driver.case import ExampleCase

MODULE = "module.ray_serve"
HEAD = f"{MODULE}.spcs_service.head[0]"
WORKERS = f"{MODULE}.spcs_service.serve_worker[0]"
WORKER_POOL = f"{MODULE}.spcs_compute_pool.serve_worker"
HEAD_POOL = f"{MODULE}.spcs_compute_pool.head"
STREAMLIT = f"{MODULE}.spcs_service.streamlit[0]"
MODEL = f"{MODULE}.spcs_ray_serve_model.this[0]"
SCHEMA = "MYDB.VICUNA13BONRAYSERVE"


class ExampleLife(ExampleCase):
    variables: dict = {}
    unsettled = False

    def setUp(self):
        """A step that failed is finished first, so that it does not take the others down with it."""
        super().setUp()
        if self.unsettled:
            self.example.apply(*self.arguments(), timeout=600)

    def run(self, result=None):
        failed = len(result.failures) + len(result.errors)
        super().run(result)
        type(self).unsettled = len(result.failures) + len(result.errors) > failed

    def arguments(self, **changed) -> list[str]:
        """-var arguments of the example as it is now; `changed` stays for the steps that follow."""
        cls = type(self)
        cls.variables = cls.variables | changed
        return [f"-var={name}={json.dumps(value)}" for name, value in cls.variables.items()]

    def planned(self, arguments: list[str]) -> dict[str, dict]:
        """Address -> change of everything that is touched."""
        plan = self.example.plan_json(*arguments)
        changes = {c["address"]: c["change"] for c in plan["resource_changes"]}
        return {a: c for a, c in changes.items() if c["actions"] not in (["no-op"], ["read"])}

    def applies(self, arguments: list[str]) -> str:
        result = self.example.apply(*arguments, timeout=600)
        self.assert_ok(result)
        self.assert_no_changes(self.example, *arguments)
        return result.text

    def containers(self, service: str) -> list[dict]:
        return self.account.sql(f"SHOW SERVICE CONTAINERS IN SERVICE {SCHEMA}.{service}")

    def test_01_everything_is_there(self):
        urls = self.example.outputs()["urls"]
        self.assertEqual(
            sorted(urls), ["grafana", "notebook", "prometheus", "ray-dashboard", "rayserveapi", "streamlit"]
        )
        for url in urls.values():
            self.assertRegex(url, r"^http://[\w-]+-spcs-emulator\.localhost:\d+$")
        self.assertEqual(len(self.account.names("COMPUTE POOL")), 2)
        self.assertEqual(len(self.account.names("STAGE")), 2)
        self.assertEqual(len(self.containers("SPCS_RAYSERVE_CUSTOM_WORKER_SERVICE")), 2 * 2)

    def test_02_no_changes(self):
        self.assert_no_changes(self.example)

    def test_03_a_specification_written_anew_is_no_change(self):
        for service in ("SPCS_RAY_CUSTOM_HEAD_SERVICE", "STREAMLIT", "SPCS_RAYSERVE_CUSTOM_WORKER_SERVICE"):
            self.account.mutate("SERVICE", f"{SCHEMA}.{service}", reserialize=True)
        self.assert_no_changes(self.example)
        self.assert_no_changes(self.example)

    def test_04_an_outside_change_of_a_pool(self):
        self.account.mutate("COMPUTE POOL", "VICUNA13B_RAY_HEAD_POOL", set={"auto_suspend_secs": 600})
        changes = self.planned([])
        self.assertEqual({a: c["actions"] for a, c in changes.items()}, {HEAD_POOL: ["update"]})
        self.assertEqual(changed_leaves(changes[HEAD_POOL]), {"auto_suspend_secs"})
        self.applies([])

    def test_05_an_outside_change_of_a_specification(self):
        self.account.mutate(
            "SERVICE", f"{SCHEMA}.STREAMLIT", set={"spec.containers.streamlit.env.RAY_API_URL": "http://elsewhere"}
        )
        changes = self.planned([])
        self.assertEqual({a: c["actions"] for a, c in changes.items()}, {STREAMLIT: ["update"]})
        self.assertEqual(
            changed_leaves(changes[STREAMLIT]), {"spec.containers.streamlit.env.RAY_API_URL", "spec_digest"}
        )
        self.applies([])

    def test_06_another_tag_of_the_chat_page(self):
        arguments = self.arguments(images={"streamlit": {"tag": "v2"}})
        changes = self.planned(arguments)
        self.assertEqual({a: c["actions"] for a, c in changes.items()}, {STREAMLIT: ["update"]})
        self.assertEqual(changed_leaves(changes[STREAMLIT]), {"spec.containers.streamlit.image", "spec_digest"})
        self.applies(arguments)

    def test_07_another_tag_of_the_head_plans_the_model_too(self):
        arguments = self.arguments(images={"streamlit": {"tag": "v2"}, "head": {"tag": "v2"}})
        changes = self.planned(arguments)
        self.assertEqual({a: c["actions"] for a, c in changes.items()}, {HEAD: ["update"], MODEL: ["update"]})
        self.assertEqual(changed_leaves(changes[HEAD]), {"spec.containers.head.image", "spec_digest"})
        self.applies(arguments)

    def test_08_three_workers_in_place(self):
        before = {c["instance_id"]: c["start_time"] for c in self.containers("SPCS_RAYSERVE_CUSTOM_WORKER_SERVICE")}
        arguments = self.arguments(num_serve_workers=3)
        changes = self.planned(arguments)
        self.assertEqual({a: c["actions"] for a, c in changes.items()}, {WORKER_POOL: ["update"], WORKERS: ["update"]})
        self.applies(arguments)
        after = {c["instance_id"]: c["start_time"] for c in self.containers("SPCS_RAYSERVE_CUSTOM_WORKER_SERVICE")}
        self.assertEqual(len(after), 3)
        self.assertEqual({i: after.get(i) for i in before}, before, "a worker that stayed was restarted")

    def test_09_two_workers_again_with_a_warning(self):
        before = {c["instance_id"]: c["start_time"] for c in self.containers("SPCS_RAYSERVE_CUSTOM_WORKER_SERVICE")}
        arguments = self.arguments(num_serve_workers=2)
        result = self.example.plan(*arguments)
        self.assertEqual(result.code, 2, str(result))
        self.assert_says(result, "Warning:", "SPCS_RAYSERVE_CUSTOM_WORKER_SERVICE")
        self.applies(arguments)
        after = {c["instance_id"]: c["start_time"] for c in self.containers("SPCS_RAYSERVE_CUSTOM_WORKER_SERVICE")}
        self.assertEqual(len(after), 2)
        self.assertEqual(after, {i: before[i] for i in after}, "a worker that stayed was restarted")

    def test_10_suspended_and_resumed(self):
        arguments = self.arguments(suspended=True)
        self.applies(arguments)
        self.account.advance(600)
        self.assert_no_changes(self.example, *arguments)
        arguments = self.arguments(suspended=False)
        self.assertIn(MODEL, self.planned(arguments), "a resumed head knows no applications")
        self.applies(arguments)

    def test_11_without_services(self):
        arguments = self.arguments(services_enabled=False)
        text = self.applies(arguments)
        self.assertIn("destroyed", text)
        self.assertEqual(self.account.sql("SHOW SERVICES IN ACCOUNT"), [])
        self.assertEqual(self.account.sql("SHOW JOB SERVICES IN ACCOUNT"), [])
        for kind, number in (("COMPUTE POOL", 2), ("STAGE", 2), ("TABLE", 1), ("SECRET", 1), ("IMAGE REPOSITORY", 1)):
            self.assertEqual(len(self.account.names(kind)), number, kind)
        self.account.advance(600)
        states = {pool["name"]: pool["state"] for pool in self.account.sql("SHOW COMPUTE POOLS")}
        self.assertEqual(set(states.values()), {"SUSPENDED"}, states)
        self.assert_no_changes(self.example, *arguments)

    def test_12_with_services_again(self):
        self.applies(self.arguments(services_enabled=True))

    def test_13_destroyed(self):
        self.assert_ok(self.example.destroy(*self.arguments(), timeout=600))
        objects = self.account.objects()
        text = json.dumps({kind: rows for kind, rows in objects.items() if kind not in ("USER", "ROLE", "WAREHOUSE")})
        for trace in ("MYDB", "VICUNA13B"):
            self.assertNotIn(trace, text.upper())
