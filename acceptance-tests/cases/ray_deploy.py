# SPDX-License-Identifier: MPL-2.0
"""The deployer against a real Ray cluster: a head and two workers with 4 declared GPUs each, as local processes."""

import json
import signal
import subprocess
import sys
import time
import unittest

from driver import places, processes
from driver.case import Case, long

_SECONDS = 240  # more than anything here takes on a busy machine

FOREIGN = {
    "name": "foreign",
    "route_prefix": "/foreign",
    "import_path": "serve_app.app:build",
    "args": {"model": "toy/words"},
    "runtime_env": {"env_vars": {"THEIR_SECRET": "kept as it is"}},
    "deployments": [
        {"name": "LLM", "max_ongoing_requests": 5, "ray_actor_options": {"num_cpus": 0.1}}
        | {"placement_group_bundles": [{"CPU": 0.5}]}
    ],
}


def application(name: str, *bundles: dict, strategy: str = "PACK") -> dict:
    """As spcs_ray_serve_model writes it, with the toy engine."""
    return {
        "name": name,
        "route_prefix": f"/{name}",
        "import_path": "serve_app.app:build",
        "args": {"model": "toy/words", "seed": 123},
        "deployments": [
            {
                "name": "LLM",
                "num_replicas": 1,
                "max_ongoing_requests": 100,
                "ray_actor_options": {"num_cpus": 0.5, "num_gpus": 0},
                "placement_group_bundles": list(bundles),
                "placement_group_strategy": strategy,
            }
        ],
    }


def gpus(count: int) -> list[dict]:
    return [{"CPU": 0.5, "GPU": 1, "custom_llm_serving_label": 0.001}] * count


class RealRay(Case):
    """A cluster for all tests of a class, on which somebody else's application runs already."""

    abstract = True
    once = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not (places.cache_folder() / "venv-ray" / "installed").exists():
            raise unittest.SkipTest("Ray is not installed: run script/bootstrap --test")
        tests = str(places.ROOT / "images" / "tests")
        if tests not in sys.path:
            sys.path.append(tests)
        from ray_cluster import Cluster

        cls.cluster = cls.enterClassContext(Cluster())
        cls.cluster.put(FOREIGN)
        cls.cluster.wait_running("foreign", _SECONDS)
        cls.foreign = cls.shown("foreign")

    @classmethod
    def shown(cls, name: str) -> dict:
        """What must not change: the configuration, and the processes that serve it."""
        found = cls.cluster.applications()[name]
        pids = [replica["pid"] for replica in found["deployments"]["LLM"]["replicas"]]
        return {"config": found["deployed_app_config"], "pids": pids, "status": found["status"]}

    def groups(self, count: int) -> list[list[str]]:
        """Of each placement group with so many bundles the nodes on which they are."""
        listed = self.cluster.get("/api/v0/placement_groups?detail=1&limit=1000")["data"]["result"]["result"]
        created = [group["bundles"] for group in listed if group["state"] == "CREATED"]
        return [[bundle["node_id"] for bundle in bundles] for bundles in created if len(bundles) == count]

    def bundles(self, count: int) -> list[str]:
        """The same, where there is one such group."""
        groups = self.groups(count)
        self.assertEqual(len(groups), 1, groups)
        return groups[0]

    def assert_lease_is_free(self) -> None:
        def free():
            jobs = self.cluster.get("/api/jobs/")
            leases = [j for j in jobs if (j["submission_id"] or "").startswith("spcs-serve-lease-")]
            return leases and all(j["status"] in ("STOPPED", "SUCCEEDED", "FAILED") for j in leases)

        self.cluster.wait("the end of the lease", _SECONDS, free)


class OnRay(RealRay):
    """In the order of the names."""

    # --- The deployer ----------------------------------------------------------------------------------------------------

    def start(self, action: str, app: dict, **variables) -> subprocess.Popen:
        request = {"action": action, "application": app["name"], "head": "127.0.0.1", "config_hash": "abc"}
        request["config"] = app if action == "deploy" else None
        variables = {"DASHBOARD_PORT": self.cluster.dashboard, "TIMEOUT_SECONDS": _SECONDS} | variables
        environment = {f"SPCS_RAY_{name}": str(value) for name, value in variables.items()}
        process = processes.start(
            [places.binary("spcs-ray-deploy")],
            env={"SPCS_RAY_DEPLOY_REQUEST": json.dumps(request)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(processes.stop, process)
        return process

    def end(self, process: subprocess.Popen, code: int = 0) -> tuple[dict, str]:
        """The answer, and all that was said."""
        text = process.stdout.read()  # it has a timeout of its own
        process.wait(60)
        processes.finished(process)
        self.assertEqual(process.returncode, code, text)
        return json.loads(text.splitlines()[-1]), text

    def run_deployer(self, action: str, app: dict, code: int = 0, **variables) -> tuple[dict, str]:
        return self.end(self.start(action, app, **variables), code)

    # --- Tests -----------------------------------------------------------------------------------------------------------

    def test_1_deploys_over_both_workers(self):
        chat = application("chat", *gpus(6))
        answer, text = self.run_deployer("deploy", chat)
        self.assertEqual((answer["status"], answer["config_hash"]), ("RUNNING", "abc"), text)
        self.assertEqual([(d["name"], d["running_replicas"]) for d in answer["deployments"]], [("LLM", 1)])
        self.assertEqual(answer["session_name"], self.cluster.get("/api/version")["session_name"])
        workers = {node["node_id"] for node in self.cluster.alive_workers()}
        self.assertEqual(set(self.bundles(6)), workers)
        self.assertIn("the application answers at /chat", text)
        self.assert_lease_is_free()
        # The same again restarts nothing; Serve shows what was written.
        before = self.shown("chat")
        self.run_deployer("deploy", chat)
        self.assertEqual(self.shown("chat"), before)
        answer, text = self.run_deployer("status", chat)
        self.assertEqual((answer["status"], answer["application"]), ("RUNNING", chat), text)

    def test_2_a_change_of_the_placement_moves_the_replica(self):
        before = self.shown("chat")
        changed = application("chat", *gpus(3), strategy="STRICT_PACK")
        self.run_deployer("deploy", changed)
        self.assertEqual(len(set(self.bundles(3))), 1)
        self.assertNotEqual(self.shown("chat")["pids"], before["pids"])
        answer, _ = self.run_deployer("status", changed)
        self.assertEqual(answer["application"], changed, "what the deployer adds is shown")

    def test_3_what_cannot_be_placed_fails_in_seconds(self):
        began, before = time.monotonic(), self.shown("chat")
        answer, text = self.run_deployer("deploy", application("large", *gpus(9)), code=1, SETTLE_SECONDS=2)
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(answer["status"], "FAILED")
        self.assertIn("wants 1 replica(s) of 9 × {CPU 0.5, GPU 1, custom_llm_serving_label 0.001} PACK", text)
        self.assertRegex(text, r"of such bundles [04] \+ [04] \+ [04] fit on the nodes")
        self.assertIn("GPU 8", text)
        self.assertEqual(self.shown("chat"), before)

    def test_4_a_failure_ends_at_once_with_its_reason(self):
        bad = application("bad", {"CPU": 0.5})
        bad["args"]["heartbeat_seconds"] = 120
        answer, text = self.run_deployer("deploy", bad, code=1)
        self.assertEqual(answer["status"], "DEPLOY_FAILED")
        self.assertIn("heartbeat_seconds is 120; it must be above 0", text)
        self.assertNotIn("\x1b", text)
        self.run_deployer("delete", bad)

    def two_owners(self, **variables) -> set[str]:
        """The first stands still between its read and its write, until the second is through or waits. Who is left."""
        first, second = application("first", {"CPU": 0.5}), application("second", {"CPU": 0.5})
        slow = self.start("deploy", first, PAUSE_SECONDS=5, **variables)
        self.read_until(slow, "pausing")
        slow.send_signal(signal.SIGSTOP)
        quick = self.start("deploy", second, **variables)
        said = self.read_until(quick, "waiting: another deployment writes", "{")
        slow.send_signal(signal.SIGCONT)
        self.assertEqual(said.startswith("{"), bool(variables), "who waited, and who did not")
        self.end(slow)
        if not variables:
            self.end(quick)
        return set(self.cluster.applications()) & {"first", "second"}

    def read_until(self, process: subprocess.Popen, *beginnings: str) -> str:
        """The first line that begins so."""
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith(beginnings):
                return line
        self.fail(f"the deployer has ended and said:\n{said}")

    def delete_owners(self) -> None:
        for name in ("first", "second"):
            self.run_deployer("delete", application(name, {"CPU": 0.5}))

    def test_5_two_owners_lose_no_update(self):
        self.addCleanup(self.delete_owners)
        self.assertEqual(self.two_owners(), {"first", "second"})
        self.assertEqual(self.shown("foreign"), self.foreign)

    @long
    def test_6_without_the_lease_one_is_lost(self):
        self.addCleanup(self.delete_owners)
        self.assertEqual(self.two_owners(LEASE="off"), {"first"})

    def test_7_sigterm_ends_it_and_gives_the_lease_back(self):
        process = self.start("deploy", application("stopped", {"CPU": 0.5}), PAUSE_SECONDS=60)
        self.read_until(process, "pausing")
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        answer, text = self.end(process, code=1)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(answer["status"], "FAILED", text)
        self.assert_lease_is_free()
        self.assertNotIn("stopped", self.cluster.applications())

    def test_8_deletes_and_leaves_others_alone(self):
        chat = application("chat", {"CPU": 0.5})
        answer, _ = self.run_deployer("delete", chat)
        self.assertEqual((answer["status"], answer["deployments"]), ("DELETED", []))
        self.assertEqual(set(self.cluster.applications()), {"foreign"})
        self.assertEqual(self.shown("foreign"), self.foreign)
        answer, _ = self.run_deployer("status", chat)
        self.assertEqual((answer["status"], answer["application"]), ("NOT_FOUND", None))
        self.run_deployer("delete", chat)

    def test_9_a_dashboard_that_does_not_answer(self):
        with_no_one = application("chat", {"CPU": 0.5})
        answer, text = self.run_deployer("deploy", with_no_one, code=1, DASHBOARD_PORT=1, TIMEOUT_SECONDS=3)
        self.assertIn("Ray's dashboard does not answer", text)
        self.assertEqual(answer["status"], "FAILED")
