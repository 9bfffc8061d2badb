# SPDX-License-Identifier: MPL-2.0
"""The entrypoints without Ray: command lines, supervision, the keeper, copies of logs."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

import places
from ray_cluster import free_block

from node import config, keeper, log_copies, ray_start, slow_start, supervise, worker


class Folder(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name)


class RayStart(unittest.TestCase):
    def test_every_port_that_another_node_calls_is_pinned(self):
        chosen = ray_start.options([], {}, head=True)
        self.assertEqual((chosen["port"], chosen["ray-client-server-port"], chosen["dashboard-port"]), ("6379", "10001", "8265"))
        for name in ("node-manager", "object-manager", "runtime-env-agent", "metrics-export", "dashboard-agent-grpc"):
            self.assertIn(f"{name}-port", chosen)
        self.assertEqual(chosen["dashboard-agent-listen-port"], "52365")
        self.assertNotIn("dashboard-port", ray_start.options([], {}, head=False))

    def test_ports_are_those_that_the_module_declares(self):
        text = (places.ROOT / "modules" / "ray-serve-cluster" / "ports.tf").read_text()
        for port in [*ray_start.PORTS.values(), ray_start.HEAD_PORTS["port"], ray_start.HEAD_PORTS["ray-client-server-port"]]:
            self.assertRegex(text, rf"\b{port}\b")

    def test_arguments_over_defaults_and_the_environment_over_both(self):
        arguments = ["--temp-dir=/tmp/ray", '--resources={"a": 1}', "--num-gpus=4", "--metrics-export-port=7", "--no-redirect-output"]
        chosen = ray_start.options(arguments, {"RAY_TEMP_DIR": "/data/r", "RAY_NUM_GPUS": "2", "RAY_NUM_CPUS": ""}, head=False)
        self.assertEqual((chosen["temp-dir"], chosen["num-gpus"], chosen["metrics-export-port"]), ("/data/r", "2", "7"))
        self.assertNotIn("num-cpus", chosen)
        command = ray_start.command({"address": "h:1", **chosen}) if _ray_on_path() else None
        if command:
            self.assertIn('--resources={"a": 1}', command)
            self.assertIn("--no-redirect-output", command)
            self.assertIn("--block", command)

    def test_faults(self):
        with self.assertRaisesRegex(ray_start.StartError, "'serve' is no option"):
            ray_start.options(["serve"], {}, head=True)
        with self.assertRaisesRegex(ray_start.StartError, "too long a name"):
            ray_start.options([], {"RAY_TEMP_DIR": "/x" * 40}, head=True)
        for address in ("", "head", ":6379", "head:x"):
            with self.assertRaisesRegex(ray_start.StartError, "RAY_HEAD_ADDRESS"):
                worker.head_address({"RAY_HEAD_ADDRESS": address})
        self.assertEqual(worker.head_address({"RAY_HEAD_ADDRESS": "ray-head:6379"}), ("ray-head", 6379))

    def test_ray_imports_the_application_from_here_and_tells_nobody(self):
        environment = ray_start.environment_for_ray({"PYTHONPATH": "/mine"}, {"temp-dir": "/t"}, head=False)
        self.assertEqual(environment["PYTHONPATH"].split(os.pathsep), [str(places.RAY_CODE), "/mine"])
        self.assertEqual((environment["RAY_TMPDIR"], environment["RAY_USAGE_STATS_ENABLED"]), ("/t", "0"))

    def test_own_address_without_a_route(self):
        with mock.patch.object(ray_start, "address_towards", return_value=None):
            address = ray_start.own_address()
        own = {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        self.assertTrue(address is None or not address.startswith("127."), address)
        if own - {"127.0.0.1", "127.0.1.1"}:
            self.assertIsNotNone(address)

    def test_waiting_for_the_head(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            self.assertEqual(worker.await_head("localhost", port, 5), "127.0.0.1")
        with self.assertRaisesRegex(ray_start.StartError, "did not answer in 0 s"):
            worker.await_head("127.0.0.1", port, 0)

    def test_waiting_for_the_heads_node(self):
        states = iter(["DEAD", "ALIVE"])
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802
                asked.append(self.path)
                node = {"is_head_node": True, "state": next(states)}
                content = json.dumps({"data": {"result": {"result": [node]}}}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        with mock.patch.object(worker.time, "sleep"), mock.patch.object(worker, "say") as said:
            worker.await_head_node(f"127.0.0.1:{server.server_port}", 10)
            self.assertEqual((len(asked), said.called), (2, False))
            worker.await_head_node("127.0.0.1:9", 0)
            self.assertIn("joining all the same", said.call_args[0][0])


def _ray_on_path() -> bool:
    try:
        ray_start.command({})
    except ray_start.StartError:
        return False
    return True


SUPERVISED = """
import sys
from node.supervise import Program, Supervisor
main, helper = sys.argv[1:]
sys.exit(Supervisor(Program("main", ["sh", "-c", main], {}), [Program("helper", ["sh", "-c", helper], {})], 2).run())
"""


class Supervise(Folder):
    def start(self, main: str, helper: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-B", "-c", SUPERVISED, main, helper],
            env=os.environ | {"PYTHONPATH": str(places.RAY_CODE)},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, file: str) -> str:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if (self.folder / file).exists() and (text := (self.folder / file).read_text()):
                return text
            time.sleep(0.02)
        self.fail(f"{file} was not written")

    def test_the_end_of_the_main_program_is_the_end_with_its_code(self):
        process = self.start("exit 7", "sleep 60 & echo $! > sleeper; wait")
        self.assertEqual(process.wait(20), 7)

    def test_a_helper_is_started_again(self):
        process = self.start("sleep 60", "echo x >> runs; exit 1")
        self.wait_for("runs")
        deadline = time.monotonic() + 10
        while len(self.wait_for("runs").split()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertGreaterEqual(len(self.wait_for("runs").split()), 2)
        process.terminate()
        self.assertEqual(process.wait(20), 0)
        self.assertIn("helper ended with 1; it is started again in 1 s", process.stdout.read())

    def test_a_start_that_fails_is_tried_again_and_a_later_end_is_the_end(self):
        code = """
import os, sys
from node.supervise import Program, Supervisor
command = "echo x >> runs; test $(wc -l < runs) -lt 2 && exit 3; touch up; sleep 1.5; exit 4"
up = lambda: os.path.exists("up")
sys.exit(Supervisor(Program("main", ["sh", "-c", command], os.environ), [], 2, is_up=up, attempts=int(sys.argv[1])).run())
"""
        for attempts, wanted, runs in (("3", 4, 2), ("1", 3, 1)):
            for name in ("runs", "up"):
                (self.folder / name).unlink(missing_ok=True)
            environment = os.environ | {"PYTHONPATH": str(places.RAY_CODE)}
            command = [sys.executable, "-B", "-c", code, attempts]
            done = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, wanted, done.stderr)
            self.assertEqual(len((self.folder / "runs").read_text().split()), runs)

    def test_a_helper_waits_until_it_may_start(self):
        asked: list[bool] = []
        helper = supervise.Program("late", ["true"], {}, may_start=lambda: len(asked) >= 1 or bool(asked.append(True)))
        supervisor = supervise.Supervisor(supervise.Program("main", ["sleep", "3"], os.environ), [helper])
        supervisor._start(helper)
        self.assertIsNone(helper.ended())
        supervisor._due[helper] = 0
        supervisor._look_after_helpers()
        self.assertTrue(helper.wait(5))
        self.assertFalse(ray_start.node_is_up(str(free_block(10))))

    def test_sigterm_reaches_all_and_what_they_started(self):
        process = self.start("sleep 60 & echo $! > main; wait", "trap '' TERM; sleep 60 & echo $! > helper; wait; wait")
        children = [int(self.wait_for(name)) for name in ("main", "helper")]
        process.terminate()
        self.assertEqual(process.wait(20), 0)
        time.sleep(0.2)
        for child in children:
            self.assertFalse(_runs(child))

    def test_programs_end_when_the_supervisor_is_killed(self):
        process = self.start("echo $$ > main; exec sleep 60", "echo $$ > helper; exec sleep 60")
        children = [int(self.wait_for(name)) for name in ("main", "helper")]
        process.send_signal(signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 5
        while any(map(_runs, children)) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertFalse(any(map(_runs, children)))


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def application(**changes) -> dict:
    return {"name": "chat", "route_prefix": "/chat", "import_path": "a:b", "deployments": []} | changes


def answer(*applications: dict, status: str = "RUNNING", **parts) -> dict:
    """What Serve shows of applications that were PUT."""
    shown = {a["name"]: {"status": status, "deployed_app_config": a} for a in applications}
    return {"applications": shown, "proxy_location": "EveryNode", "target_capacity": None} | parts


class Config(Folder):
    def test_the_hash_is_the_providers(self):
        """Of {"args":{"b":2,"a":"ü"},…} as the provider writes it, by sha256sum."""
        text = '{"args":{"a":"ü","b":2},"deployments":[{"max_ongoing_requests":100,"name":"LLM"}],"import_path":"a:b","name":"chat","route_prefix":"/chat"}'
        wanted = subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True).stdout.split()[0].decode()
        shown = application(
            args={"b": 2.0, "a": "ü"},
            deployments=[{"name": "LLM", "max_ongoing_requests": 100}],
            runtime_env={"env_vars": {"SPCS_GENERATION": "1f"}},
            logging_config={"encoding": "TEXT"},
        )
        self.assertEqual(config.application_hash(shown), wanted)
        self.assertNotEqual(config.application_hash(shown | {"route_prefix": "/x"}), wanted)
        own = shown | {"runtime_env": {"env_vars": {"SPCS_GENERATION": "1f", "A": "b"}}}
        self.assertNotEqual(config.application_hash(own), wanted)

    def test_what_serve_shows_becomes_what_is_put(self):
        one, two = application(), application(name="two")
        shown = answer(two, one, http_options={"port": 8000})
        shown["applications"]["two"]["status"] = "DELETING"
        wanted = {"applications": [one], "proxy_location": "EveryNode", "http_options": {"port": 8000}}
        self.assertEqual(config.from_answer(shown), wanted)
        self.assertEqual(config.from_answer(answer()), {"applications": []})
        hidden = application(runtime_env={"env_vars": {"A": "<redacted>"}})
        self.assertIsNone(config.from_answer(answer(hidden)))

    def test_a_write_that_is_cut_off_leaves_the_one_before(self):
        store, folder = config.Store(self.folder / "state"), self.folder / "state" / "app-chat"
        self.assertIsNone(store.load())
        for number in range(3):
            store.save({"applications": [application(args={"seed": number})]})
        self.assertEqual(store.load(), {"applications": [application(args={"seed": 2})]})
        newest = max(folder.iterdir(), key=lambda f: json.loads(f.read_text())["sequence"])
        content = newest.read_text()
        for damaged in (content[: len(content) // 2], "", content.replace('"seed": 2', '"seed": 9')):
            newest.write_text(damaged)
            self.assertEqual(store.load(), {"applications": [application(args={"seed": 1})]})

    def test_applications_are_kept_apart(self):
        store = config.Store(self.folder)
        both = {"applications": [application(name="a/b"), application()], "proxy_location": "HeadOnly"}
        store.save(both)
        before = (self.folder / "app-chat" / "serve-1.json").stat().st_mtime_ns
        self.assertEqual(store.load(), both)
        # What another one does writes nothing of this one; what is taken away from outside is gone.
        store.save(both | {"applications": [application(name="a/b", route_prefix="/x"), application()]})
        self.assertEqual((self.folder / "app-chat" / "serve-1.json").stat().st_mtime_ns, before)
        shutil.rmtree(self.folder / "app-a%2Fb")
        self.assertEqual(store.load(), both | {"applications": [application()]})
        store.save({"applications": []})
        self.assertEqual(store.load()["applications"], [])


class FakeServe:
    def __init__(self):
        self.answer, self.puts, self.down = answer(), [], False

    def is_up(self):
        return not self.down

    def get(self):
        if self.down:
            raise OSError("no answer")
        return self.answer

    def put(self, body):
        self.puts.append(body)


class Keeper(Folder):
    def setUp(self):
        super().setUp()
        self.serve, self.store = FakeServe(), config.Store(self.folder)
        self.said: list[str] = []
        original = keeper.say
        keeper.say = self.said.append
        self.addCleanup(lambda: setattr(keeper, "say", original))

    def start(self, restore: bool = True) -> keeper.Keeper:
        """A keeper after its beginning; `look` is then the test's."""
        made = keeper.Keeper(self.serve, self.store, 0.01, restore)
        made._begin()
        return made

    def test_saves_changes_and_deletions_that_last(self):
        made = self.start()
        self.serve.answer = answer(application())
        made.look()
        self.assertEqual(self.store.load()["applications"], [application()])
        self.serve.answer = answer()
        made.look()
        self.assertEqual(self.store.load()["applications"], [application()], "one empty look is no deletion")
        for _ in range(keeper._EMPTY_LOOKS):
            made.look()
        self.assertEqual(self.store.load()["applications"], [])

    def test_restores_once_and_says_so_when_it_runs(self):
        self.store.save(config.from_answer(answer(application())))
        made = self.start()
        self.assertEqual([put["applications"] for put in self.serve.puts], [[application()]])
        line = f"restored {config.application_hash(application())}"
        self.serve.answer = answer(application(), status="DEPLOYING")
        made.look()
        self.assertNotIn(line, self.said)
        self.serve.answer = answer(application())
        made.look()
        made.look()
        self.assertEqual(self.said.count(line), 1)
        made._said -= keeper._SAY_AGAIN_SECONDS
        made.look()
        self.assertEqual(self.said.count(line), 2, "said again each hour")
        self.serve.answer = answer(application(route_prefix="/other"))
        made.look()
        made._said -= keeper._SAY_AGAIN_SECONDS
        made.look()
        self.assertEqual(self.said.count(line), 2, "not of another configuration")

    def test_does_not_restore_over_others_nor_when_told_not_to(self):
        self.store.save(config.from_answer(answer(application())))
        self.serve.answer = answer(application(name="other"))
        self.start()
        self.serve.answer = answer()
        self.start(restore=False)
        self.assertEqual(self.serve.puts, [])
        self.assertIn("keeper: restoring is switched off; not restored: chat", self.said)

    def test_faults_of_serve_are_told_once_and_survived(self):
        stop = threading.Event()
        self.serve.answer = answer(application())
        thread = threading.Thread(target=keeper.Keeper(self.serve, self.store, 0.01, True).run, args=(stop,))
        thread.start()
        self.serve.down = True
        time.sleep(0.2)
        self.serve.down = False
        self.serve.answer = answer(application(route_prefix="/new"))
        deadline = time.monotonic() + 5
        while (self.store.load() or {}).get("applications") != [application(route_prefix="/new")]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        # A deletion just before the end counts at once.
        self.serve.answer = answer()
        stop.set()
        thread.join(5)
        self.assertEqual(self.store.load()["applications"], [])
        self.assertLessEqual(self.said.count("keeper: no answer"), 1)


class SlowStart(Folder):
    def test_writes_the_pinned_ports_when_the_agents_are_late(self):
        session = self.folder / "session_2026-11-23_09-40-23_304570_1"
        (session / "logs").mkdir(parents=True)
        options = ray_start.options(["--metrics-export-port=7"], {}, head=False)
        files = slow_start.PortFiles(self.folder, options, patience=0.1)
        self.assertEqual(files.look(), [], "no node yet")
        (session / "logs" / "raylet.out").write_text("[I 1] main.cc:711: Setting node ID node_id=a461c2\nmore\n")
        (session / "metrics_export_port_a461c2").write_text("8")
        self.assertEqual(files.look(), [], "the agents have some seconds")
        time.sleep(0.15)
        self.assertEqual(sorted(files.look()), ["dashboard_agent_listen_port", "metrics_agent_port", "runtime_env_agent_port"])
        self.assertEqual((session / "dashboard_agent_listen_port_a461c2").read_text(), "52365")
        self.assertEqual((session / "metrics_agent_port_a461c2").read_text(), "6384")
        self.assertEqual((session / "metrics_export_port_a461c2").read_text(), "8", "what an agent wrote stays")
        self.assertEqual(files.look(), [])
        # A container that is started again has a new node in the same session.
        later = session / "logs" / "raylet.1.out"
        later.write_text("[I 1] main.cc:711: Setting node ID node_id=b7\n")
        os.utime(later, (time.time() + 1, time.time() + 1))
        files.look()
        time.sleep(0.15)
        self.assertEqual(len(files.look()), 4)
        self.assertTrue((session / "metrics_export_port_b7").exists())


class LogCopies(Folder):
    def test_whole_files_when_they_have_changed(self):
        logs = self.folder / "ray" / "session_1" / "logs"
        (logs / "serve").mkdir(parents=True)
        (self.folder / "ray" / "session_latest").symlink_to(self.folder / "ray" / "session_1")
        (logs / "gcs.out").write_text("one")
        (logs / "serve" / "app.log").write_text("two")
        copies = log_copies.Copies(self.folder / "ray", self.folder / "stage")
        self.assertEqual(copies.copy(), 2)
        self.assertEqual((self.folder / "stage" / "session_1" / "serve" / "app.log").read_text(), "two")
        self.assertEqual(copies.copy(), 0)
        with open(logs / "gcs.out", "w") as file:
            file.write("x" * (log_copies._LARGEST + 3) + "end")
        self.assertEqual(copies.copy(), 1)
        copy = (self.folder / "stage" / "session_1" / "gcs.out").read_text()
        self.assertEqual((len(copy), copy[-4:]), (log_copies._LARGEST, "xend"))

    def test_no_session_yet(self):
        self.assertEqual(log_copies.Copies(self.folder / "ray", self.folder / "stage").copy(), 0)


if __name__ == "__main__":
    unittest.main()
