# SPDX-License-Identifier: MPL-2.0
"""The order of the example's statements, from the emulator's log: what must wait waits, what can overlap does."""

import datetime
import json

from driver import places
from driver.case import TOKEN, Case
from driver.client import Workspace

LATENCY = 0.2
WORKER_SECONDS = 400
SPEED = 100


def seconds(time: str) -> float:
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


class Log:
    """The statements of one command."""

    def __init__(self, entries: list[dict]):
        self.entries = [entry for entry in entries if not entry["fault"]]

    def all(self, kind: str, name: str = "") -> list[dict]:
        return [e for e in self.entries if e["kind"] == kind and name.upper() in e["object"].upper()]

    def one(self, kind: str, name: str = "") -> dict:
        found = self.all(kind, name)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} statements {kind} {name}: {[e['object'] for e in self.all(kind)]}")
        return found[0]

    def sent(self, kind: str, name: str = "") -> float:
        return seconds(self.one(kind, name)["received"])

    def done(self, kind: str, name: str = "") -> float:
        return seconds(self.one(kind, name)["answered"])


class ExampleOrder(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        scenarios = cls.class_folder / "scenarios"
        scenarios.mkdir()
        for file in (places.ROOT / "emulator" / "scenarios").glob("*.json"):
            (scenarios / file.name).write_text(file.read_text())
        # The workers take so long that whoever does not wait for them is seen.
        (scenarios / "ray-llm-worker.json").write_text(json.dumps({"start_seconds": WORKER_SECONDS}))
        cls.account = cls.class_emulator(
            images=places.example_images(),
            speed=SPEED,
            scenarios=scenarios,
            options=(f"--latency={LATENCY * 1000:g}ms",),
        )
        environment = cls.account.environment() | {"TF_VAR_hf_token": TOKEN}
        example = Workspace.of_example(cls.client, cls.class_folder / "work", "vicuna13b", environment)
        example.init()
        first = cls.account.last_statement()
        example.checked("apply", "-no-color", "-auto-approve", timeout=600)
        second = cls.account.last_statement()
        entries = cls.account.statements(first)
        example.checked("destroy", "-no-color", "-auto-approve", timeout=600)
        cls.up = Log([e for e in entries if e["number"] <= second])
        cls.down = Log(cls.account.statements(second))

    def test_pools_start_at_once(self):
        pools = [seconds(e["received"]) for e in self.up.all("CREATE COMPUTE POOL")]
        self.assertEqual(len(pools), 2)
        self.assertLess(max(pools) - min(pools), LATENCY)
        self.assertLess(max(pools), self.up.done("CREATE SCHEMA"), "the pools waited for the schema")

    def test_services_wait_for_what_they_use(self):
        up = self.up
        head = up.sent("CREATE SERVICE", "HEAD_SERVICE")
        for kind, name in (
            ("CREATE COMPUTE POOL", "HEAD_POOL"),
            ("CREATE SECRET", ""),
            ("CREATE EXTERNAL ACCESS INTEGRATION", ""),
            ("CREATE STAGE", "SNOWML_HOME"),
            ("CREATE STAGE", "RAY_LOGS"),
            ("CREATE IMAGE REPOSITORY", ""),
        ):
            self.assertLess(up.done(kind, name), head, f"{kind} {name}")
        self.assertLess(up.done("CREATE COMPUTE POOL", "SERVE_POOL"), up.sent("CREATE SERVICE", "WORKER_SERVICE"))
        self.assertLess(up.done("CREATE SERVICE", "HEAD_SERVICE"), up.sent("CREATE SERVICE", "WORKER_SERVICE"))
        self.assertLess(up.done("CREATE NETWORK RULE"), up.sent("CREATE EXTERNAL ACCESS INTEGRATION"))

    def test_the_model_waits_for_the_workers(self):
        job = seconds(self.up.all("EXECUTE JOB SERVICE")[0]["received"])
        workers = self.up.done("CREATE SERVICE", "WORKER_SERVICE")
        self.assertGreater(job - workers, WORKER_SECONDS / SPEED)

    def test_the_chat_page_does_not(self):
        job = seconds(self.up.all("EXECUTE JOB SERVICE")[0]["received"])
        page = self.up.sent("CREATE SERVICE", "STREAMLIT")
        self.assertLess(page, job)
        self.assertLess(page, self.up.done("CREATE SERVICE", "WORKER_SERVICE") + WORKER_SECONDS / SPEED)
        self.assertLess(self.up.done("CREATE TABLE"), page)
        self.assertLess(self.up.done("CREATE SERVICE", "HEAD_SERVICE"), page)

    def test_destroy_goes_backwards(self):
        down = self.down
        services = ("HEAD_SERVICE", "WORKER_SERVICE", "STREAMLIT")
        jobs = [seconds(e["answered"]) for e in down.all("EXECUTE JOB SERVICE")]
        self.assertTrue(jobs, "the application was not taken down")
        for name in ("HEAD_SERVICE", "WORKER_SERVICE"):
            self.assertLess(max(jobs), down.sent("DROP SERVICE", name))
        self.assertLess(down.done("DROP SERVICE", "WORKER_SERVICE"), down.sent("DROP SERVICE", "HEAD_SERVICE"))
        for name in services:
            dropped = down.done("DROP SERVICE", name)
            self.assertLess(dropped, down.sent("DROP SCHEMA"))
            if name != "WORKER_SERVICE":
                self.assertLess(dropped, down.sent("DROP COMPUTE POOL", "HEAD_POOL"))
        self.assertLess(down.done("DROP SERVICE", "WORKER_SERVICE"), down.sent("DROP COMPUTE POOL", "SERVE_POOL"))
        self.assertLess(down.done("DROP SERVICE", "HEAD_SERVICE"), down.sent("DROP SECRET"))
        self.assertLess(down.done("DROP SCHEMA"), down.sent("DROP DATABASE"))
