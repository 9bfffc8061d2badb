# SPDX-License-Identifier: MPL-2.0
"""Snowflake's own CLI and Python connector, unmodified, against the emulator; and their statements beside ours."""

import base64
import json
import os
import re
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

from driver import places, processes, snow
from driver.case import Case

# What the CLI sent, in order. The emulator's unit tests parse it too. SPCS_RECORD=1 writes it anew.
RECORDED = places.ROOT / "emulator" / "sql" / "testdata" / "snow_cli.json"

SPEC = """spec:
  containers:
  - name: main
    image: /cli/s/repo/plain:{tag}
  endpoints:
  - name: web
    port: 8080
    public: true
"""
JOB = """spec:
  containers:
  - name: main
    image: /cli/s/repo/task:v1
"""
SCENARIO = {"exit": {"after": 1, "code": 0}, "log": ["one", "two"], "comment": "a job that ends"}
FAILING = {"exit": {"after": 1, "code": 7}, "log": ["boom"]}

# Our configuration with every clause that the CLI can write for the same objects.
OURS = """
resource "spcs_compute_pool" "this" {
  name                = "OURS"
  instance_family     = "CPU_X64_S"
  min_nodes           = 1
  max_nodes           = 2
  auto_resume         = true
  initially_suspended = true
  auto_suspend_secs   = 600
  comment             = "ours"
}

resource "spcs_image_repository" "this" {
  database = "CLI"
  schema   = "S"
  name     = "OURS"
}

resource "spcs_service" "this" {
  database        = "CLI"
  schema          = "S"
  name            = "OURS"
  compute_pool    = spcs_compute_pool.this.name
  min_instances   = 1
  max_instances   = 2
  auto_resume     = true
  query_warehouse = "DEMO_WH"
  comment         = "ours"
  spec            = { containers = { main = { image = "/cli/s/repo/plain:v1" } } }
}

resource "spcs_job" "this" {
  database        = "CLI"
  schema          = "S"
  name            = "OURS_JOB"
  compute_pool    = spcs_compute_pool.this.name
  query_warehouse = "DEMO_WH"
  replicas        = 2
  comment         = "ours"
  spec            = { containers = { main = { image = "/cli/s/repo/task:v1" } } }
}
"""


class SnowCase(Case):
    """An account with the grants of the guide, and the CLI under the demo's role."""

    abstract = True
    once = True
    speed = 1000
    scenarios = {"task": SCENARIO, "failing": FAILING}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if places.snow_program() is None:
            raise unittest.SkipTest("Snowflake's CLI is not installed: script/bootstrap --test does that")
        scenarios = cls.class_folder / "scenarios"
        scenarios.mkdir()
        for name, scenario in cls.scenarios.items():
            (scenarios / f"{name}.json").write_text(json.dumps(scenario))
        cls.account = cls.class_emulator(speed=cls.speed, scenarios=scenarios)
        cls.snow = snow.Snow(cls.account)
        cls.addClassCleanup(cls.snow.stop)

    def ok(self, *arguments: str) -> snow.Said:
        said = self.snow.run(*arguments)
        self.assertEqual(said.code, 0, str(said))
        return said

    def rows(self, *arguments: str) -> list[dict]:
        return self.ok(*arguments, "--format", "json").rows

    def refused(self, sentence: str, *arguments: str) -> None:
        said = self.snow.run(*arguments)
        self.assertEqual(said.code, 1, str(said))
        self.assertIn(sentence, said.text)
        self.assertNotIn("Traceback", said.text)

    def file(self, name: str, text: str) -> str:
        path = self.class_folder / name
        path.write_text(text)
        return str(path)


class Life(SnowCase):
    """Everything that a team does with the CLI, from an empty account back to one."""

    def test_pools_repositories_services_and_jobs(self):
        last = self.account.last_statement()
        self.connection()
        self.pool()
        self.repository()
        self.registry()
        self.service()
        self.jobs()
        self.objects()
        self.end()
        sent = [entry for entry in self.account.statements(last) if entry["executed"]]
        # What this test asks beside the CLI runs under another role.
        self.check_recorded([entry["text"] for entry in sent if entry["role"] == "SPCS_DEMO"])

    def connection(self):
        (row,) = self.rows("connection", "test")
        self.assertEqual(row["status"], "OK")
        self.assertEqual(row["role"], "SPCS_DEMO")
        self.ok("sql", "-q", "create database CLI; create schema CLI.S")
        (row,) = self.rows("sql", "-q", "select current_role() as r, current_user() as u, current_warehouse() as w")
        self.assertEqual(row, {"r": "SPCS_DEMO", "u": "SPCS_DEMO_USER", "w": "DEMO_WH"})

    def pool(self):
        create = ("spcs", "compute-pool", "create", "P", "--family", "CPU_X64_S")
        sizes = ("--min-nodes", "1", "--max-nodes", "2", "--auto-suspend-secs", "600", "--comment", "it's a pool")
        (row,) = self.rows(*create, *sizes)
        self.assertIn("P successfully created", row["status"])
        self.refused("already exists", *create)
        self.assertEqual([row["name"] for row in self.rows("spcs", "compute-pool", "list")], ["P"])
        (row,) = self.rows("spcs", "compute-pool", "describe", "P")
        self.assertEqual((row["max_nodes"], row["auto_suspend_secs"], row["comment"]), (2, 600, "it's a pool"))
        self.ok("spcs", "compute-pool", "set", "P", "--max-nodes", "3", "--comment", "three")
        self.ok("spcs", "compute-pool", "unset", "P", "--auto-suspend-secs", "--comment")
        (row,) = self.rows("spcs", "compute-pool", "describe", "P")
        self.assertEqual((row["max_nodes"], row["auto_suspend_secs"], row["comment"]), (3, 3600, None))
        self.ok("spcs", "compute-pool", "suspend", "P")
        self.ok("spcs", "compute-pool", "resume", "P")
        # The service took the function behind it away in 2025; the CLI still calls it.
        self.refused("Unknown function SYSTEM$GET_COMPUTE_POOL_STATUS", "spcs", "compute-pool", "status", "P")
        self.refused("does not exist or not authorized", "spcs", "compute-pool", "describe", "NOPE")

    def repository(self):
        where = ("--database", "CLI", "--schema", "S")
        self.ok("spcs", "image-repository", "create", "REPO", *where)
        self.refused("already exists", "spcs", "image-repository", "create", "REPO", *where)
        (row,) = self.rows("spcs", "image-repository", "list", *where)
        self.assertEqual(row["name"], "REPO")
        said = self.ok("spcs", "image-repository", "url", "REPO", *where)
        self.assertTrue(said.out.strip().endswith("/cli/s/repo"), str(said))
        self.assertEqual(self.rows("spcs", "image-repository", "list-images", "REPO", *where), [])

    def registry(self):
        said = self.ok("spcs", "image-registry", "url", "--database", "CLI", "--schema", "S")
        self.assertEqual(said.out.strip(), f"127.0.0.1:{self.account.port}")
        (row,) = self.rows("spcs", "image-registry", "token")
        self.assertEqual(row["expires_in"], 3600)
        # What `docker login` would send.
        self.assertEqual(self.log_in("0sessiontoken", json.dumps(row)), 200)
        self.assertEqual(self.log_in("0sessiontoken", json.dumps({"token": "made up"})), 401)

    def log_in(self, user: str, password: str) -> int:
        credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.account.port}/login", headers={"Authorization": f"Basic {credentials}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def service(self):
        where = ("--database", "CLI", "--schema", "S")
        spec = self.file("web.yaml", SPEC.format(tag="v1"))
        sizes = ("--min-instances", "1", "--max-instances", "2", "--query-warehouse", "DEMO_WH", "--comment", "web")
        self.ok("spcs", "service", "create", "WEB", "--compute-pool", "P", "--spec-path", spec, *sizes, *where)
        self.refused(
            "already exists", "spcs", "service", "create", "WEB", "--compute-pool", "P", "--spec-path", spec, *where
        )
        self.wait_for("RUNNING", "WEB")
        self.assertEqual([row["name"] for row in self.rows("spcs", "service", "list", *where)], ["WEB"])
        (row,) = self.rows("spcs", "service", "describe", "WEB", *where)
        self.assertEqual((row["max_instances"], row["comment"]), (2, "web"))
        (row,) = self.rows("spcs", "service", "list-endpoints", "WEB", *where)
        self.assertEqual((row["name"], row["port"]), ("web", 8080))
        (row,) = self.rows("spcs", "service", "list-instances", "WEB", *where)
        self.assertEqual(row["status"], "READY")
        (row,) = self.rows("spcs", "service", "list-containers", "WEB", *where)
        self.assertEqual((row["container_name"], row["status"]), ("main", "READY"))
        self.assertEqual(
            [row["name"] for row in self.rows("spcs", "service", "list-roles", "WEB", *where)],
            ["ALL_ENDPOINTS_USAGE"],
        )
        self.assertIn("READY", self.ok("spcs", "service", "status", "WEB", *where).out)
        self.ok("spcs", "service", "logs", "WEB", "--container-name", "main", "--instance-id", "0", *where)
        changed = self.file("web2.yaml", SPEC.format(tag="v2"))
        self.ok("spcs", "service", "upgrade", "WEB", "--spec-path", changed, *where)
        self.ok("spcs", "service", "set", "WEB", "--min-instances", "2", "--comment", "two", *where)
        self.ok("spcs", "service", "unset", "WEB", "--min-instances", "--comment", *where)
        self.ok("spcs", "service", "suspend", "WEB", *where)
        self.wait_for("SUSPENDED", "WEB")
        self.ok("spcs", "service", "resume", "WEB", *where)
        self.wait_for("RUNNING", "WEB")
        bad = self.file("bad.yaml", SPEC.format(tag="v1").replace("port:", "prt:"))
        self.refused(
            "unknown option 'prt'", "spcs", "service", "create", "BAD", "--compute-pool", "P", "--spec-path", bad, *where
        )

    def wait_for(self, status: str, name: str):
        for _ in range(600):
            (row,) = self.account.sql(f"DESCRIBE SERVICE CLI.S.{name}")
            if row["status"] == status:
                return
            self.account.advance(1)
        self.fail(f"{name} is {row['status']} and not {status}")

    def jobs(self):
        where = ("--database", "CLI", "--schema", "S")
        job = self.file("job.yaml", JOB)
        run = ("spcs", "service", "execute-job")
        more = ("--compute-pool", "P", "--spec-path", job, "--query-warehouse", "DEMO_WH", "--comment", "job")
        self.ok(*run, "LATER", *more, "--async", "--replicas", "1", *where)
        (row,) = self.rows(*run, "NOW", *more, *where)
        self.assertIn("completed successfully with status: DONE", row["status"])
        said = self.ok("spcs", "service", "logs", "NOW", "--container-name", "main", "--instance-id", "0", *where)
        self.assertIn("two", said.out)
        failing = self.file("failing.yaml", JOB.replace("task", "failing"))
        self.refused("FAILED", *run, "BOOM", "--compute-pool", "P", "--spec-path", failing, *where)

    def objects(self):
        names = [row["name"] for row in self.rows("object", "list", "service", "--in", "schema", "S", "--database", "CLI")]
        self.assertIn("WEB", names)
        self.assertEqual([row["name"] for row in self.rows("object", "list", "compute-pool", "--like", "p%")], ["P"])
        (row,) = self.rows("object", "describe", "compute-pool", "P")
        self.assertEqual(row["name"], "P")
        self.assertEqual(len(self.rows("object", "list", "image-repository", "--in", "database", "CLI")), 1)

    def end(self):
        where = ("--database", "CLI", "--schema", "S")
        self.ok("spcs", "service", "drop", "LATER", *where)
        self.refused("services", "spcs", "compute-pool", "drop", "P")
        self.ok("spcs", "compute-pool", "stop-all", "P")
        self.account.advance(60)
        self.ok("spcs", "compute-pool", "drop", "P")
        self.ok("spcs", "image-repository", "drop", "REPO", *where)
        self.ok("sql", "-q", "drop database CLI")
        for kind in ("COMPUTE POOL", "SERVICE", "IMAGE REPOSITORY", "DATABASE"):
            self.assertEqual(self.account.names(kind), [])

    def check_recorded(self, sent: list[str]):
        if os.environ.get("SPCS_RECORD"):
            RECORDED.parent.mkdir(exist_ok=True)
            RECORDED.write_text(json.dumps(sent, indent=1, ensure_ascii=False) + "\n")
        self.assertEqual(sent, json.loads(RECORDED.read_text()), "SPCS_RECORD=1 records the CLI's statements anew")


def clauses(text: str) -> set[str]:
    """The keywords of a statement's clauses: NAME of `NAME = …`, and the phrases that stand without an equals sign."""
    bare = re.sub(r"\$\$.*?\$\$|'(?:[^']|'')*'", "''", text, flags=re.S).upper()
    found = set(re.findall(r"\b([A-Z_]+)\s*=(?!>)", bare))
    return found | {phrase for phrase in ("IN COMPUTE POOL", "FROM SPECIFICATION", "STOP ALL") if phrase in bare}


class Clauses(Case):
    """Our statements use the clauses that the vendor's do, and no others that the CLI could have written."""

    CREATING = ("CREATE COMPUTE POOL", "CREATE SERVICE", "CREATE IMAGE REPOSITORY", "EXECUTE JOB SERVICE")
    # What the CLI has no option for, or writes although it is the default.
    ONLY_OURS = {"EXECUTE JOB SERVICE": set(), "CREATE SERVICE": {"MIN_READY_INSTANCES", "AUTO_SUSPEND_SECS"}}

    def test_same_clauses_for_the_same_objects(self):
        scenarios = self.folder / "scenarios"
        scenarios.mkdir()
        (scenarios / "task.json").write_text(json.dumps(SCENARIO))
        account = self.emulator(scenarios=scenarios)
        for statement in ("CREATE DATABASE CLI", "CREATE SCHEMA CLI.S", "CREATE IMAGE REPOSITORY CLI.S.REPO"):
            account.sql(statement, "emulator")
        last = account.last_statement()
        self.assert_ok(self.workspace(account, OURS).apply())
        ours = {entry["kind"]: clauses(entry["text"]) for entry in account.statements(last)}
        theirs: dict[str, set[str]] = {}
        for text in json.loads(RECORDED.read_text()):
            words = " ".join(text.split()).upper()
            for kind in self.CREATING:
                if words.startswith(kind):
                    theirs.setdefault(kind, set()).update(clauses(text))
        self.assertEqual(sorted(theirs), sorted(self.CREATING))
        for kind, written in theirs.items():
            self.assertIn(kind, ours)
            self.assertLessEqual(written, ours[kind], f"{kind}: the CLI writes a clause that we do not")
            extra = ours[kind] - written - self.ONLY_OURS.get(kind, set())
            self.assertEqual(extra, set(), f"{kind}: we write a clause that the CLI does not")


CRASHING = {
    "exit": {"after": 5, "code": 3},
    "log": ["up", {"after": 2, "text": "half way"}, {"at_exit": True, "text": "boom"}],
}
TALKING = {"log": ["hello"] + [{"after": second, "text": f"line {second}"} for second in range(1, 1000)]}
STAMPED = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z "


class Logs(SnowCase):
    """All that `snow spcs service logs` can ask for, and what else the CLI asks about a service while it runs."""

    speed = 1
    scenarios = {"crashing": CRASHING, "talking": TALKING}
    WHERE = ("--container-name", "main", "--instance-id", "0", "--database", "CLI", "--schema", "S")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ground = ["CREATE DATABASE CLI", "CREATE SCHEMA CLI.S", "CREATE IMAGE REPOSITORY CLI.S.REPO"]
        ground += ["CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S"]
        for name in ("crashing", "talking"):
            spec = SPEC.replace("plain", name).format(tag="v1")
            ground.append(f"CREATE SERVICE CLI.S.{name} IN COMPUTE POOL P FROM SPECIFICATION $${spec}$$")
        for statement in ground:
            cls.account.sql(statement, "emulator")
        cls.account.advance(120)

    def logs(self, name: str, *arguments: str) -> list[str]:
        return self.ok("spcs", "service", "logs", name, *self.WHERE, *arguments).out.splitlines()

    def test_times_beginnings_and_numbers_of_lines(self):
        self.assertEqual(self.logs("talking", "--num-lines", "1")[0][:5], "line ")
        stamped = self.logs("talking", "--num-lines", "5", "--include-timestamps")
        self.assertEqual(len([line for line in stamped if line]), 5)
        for line in stamped:
            self.assertRegex(line, f"^{STAMPED}line ")
        since = stamped[2].split(" ", 1)[0]
        later = self.logs("talking", "--since", since)
        self.assertEqual(later[0], stamped[2].split(" ", 1)[1])
        self.refused("RFC 3339", "spcs", "service", "logs", "talking", *self.WHERE, "--since", "yesterday")

    def test_the_process_before(self):
        self.assertEqual(self.logs("crashing", "--previous-logs"), ["up", "half way", "boom"])
        self.refused("has not been restarted", "spcs", "service", "logs", "talking", *self.WHERE, "--previous-logs")

    def test_following(self):
        """New lines come as they are printed, each once, until Ctrl-C."""
        follow = processes.start(
            [self.snow.program, "spcs", "service", "logs", "talking", *self.WHERE, "--follow", "--follow-interval", "1"],
            env=self.snow.environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(processes.stop, follow)
        numbers: list[int] = []
        for line in follow.stdout:
            said = re.fullmatch(r"line (\d+)", line.strip())
            if said:
                numbers.append(int(said.group(1)))
            if len(numbers) == 1:
                self.account.advance(100)
            if numbers and numbers[-1] > numbers[0] + 100:
                break
        self.assertEqual(numbers, list(range(numbers[0], numbers[-1] + 1)))
        self.assertIn(processes.stop(follow, first=signal.SIGINT), (0, 130))

    def test_what_an_emulator_cannot_know_is_refused_in_words(self):
        where = ("--database", "CLI", "--schema", "S")
        instance = ("--container-name", "main", "--instance-id", "0")
        self.refused("event", "spcs", "service", "events", "talking", *where)
        self.refused("event", "spcs", "service", "metrics", "talking", *instance, *where)


class Tokens(SnowCase):
    """Programmatic access tokens, as a person with the CLI looks after them."""

    def statement(self, text: str) -> list[dict]:
        return self.rows("sql", "-q", text)

    def test_rotating_renaming_and_switching_off(self):
        self.account.sql("GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER SPCS_DEMO_USER TO ROLE SPCS_DEMO")
        user = "alter user SPCS_DEMO_USER"
        (made,) = self.statement(f"{user} add programmatic access token CI role_restriction = 'SPCS_DEMO'")
        (rotated,) = self.statement(f"{user} rotate programmatic access token CI expire_rotated_token_after_hours = 1")
        self.assertEqual(rotated["token_name"], "CI")
        self.assertNotEqual(rotated["token_secret"], made["token_secret"])
        shown = {row["name"]: row for row in self.statement("show user programmatic access tokens for user SPCS_DEMO_USER")}
        self.assertEqual(set(shown), {"CI", rotated["rotated_token_name"]})
        self.assertEqual(shown[rotated["rotated_token_name"]]["rotated_to"], "CI")
        for secret in (made["token_secret"], rotated["token_secret"]):
            self.assertEqual(self.works(secret), 200)
        self.account.advance(3700)
        self.assertEqual(self.works(made["token_secret"]), 401)
        self.statement(f"{user} modify programmatic access token CI rename to BUILD")
        self.statement(f"{user} modify programmatic access token BUILD set disabled = true comment = 'off'")
        self.assertEqual(self.works(rotated["token_secret"]), 401)
        self.statement(f"{user} modify pat BUILD set disabled = false")
        self.assertEqual(self.works(rotated["token_secret"]), 200)
        self.assertNotIn(rotated["token_secret"], self.account.log() + json.dumps(self.account.statements()))

    def works(self, token: str) -> int:
        """The status of a statement that signs in with the token."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.account.port}/api/v2/statements",
            data=json.dumps({"statement": "SELECT 1"}).encode(),
            headers={
                "Authorization": f"Bearer {token}",
                "X-Snowflake-Authorization-Token-Type": "PROGRAMMATIC_ACCESS_TOKEN",
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": "spcs-acceptance/1.0",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


class Connector(SnowCase):
    """The Python connector that comes with the CLI."""

    def test_bindings_rows_errors_and_sessions(self):
        done = subprocess.run(
            [self.snow.python, places.ROOT / "acceptance-tests" / "driver" / "connector.py"],
            env=self.snow.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual(said["bound"], ["it's", 7, 1.5, True, None])
        self.assertEqual(said["rows"], [{"name": "DEMO_WH"}])
        self.assertRegex(said["created_on"], r"^20\d\d-\d\d-\d\dT")
        self.assertEqual(said["error"]["errno"], 2003)
        self.assertEqual(said["error"]["sqlstate"], "02000")
        self.assertEqual(len(said["error"]["sfqid"]), 36)
        self.assertIn("does not exist or not authorized", said["error"]["message"])
        self.assertEqual(said["denied"], 3001)
        self.assertEqual(said["roles"], ["SPCS_DEMO", "ACCOUNTADMIN", "PUBLIC", "ACCOUNTADMIN"])
        self.assertEqual(said["inserted"], 2)
        self.assertEqual(said["selected"], [[1, "a"], [2, "b"]])
        self.assertEqual(said["described"], ["ONE"])
        self.assertEqual(said["async"], [["SPCS_DEMO"]])
        self.assertEqual(said["async_error"], 2003)
        self.assertEqual(said["renewed"], "SPCS_DEMO")
        self.assertEqual(said["expired"], 390114)
        self.assertEqual(said["password"], 390100)
        self.assertIn("The emulator knows no passwords", said["password_message"])
        self.assertNotIn("hunter2", said["password_message"])
