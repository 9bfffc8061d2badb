# SPDX-License-Identifier: MPL-2.0
"""The Serve application, the entrypoints and the dashboards on a real Ray cluster of a head and two workers."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest
import urllib.parse
from pathlib import Path

import places
from ray_cluster import Cluster, application, free_block, session_members

NAME = "vicuna13bapi"
ROUTE = f"/{NAME}/"


class Client:
    """Requests whose connections the tests hold in their hands."""

    def __init__(self, port: int):
        self.port = port

    def open(self, body, path: str = ROUTE) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return connection

    def ask(self, body, path: str = ROUTE) -> tuple[int, dict]:
        connection = self.open(body, path)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content)

    def lines(self, body) -> list[dict]:
        connection = self.open(body)
        answer = connection.getresponse()
        found = [json.loads(line) for line in answer]
        connection.close()
        return found


def dashboard_queries() -> list[str]:
    """Of all panels of all provisioned dashboards."""
    files = (places.IMAGES / "grafana" / "dashboards").glob("*.json")
    panels = [panel for file in files for panel in json.loads(file.read_text())["panels"]]
    return [target["expr"] for panel in panels for target in panel["targets"]]


class ClusterCase(unittest.TestCase):
    jupyter = False

    @classmethod
    def setUpClass(cls):
        if places.python_of("venv-ray") is None:
            raise unittest.SkipTest("Ray is not installed: run script/bootstrap --test")
        cls.cluster = Cluster(jupyter=cls.jupyter)
        cls.enterClassContext(cls.cluster)
        cls.client = Client(cls.cluster.serve)

    def stats(self) -> dict:
        return self.cluster.get(f"{ROUTE}stats", port=self.cluster.serve)

    def wait_stats(self, seconds: float, **expected: int) -> float:
        """Seconds until the engine counts what is expected."""
        began = time.monotonic()
        while True:
            found = self.stats()
            if all(found[name] == value for name, value in expected.items()):
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                self.fail(f"after {seconds} s the engine counts {found}, not {expected}")
            time.sleep(0.02)


class ServeApp(ClusterCase):
    """In the order of the names: the first test deploys."""

    def test_0_runs_with_its_bundles_over_both_workers(self):
        self.cluster.put(application())
        shown = self.cluster.wait_running(NAME)
        groups = self.cluster.get("/api/v0/placement_groups?detail=1")["data"]["result"]["result"]
        created = [group for group in groups if group["state"] == "CREATED"]
        self.assertEqual(len(created), 1, groups)
        places_of_bundles = [bundle["node_id"] for bundle in created[0]["bundles"]]
        workers = sorted(node["node_id"] for node in self.cluster.alive_workers())
        self.assertEqual(sorted(set(places_of_bundles)), workers)
        self.assertEqual([places_of_bundles.count(worker) for worker in workers], [4, 4])
        self.assertEqual(shown["deployments"]["LLM"]["deployment_config"]["max_ongoing_requests"], 100)

    def test_1_streams_json_lines(self):
        began = time.monotonic()
        connection = self.client.open({"prompt": "one two three", "stream": True, "max_tokens": 60})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/x-ndjson"))
        first = json.loads(answer.readline())
        first_after = time.monotonic() - began
        rest = [json.loads(line) for line in answer]
        whole_after = time.monotonic() - began
        connection.close()
        self.assertEqual(first, {"text": "This"})
        self.assertEqual(rest[-1], {"text": "", "finish_reason": "length"})
        # 60 tokens, 20 ms each: the first line must not have waited for the last.
        self.assertLess(first_after, whole_after - 0.6)
        streamed = first["text"] + "".join(part["text"] for part in rest)
        self.assertEqual(len(streamed.split()), 60)
        status, body = self.client.ask({"prompt": "one two three", "max_tokens": 60}, path=f"/{NAME}")
        self.assertEqual((status, body), (200, {"text": [streamed], "finish_reason": ["length"]}))

    def test_2_takes_a_prompt_of_16k_tokens(self):
        prompt = " ".join(f"word{number}" for number in range(16_384))
        lines = self.client.lines({"prompt": prompt, "stream": True, "max_tokens": 30})
        self.assertEqual(len("".join(line["text"] for line in lines).split()), 30)
        self.assertTrue(any("word" in line["text"] for line in lines))

    def test_3_refuses_with_a_sentence(self):
        for body, words in (
            ({}, "prompt is missing"),
            ({"prompt": 3}, "prompt must be a text"),
            ({"prompt": "x", "temprature": 1}, "unknown member: temprature"),
            ({"prompt": "x", "temperature": -1}, "temperature is -1; it must be at least 0"),
            ({"prompt": "x " * 40_000}, "the prompt has 40000 tokens"),
        ):
            status, answer = self.client.ask(body)
            self.assertEqual(status, 400, answer)
            self.assertIn(words, answer["error"])

    def test_4_a_client_that_leaves_a_stream_ends_its_generation(self):
        before = self.stats()
        connection = self.client.open({"prompt": "x", "stream": True, "max_tokens": 30_000})
        connection.getresponse().readline()
        self.wait_stats(5, running=1)
        connection.close()
        self.wait_stats(1, running=0, aborted=before["aborted"] + 1, finished=before["finished"])

    def test_5_a_client_that_leaves_without_a_stream_ends_its_generation(self):
        before = self.stats()
        connection = self.client.open({"prompt": "x", "max_tokens": 30_000})
        self.wait_stats(5, running=1)
        connection.close()
        self.wait_stats(1, running=0, aborted=before["aborted"] + 1, finished=before["finished"])

    def test_6_heartbeats_and_reconfiguring_without_a_restart(self):
        changed = application()
        changed["deployments"][0]["user_config"] = {"heartbeat_seconds": 0.2, "prefill_seconds": 1}
        before = self.cluster.applications()[NAME]["deployments"]["LLM"]["replicas"]
        self.cluster.put(changed)
        self.cluster.wait(
            "the heartbeats",
            60,
            lambda: any(line.get("heartbeat") for line in self.client.lines({"prompt": "x", "stream": True, "max_tokens": 1})),
        )
        lines = self.client.lines({"prompt": "x", "stream": True, "max_tokens": 2})
        self.assertGreaterEqual(sum(1 for line in lines if line.get("heartbeat")), 3)
        self.assertEqual("".join(line["text"] for line in lines), "This is")
        # Without a stream: spaces, then the object; and the end of a client is still noticed.
        connection = self.client.open({"prompt": "x", "max_tokens": 2})
        raw = connection.getresponse().read()
        connection.close()
        self.assertTrue(raw.startswith(b"  "), raw)
        self.assertEqual(json.loads(raw)["text"], ["This is"])
        stats = self.stats()
        connection = self.client.open({"prompt": "x", "max_tokens": 30_000})
        connection.getresponse().read(1)
        self.wait_stats(5, running=1)
        connection.close()
        self.wait_stats(1, running=0, aborted=stats["aborted"] + 1)
        after = self.cluster.applications()[NAME]["deployments"]["LLM"]["replicas"]
        self.assertEqual([replica["pid"] for replica in before], [replica["pid"] for replica in after])
        self.cluster.put(application())

    def test_7_dashboards_ask_for_metrics_that_are_exported(self):
        wanted = {name for query in dashboard_queries() for name in re.findall(r"\b(?:ray|spcs)_[a-z0-9_]+", query)}
        self.assertGreater(len(wanted), 8)

        def missing():
            exported = "".join(self.cluster.get("/metrics", text=True, port=port) for port in self.cluster.metrics)
            return wanted - set(re.findall(r"(?m)^(ray_[a-z0-9_]+)[{ ]", exported))

        deadline = time.monotonic() + 90
        while (left := missing()) and time.monotonic() < deadline:
            time.sleep(2)
        self.assertEqual(left, set(), "queries of the dashboard for what this Ray does not export")

    def test_7_prometheus_answers_the_queries_of_the_dashboard(self):
        program = shutil.which("prometheus") or places.cache_folder() / "prometheus" / "usr" / "bin" / "prometheus"
        if not Path(program).exists():
            self.skipTest("Prometheus is not installed: run script/bootstrap --test")
        port = free_block(10)
        environment = {
            "PATH": os.environ["PATH"],
            "PROMETHEUS_BIN": str(program),
            "PROMETHEUS_HOST": "127.0.0.1",
            "PROMETHEUS_PORT": str(port),
            "PROMETHEUS_DATA_DIR": str(self.cluster.folder / "prometheus"),
            "RAY_TEMP_DIR": str(self.cluster.head.folder),
        }
        with open(self.cluster.folder / "prometheus.log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-B", places.IMAGES / "prometheus" / "entrypoint.py"], env=environment, stdout=log, stderr=log
            )
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

        def empty() -> list[str]:
            """Queries without a series."""
            self.client.ask({"prompt": "x", "max_tokens": 3})
            return [
                query
                for query in dashboard_queries()
                if not self.cluster.get(f"/api/v1/query?query={urllib.parse.quote(query)}", port=port)["data"]["result"]
            ]

        self.cluster.wait("Prometheus", 30, lambda: "Ready" in self.cluster.get("/-/ready", text=True, port=port))
        deadline = time.monotonic() + 90
        while (left := empty()) and time.monotonic() < deadline:
            time.sleep(3)
        self.assertEqual(left, [])

    def test_8_memory_of_all(self):
        # Shared pages are counted in one place only.
        total = 0
        for node in (self.cluster.head, *self.cluster.workers):
            for process in session_members(node.process.pid):
                with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:
                    total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        print(f"memory of head, workers and application: {total / 1024 / 1024:.2f} GiB")
        self.assertLess(total, 4 * 1024 * 1024)

    def test_9_a_bad_argument_is_named_by_serve(self):
        self.cluster.put(application(), application("bad", heartbeat_seconds=120) | {"deployments": []})

        def message():
            shown = self.cluster.applications().get("bad", {})
            return shown.get("message") if shown.get("status") == "DEPLOY_FAILED" else None

        self.assertIn("heartbeat_seconds is 120; it must be above 0", self.cluster.wait("the failure", 60, message))
        self.cluster.put(application())


class Notebook(ClusterCase):
    jupyter = True

    def test_runs_from_top_to_bottom(self):
        self.cluster.put(application())
        self.cluster.wait_running(NAME)
        api = self.cluster.wait("Jupyter", 90, lambda: self.cluster.get("/api/status", port=self.cluster.notebook))
        self.assertEqual(api["kernels"], 0)
        listed = self.cluster.get("/api/contents/", port=self.cluster.notebook)["content"]
        self.assertIn("cluster.ipynb", [entry["name"] for entry in listed])
        address = self.cluster.nodes()[0]["node_ip"]
        copy = self.cluster.folder / "copy.ipynb"
        shutil.copy(self.cluster.home / "cluster.ipynb", copy)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.cluster.folder),
            "RAY_ADDRESS": f"{address}:{self.cluster.gcs}",
            "RAY_DASHBOARD_URL": f"http://127.0.0.1:{self.cluster.dashboard}",
        }
        program = [str(places.python_of("venv-ray")), "-m", "jupyter", "execute", "--inplace", "--timeout=120", str(copy)]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        cells = json.loads(copy.read_text())["cells"]
        printed = ["".join("".join(o.get("text", "")) for o in cell.get("outputs", [])) for cell in cells]
        text = "\n".join(printed)
        self.assertEqual(text.count("alive"), 3, text)
        self.assertIn("vicuna13bapi RUNNING /vicuna13bapi", text)
        self.assertIn("This is the toy engine", text)
        self.assertIn("'finished': 1", text)


class HeadRestart(ClusterCase):
    """Minutes: workers notice after one that their head is gone."""

    def test_the_application_comes_back(self):
        from node import config

        wanted = application()
        self.cluster.put(wanted)
        self.cluster.wait_running(NAME)
        self.cluster.wait("the keeper", 30, lambda: any((self.cluster.home / ".spcs").iterdir()))
        time.sleep(3)
        self.cluster.restart_head()
        self.cluster.wait_running(NAME, 180)
        line = f"restored {config.application_hash(wanted)}"
        self.cluster.wait("the line in the log", 30, lambda: line in self.cluster.head.log())
        lines = self.client.lines({"prompt": "x", "stream": True, "max_tokens": 3})
        self.assertEqual("".join(part["text"] for part in lines), "This is the")

        self.cluster.restart_head(SERVE_RESTORE="off")
        said = "restoring is switched off; not restored: vicuna13bapi"
        self.cluster.wait("the keeper's word", 60, lambda: said in self.cluster.head.log())
        self.cluster.wait("the workers", 120, lambda: len(self.cluster.alive_workers()) == 2)
        self.assertEqual(self.cluster.applications(), {})
        self.assertNotIn("\nrestored ", self.cluster.head.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
