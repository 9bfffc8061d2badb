# SPDX-License-Identifier: MPL-2.0
"""spcs_ray_serve_model through a dashboard's URL, applied by a real client to a real Ray cluster on this machine."""

import json
import time
import urllib.request

from cases.ray_deploy import RealRay
from driver.case import PROVIDER, long
from driver.client import Workspace

_SECONDS = 240  # more than anything here takes on a busy machine

# The service that the cluster is said to be. Its container is a simulated one: Ray itself runs beside the account.
GROUND = [
    "CREATE DATABASE LIFE",
    "CREATE SCHEMA LIFE.S",
    "CREATE IMAGE REPOSITORY LIFE.S.R",
    "CREATE COMPUTE POOL LIFE_POOL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S",
    "CREATE SERVICE LIFE.S.RAY_HEAD IN COMPUTE POOL LIFE_POOL FROM SPECIFICATION "
    "$$\nspec:\n  containers:\n  - name: head\n    image: /life/s/r/ray-head:v1\n$$",
]

MODELS = """
resource "spcs_ray_serve_model" "this" {
  for_each = var.models

  database        = "LIFE"
  schema          = "S"
  head_service    = "RAY_HEAD"
  name            = each.key
  transport       = "endpoint"
  endpoint_url    = var.url
  worker_services = ["WORKERS"]
  route_prefix    = "/${each.key}"

  llm = {
    model_id                 = "toy/words"
    tensor_parallel_size     = each.value.ranks
    bundle                   = each.value.bundle
    placement_group_strategy = each.value.strategy
  }

  timeouts = { create = "4m", update = "4m", delete = "4m" }
}

data "spcs_ray_cluster" "this" {
  url        = var.url
  depends_on = [spcs_ray_serve_model.this]
}

output "applications" {
  value = { for name, application in data.spcs_ray_cluster.this.applications : name => application.status }
}

variable "url" {}
variable "models" {
  type = map(object({
    ranks    = number
    strategy = optional(string, "PACK")
    bundle   = optional(map(number), { CPU = 0.5, GPU = 1, custom_llm_serving_label = 0.001 })
  }))
}
"""

SMALL = {"ranks": 1, "bundle": {"CPU": 0.5}}
CHAT = {"ranks": 6}
MOVED = {"ranks": 2, "strategy": "STRICT_SPREAD"}


class Life(RealRay):
    """In the order of the names: one cluster and one state for all. The long ones wait for Ray to notice deaths."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.class_emulator(GROUND)
        cls.state = cls.new_workspace("state")

    @classmethod
    def new_workspace(cls, name: str) -> Workspace:
        environment = cls.account.environment() | {"TF_VAR_url": f"http://127.0.0.1:{cls.cluster.dashboard}"}
        workspace = Workspace(cls.client, cls.class_folder / name, environment)
        workspace.write("provider.tf", PROVIDER)
        workspace.write("main.tf", MODELS)
        workspace.init()
        return workspace

    @staticmethod
    def models(**models) -> str:
        return f"-var=models={json.dumps(models)}"

    def apply(self, **models) -> None:
        self.assert_ok(self.state.apply(self.models(**models)))

    def assert_unchanged(self, **models) -> None:
        self.assert_no_changes(self.state, self.models(**models))

    def replicas(self, name: str) -> list[tuple[str, str]]:
        """Actor and node of each."""
        shown = self.cluster.applications()[name]
        return [(replica["actor_id"], replica["node_id"]) for replica in shown["deployments"]["LLM"]["replicas"]]

    def ask(self, name: str, words: int = 3) -> list[dict]:
        """The lines of a streamed answer."""
        prompt = " ".join(f"word{number}" for number in range(words))
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.cluster.serve}/{name}/",
            data=json.dumps({"prompt": prompt, "stream": True, "max_tokens": 20}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return [json.loads(line) for line in answer]

    def wait_running(self) -> None:
        for name in ("chat", "foreign"):
            self.cluster.wait_running(name, _SECONDS)

    # --- Tests -----------------------------------------------------------------------------------------------------------

    def test_1_the_short_form_is_served_by_both_workers(self):
        changes = self.state.plan_json(self.models(chat=CHAT))["resource_changes"]
        planned = next(c["change"]["after"] for c in changes if c["type"] == "spcs_ray_serve_model")
        self.assertEqual(len(planned["deployments"]["LLM"]["placement_group_bundles"]), 6)
        self.assertEqual(json.loads(planned["args"]), {"model": "toy/words", "tensor_parallel_size": 6})
        self.apply(chat=CHAT)
        self.assertEqual(self.state.outputs()["applications"], {"chat": "RUNNING", "foreign": "RUNNING"})
        self.assertEqual(set(self.bundles(6)), {node["node_id"] for node in self.cluster.alive_workers()})
        lines = self.ask("chat", words=16_384)
        self.assertEqual(len("".join(line["text"] for line in lines).split()), 20)
        self.assert_unchanged(chat=CHAT)

    def test_2_a_change_made_elsewhere_is_planned_back(self):
        changed = self.cluster.applications()["chat"]["deployed_app_config"]
        changed["deployments"][0]["max_ongoing_requests"] = 7
        self.cluster.put(changed, self.foreign["config"])
        self.cluster.wait_running("chat", _SECONDS)
        result = self.state.plan(self.models(chat=CHAT))
        self.assertEqual(result.code, 2, str(result))
        self.assert_says(result, "max_ongoing_requests = 7 -> 100")
        self.apply(chat=CHAT)
        self.assert_unchanged(chat=CHAT)

    def test_3_a_change_of_the_placement_moves_the_replicas(self):
        before = self.replicas("chat")
        self.apply(chat=MOVED)
        self.assertEqual(set(self.bundles(2)), {node["node_id"] for node in self.cluster.alive_workers()})
        self.assertFalse({actor for actor, _ in self.replicas("chat")} & {actor for actor, _ in before})

    def test_4_what_cannot_be_placed_fails_in_seconds(self):
        self.apply(chat=MOVED)
        began, before = time.monotonic(), self.shown("chat")
        result = self.state.apply(self.models(chat=MOVED, large={"ranks": 9}))
        self.assertLess(time.monotonic() - began, 40)
        self.assert_fails(result, "wants 1 replica(s) of 9 × {CPU 0.5, GPU 1", "GPU 8")
        self.assertEqual(self.shown("chat"), before)

    def test_5_two_states_lose_no_update(self):
        second = self.new_workspace("second")
        self.state.start("apply", "-no-color", "-auto-approve", self.models(chat=MOVED, first=SMALL))
        other = second.apply(self.models(second=SMALL), timeout=_SECONDS)
        self.assert_ok(self.state.finish(_SECONDS))
        self.assert_ok(other)
        self.assertEqual(set(self.cluster.applications()), {"foreign", "chat", "first", "second"})
        self.assert_ok(second.destroy(self.models(second=SMALL)))
        self.apply(chat=MOVED)
        self.assertEqual(set(self.cluster.applications()), {"foreign", "chat"})
        self.assertEqual(self.shown("foreign"), self.foreign)
        self.assert_lease_is_free()

    @long
    def test_6_a_worker_that_dies_changes_no_plan(self):
        self.apply(chat=MOVED)
        before = {node["node_id"] for node in self.cluster.alive_workers()}
        self.cluster.restart_worker(self.cluster.workers[0])

        def on_both() -> bool:
            now = {node["node_id"] for node in self.cluster.alive_workers()}
            return len(now) == 2 and now != before and [set(group) for group in self.groups(2)] == [now]

        self.cluster.wait("the bundles on the new worker", _SECONDS, on_both)
        self.wait_running()
        self.assert_unchanged(chat=MOVED)

    def test_7_a_head_that_dies_puts_the_application_back(self):
        self.apply(chat=MOVED)
        session = self.cluster.get("/api/version")["session_name"]
        self.cluster.wait("the keeper", 30, lambda: any((self.cluster.home / ".spcs" / "app-chat").iterdir()))
        self.cluster.restart_head()
        self.wait_running()
        self.assertNotEqual(self.cluster.get("/api/version")["session_name"], session)
        self.assert_unchanged(chat=MOVED)
        self.assertEqual(self.ask("chat")[0]["text"], "This")

    @long
    def test_8_without_that_it_is_planned_and_applied_anew(self):
        self.apply(chat=MOVED)
        self.cluster.restart_head(SERVE_RESTORE="off")
        self.cluster.wait("the workers", _SECONDS, lambda: len(self.cluster.alive_workers()) == 2)
        # Serve starts anew with the first application, so somebody has to say where it listens.
        self.cluster.put(self.foreign["config"])
        self.cluster.wait_running("foreign", _SECONDS)
        changes = self.state.changes(self.models(chat=MOVED))
        self.assertEqual(changes, {'spcs_ray_serve_model.this["chat"]': ["create"]})
        self.apply(chat=MOVED)
        self.assertEqual(self.ask("chat")[0]["text"], "This")
        self.assert_unchanged(chat=MOVED)

    def test_9_destroys_and_leaves_others_alone(self):
        self.assert_ok(self.state.destroy(self.models(chat=MOVED)))
        self.assertEqual(set(self.cluster.applications()), {"foreign"})
