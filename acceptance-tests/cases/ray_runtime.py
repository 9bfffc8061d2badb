# SPDX-License-Identifier: MPL-2.0
"""examples/tiny on the emulator's `process` runtime: a real Ray cluster as services, with a model that lives on it."""

import json
import time

from cases.processes import processes_account
from driver import places
from driver.case import Case, long
from driver.client import Workspace
from driver.ingress import Endpoint


def wait_for(case: Case, what: str, seconds: float, look):
    """The first true answer of `look`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    return case.fail(f"waited {seconds:g} s for {what}")


@long
class RealCluster(Case):
    """examples/tiny: a real Ray head, two workers with four declared GPUs each, the real deployer and the chat page."""

    model = "module.ray_serve.spcs_ray_serve_model.this[0]"

    def applied(self, **module) -> tuple:
        """The example, applied with these arguments of the module as well."""
        account = processes_account(self, places.ROOT / "images", speed=50)
        example = Workspace.of_example(self.client, self.folder / "work", "tiny", account.environment())
        arguments = "\n".join(f"  {name} = {json.dumps(value)}" for name, value in module.items())
        example.write("test_override.tf", f'module "ray_serve" {{\n{arguments}\n}}\n')
        example.init()
        self.assert_ok(example.apply(timeout=900))
        self.assertEqual(example.outputs()["model_status"], "RUNNING")
        return account, example

    def service(self, account, ending: str) -> str:
        return next(name for name in account.names("SERVICE") if name.endswith(ending))

    def containers(self, account, service: str) -> list[dict]:
        return account.sql(f"SHOW SERVICE CONTAINERS IN SERVICE {service}")

    def head_log(self, account, service: str) -> str:
        return next(iter(account.sql(f"CALL SYSTEM$GET_SERVICE_LOGS('{service}', 0, 'head', 1000)")[0].values())) or ""

    def endpoint(self, account, service: str, name: str) -> Endpoint:
        token = account.token(type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO")
        return Endpoint(account, service, name, token)

    def assert_serves(self, account, head: str) -> None:
        """The model's ranks lie on both workers, and a long prompt is answered in a stream."""
        dashboard = self.endpoint(account, head, "ray-dashboard")
        groups = dashboard.json("/api/v0/placement_groups?detail=1")["data"]["result"]["result"]
        nodes = [bundle["node_id"] for group in groups if group["state"] == "CREATED" for bundle in group["bundles"]]
        self.assertEqual(sorted(nodes.count(node) for node in set(nodes)), [4, 4], groups)
        prompt = " ".join(f"word{number}" for number in range(16_384))
        body = {"prompt": prompt, "stream": True, "max_tokens": 20}
        with self.endpoint(account, head, "rayserveapi").request("POST", "/tinyapi/", body) as answer:
            lines = [json.loads(line) for line in answer]
        self.assertEqual(len("".join(line["text"] for line in lines).split()), 20, lines)

    def restart(self, account, service: str, container: str) -> None:
        """Kills a container, and waits until the service is well again."""
        account.mutate("SERVICE", service, restart_container={"instance": 0, "container": container})

        def restarts() -> int:
            return max(int(row["restart_count"]) for row in self.containers(account, service))

        wait_for(self, "the container's end", 60, lambda: restarts() > 0)
        wait_for(
            self, "READY", 240, lambda: {row["status"] for row in self.containers(account, service)} == {"READY"}
        )

    def test_a_model_is_served_by_a_real_ray_cluster(self):
        account, example = self.applied()
        self.assert_no_changes(example)
        head = self.service(account, "RAY_CUSTOM_HEAD_SERVICE")
        workers = self.service(account, "RAYSERVE_CUSTOM_WORKER_SERVICE")
        self.assertEqual({row["status"] for row in self.containers(account, workers)}, {"READY"})

        self.assert_serves(account, head)

        # What dies comes back by itself, and nobody has to apply anything.
        self.restart(account, workers, "worker")
        self.assert_no_changes(example)
        self.restart(account, head, "head")
        restored = f"restored {example.state()[self.model]['config_hash']}"
        wait_for(self, "the application", 240, lambda: restored in self.head_log(account, head))
        self.assert_no_changes(example)

        # A model that is deleted while the head is suspended stays away when the head comes back.
        self.assert_ok(example.apply("-var=suspended=true", timeout=300))
        listed = "LIST @TINY_LLM.SERVING.SNOWML_HOME/.spcs/app-"
        self.assertNotEqual(account.sql(listed), [])
        self.assert_ok(example.destroy("-var=suspended=true", f"-target={self.model}"))
        self.assertEqual(account.sql(listed), [])

        self.assert_ok(example.destroy(timeout=600))
        self.assertEqual(account.names("SERVICE"), [])

    def test_through_the_endpoint_and_without_restoring_a_restart_is_planned_and_applied(self):
        account, example = self.applied(restore_model=False, model_transport="endpoint")
        self.assert_no_changes(example)
        head = self.service(account, "RAY_CUSTOM_HEAD_SERVICE")
        self.restart(account, head, "head")
        wait_for(self, "the keeper", 240, lambda: "restoring is switched off" in self.head_log(account, head))
        self.assertEqual(example.changes()[self.model], ["create"])
        self.assert_ok(example.apply(timeout=600))
        self.assert_no_changes(example)
        self.assert_serves(account, head)
        self.assert_ok(example.destroy(timeout=600))
