# SPDX-License-Identifier: MPL-2.0
"""Snowflake's own CLI and Python connector, unmodified, against the emulator; and their statements beside ours."""

import base64
import json
import os
import re
import subprocess
import unittest
import urllib.error
import urllib.request

from driver import places, snow
from driver.case import Case
from driver.emulator import Emulator

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

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if places.snow_program() is None:
            raise unittest.SkipTest("Snowflake's CLI is not installed: script/bootstrap --test does that")
        scenarios = cls.class_folder / "scenarios"
        scenarios.mkdir()
        (scenarios / "task.json").write_text(json.dumps(SCENARIO))
        (scenarios / "failing.json").write_text(json.dumps(FAILING))
        cls.account = Emulator(cls.class_folder / "account", speed=1000, scenarios=scenarios)
        cls.addClassCleanup(cls.account.stop)
        cls.account.grant()
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
