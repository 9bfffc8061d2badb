# SPDX-License-Identifier: MPL-2.0
"""The emulator's `process` runtime: services and jobs as real processes, applied by a real client."""

import json
import time
from pathlib import Path

from driver.account import SqlError
from driver.case import Case
from driver.emulator import AdminError

STAND_INS = Path(__file__).resolve().parent.parent / "testdata" / "stand-ins"

BASE = """
resource "spcs_database" "this" {
  name          = "RUN"
  force_destroy = true
}

resource "spcs_schema" "this" {
  database      = spcs_database.this.name
  name          = "S"
  force_destroy = true
}

resource "spcs_image_repository" "this" {
  database = spcs_schema.this.database
  schema   = spcs_schema.this.name
  name     = "IMAGES"
}

resource "spcs_secret" "this" {
  database         = spcs_schema.this.database
  schema           = spcs_schema.this.name
  name             = "PASSPHRASE"
  value_wo         = "open sesame"
  value_wo_version = 1
}

resource "spcs_compute_pool" "this" {
  name            = "RUN_POOL"
  instance_family = "CPU_X64_M"
  min_nodes       = 1
  max_nodes       = 1
  force_destroy   = true
}

locals {
  images = "/run/s/images"
}
"""

SERVICES = """
resource "spcs_service" "web" {
  database      = spcs_schema.this.database
  schema        = spcs_schema.this.name
  name          = "WEB"
  compute_pool  = spcs_compute_pool.this.name
  min_instances = var.instances
  force_destroy = true
  depends_on    = [spcs_image_repository.this]

  spec = {
    containers = {
      main = {
        image           = "${local.images}/web:1"
        args            = ["8000"]
        env             = { COLOUR = var.colour }
        readiness_probe = { port = 8000, path = "/healthy" }
        volume_mounts   = [{ name = "data", mount_path = "/data" }]
        secrets         = [{ object_name = spcs_secret.this.qualified_name, env_var_name = "PASSPHRASE", secret_key_ref = "secret_string" }]
      }
    }
    endpoints = { web = { port = 8000 } }
    volumes   = { data = { source = "local" } }
  }
}

resource "spcs_job" "task" {
  database     = spcs_schema.this.database
  schema       = spcs_schema.this.name
  name         = "TASK"
  compute_pool = spcs_compute_pool.this.name
  depends_on   = [spcs_image_repository.this]
  spec         = { containers = { main = { image = "${local.images}/task:1", env = { WHAT = "the real thing" } } } }
}

resource "spcs_job" "caller" {
  database     = spcs_service.web.database
  schema       = spcs_schema.this.name
  name         = "CALLER"
  compute_pool = spcs_compute_pool.this.name
  spec         = { containers = { main = { image = "${local.images}/task:1", env = { URL = "http://web:8000${var.path}" } } } }
}

variable "path" { default = "/account" }
variable "colour" { default = "red" }
variable "instances" { default = 2 }
"""


# From another schema a service is reached by its full name.
NEIGHBOURS = """
resource "spcs_schema" "other" {
  database      = spcs_database.this.name
  name          = "OTHER"
  force_destroy = true
}

resource "spcs_job" "neighbour" {
  database     = spcs_schema.other.database
  schema       = spcs_schema.other.name
  name         = "NEIGHBOUR"
  compute_pool = spcs_compute_pool.this.name
  spec         = { containers = { main = { image = "${local.images}/task:1", env = { URL = "http://${spcs_service.web.dns_name}:8000/" } } } }
}
"""


def processes_account(case: Case, stand_ins: Path, **options):
    """An account whose containers are processes; skips the test where the machine does not allow namespaces."""
    try:
        return case.emulator(options=("--runtime=process", f"--stand-ins={stand_ins}"), **options)
    except AdminError as error:
        if "--runtime=process cannot run here" in str(error):
            case.skipTest(str(error))
        raise


class Processes(Case):
    def account(self):
        return processes_account(self, STAND_INS)

    def containers(self, account) -> list[dict]:
        return account.sql("SHOW SERVICE CONTAINERS IN SERVICE RUN.S.WEB")

    def until(self, what, seconds: float = 30):
        """Waits until `what` returns something true, and returns it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.1)
        self.fail("it did not come to that in time")
        return None

    def log(self, account, name: str, instance: int = 0, *more: str) -> str:
        arguments = ", ".join([str(instance), "'main'", "100", *more])
        rows = account.sql(f"CALL SYSTEM$GET_SERVICE_LOGS('RUN.S.{name}', {arguments})")
        return next(iter(rows[0].values())) or ""

    def test_services_and_jobs_run_for_real(self):
        account = self.account()
        workspace = self.workspace(account, BASE + SERVICES + NEIGHBOURS)
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)

        state = workspace.state()
        self.assertIn("working on the real thing", json.dumps(state["spcs_job.task"]))
        # One container reached another by its name, and that one the account by the token that it was given.
        self.assertIn("SPCS_DEMO", json.dumps(state["spcs_job.caller"]))
        self.assertIn("SNOWFLAKE_SERVICE_NAME", json.dumps(state["spcs_job.neighbour"]["result"]))
        self.assertEqual([row["status"] for row in self.containers(account)], ["READY", "READY"])
        self.assertIn("serving ['8000']", self.log(account, "WEB"))

        # A container that dies is started again and seen to be; the plan does not care.
        account.mutate("SERVICE", "RUN.S.WEB", restart_container={"instance": 1, "container": "main"})
        self.until(lambda: [row["restart_count"] for row in self.containers(account)] in ([0, 1], ["0", "1"]))
        self.until(lambda: all(row["status"] == "READY" for row in self.containers(account)))
        self.assert_no_changes(workspace)
        self.assertIn("serving ['8000']", self.log(account, "WEB", 1, "TRUE"))  # the process before
        self.assertRegex(self.log(account, "WEB", 1, "FALSE", "''", "TRUE"), r"^20\d\d-\S+Z serving")
        with self.assertRaisesRegex(SqlError, "has not been restarted"):
            self.log(account, "WEB", 0, "TRUE")

        # A new specification replaces the instances one by one.
        result = workspace.apply("-var=colour=blue", "-var=path=/")
        self.assert_ok(result)
        heard = json.dumps(workspace.state()["spcs_job.caller"])
        for wanted in ("blue", "open sesame", "SNOWFLAKE_SERVICE_NAME"):
            self.assertIn(wanted, heard)
        self.assertTrue(all(row["status"] == "READY" for row in self.containers(account)))
        self.assert_ok(workspace.apply("-var=colour=blue", "-var=path=/", "-var=instances=1"))
        self.until(lambda: len(self.containers(account)) == 1)
        self.assert_ok(workspace.destroy("-var=colour=blue", "-var=path=/", "-var=instances=1"))

    def test_what_has_no_stand_in_or_fails_ends_the_apply(self):
        account = self.account()
        workspace = self.workspace(account, BASE + SERVICES.replace("/web:1", "/unknown:1"))
        self.assert_fails(workspace.apply(), "Failed to pull image")
        workspace = self.workspace(account, BASE.replace('"RUN', '"RUN2') + SERVICES.replace('"the real thing"', '"x", CODE = "3"'))
        self.assert_fails(workspace.apply(), "exit code 3", "working on x")


SCRIBE = """EXECUTE JOB SERVICE IN COMPUTE POOL P NAME = RUN.S.{name} ASYNC = TRUE FROM SPECIFICATION $$
spec:
  containers:
  - name: main
    image: /run/s/images/scribe:1
    args: [{what}]
    volumeMounts:
    - name: stage
      mountPath: /stage
  volumes:
  - name: stage
    source: stage
    stageConfig:
      name: "@RUN.S.NOTES"
$$"""

WEB = """CREATE SERVICE RUN.S.WEB IN COMPUTE POOL P FROM SPECIFICATION $$
spec:
  containers:
  - name: main
    image: /run/s/images/web:1
    args: ["8000"]
    secrets:
    - snowflakeSecret: RUN.S.PASSPHRASE
      envVarName: PASSPHRASE
      secretKeyRef: secret_string
    readinessProbe:
      port: 8000
      path: /healthy
  endpoints:
  - name: web
    port: 8000
$$"""

CALLER = """EXECUTE JOB SERVICE IN COMPUTE POOL P NAME = RUN.S.CALLER ASYNC = TRUE FROM SPECIFICATION $$
spec:
  containers:
  - name: main
    image: /run/s/images/task:1
    env:
      URL: http://web:8000/
$$"""

FINDER = """EXECUTE JOB SERVICE IN COMPUTE POOL P NAME = RUN.S.FINDER ASYNC = TRUE FROM SPECIFICATION $$
spec:
  containers:
  - name: main
    image: /run/s/images/task:1
    mountSessionToken: false
    env:
      FOLDERS: "/secrets:/snowflake/session:{home}"
    secrets:
    - snowflakeSecret: '"log in"'
      directoryPath: /secrets
$$"""


class StagesAndRestarts(Case):
    """What mounted stages take, and what an emulator that starts again does with what ran."""

    once = True

    def setUp(self):
        super().setUp()
        self.account = processes_account(self, STAND_INS, granted=False)
        for statement in (
            "CREATE DATABASE RUN",
            "CREATE SCHEMA RUN.S",
            "CREATE IMAGE REPOSITORY RUN.S.IMAGES",
            "CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_M",
            "CREATE STAGE RUN.S.NOTES ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')",
        ):
            self.account.sql(statement)

    def status(self, name: str) -> str:
        return self.account.sql(f"DESCRIBE SERVICE RUN.S.{name}")[0]["status"]

    def container(self, name: str) -> dict:
        rows = self.account.sql(f"SHOW SERVICE CONTAINERS IN SERVICE RUN.S.{name}")
        return next(row for row in rows if row["container_name"] == "main")

    def wait(self, name: str, *wanted: str) -> str:
        """Until the service or job has one of the states; its log."""
        end = time.monotonic() + 30
        while (status := self.status(name)) not in wanted:
            if time.monotonic() > end:
                self.fail(f"{name} is {status} and not {wanted}: {self.log(name)}")
            time.sleep(0.1)
        return self.log(name)

    def log(self, name: str) -> str:
        rows = self.account.sql(f"CALL SYSTEM$GET_SERVICE_LOGS('RUN.S.{name}', 0, 'main', 100)")
        return next(iter(rows[0].values())) or ""

    def scribe(self, name: str, what: str, ends: str) -> str:
        self.account.sql(SCRIBE.format(name=name, what=what))
        return self.wait(name, ends)

    def test_a_stage_takes_whole_files_and_goes_with_its_name(self):
        self.assertIn("found nothing", self.scribe("WRITES", "write", "DONE"))
        if Path("/dev/fuse").exists():
            said = self.scribe("APPENDS", "append", "FAILED")
            self.assertIn("found first", said)
            self.assertIn("/stage/notes: appending is not possible on a mounted stage", said)
        self.account.sql("ALTER STAGE RUN.S.NOTES RENAME TO RUN.S.OTHER")
        self.account.sql("ALTER STAGE RUN.S.OTHER RENAME TO RUN.S.NOTES")
        self.assertIn("found first", self.scribe("READS", "read", "DONE"))
        self.account.sql("DROP STAGE RUN.S.NOTES")
        self.account.sql("CREATE STAGE RUN.S.NOTES ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')")
        self.assertIn("found nothing", self.scribe("READS_AGAIN", "read", "DONE"))
        stages = self.account.home / "run" / "stages"
        self.assertEqual(len(list(stages.iterdir())), 1)
        self.account.sql("DROP DATABASE RUN")
        end = time.monotonic() + 10
        while list(stages.iterdir()) and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(list(stages.iterdir()), [])

    def test_a_container_finds_its_secrets_and_nothing_of_the_account(self):
        self.account.sql("CREATE SECRET RUN.S.\"log in\" TYPE = PASSWORD USERNAME = 'me' PASSWORD = 'first'")
        self.account.sql("ALTER SECRET RUN.S.\"log in\" SET PASSWORD = 'second'")
        self.account.sql(FINDER.format(home=self.account.home))
        said = self.wait("FINDER", "DONE", "FAILED")
        self.assertIn("in /secrets ['password=second', 'username=me']", said)
        self.assertIn("in /snowflake/session []", said)
        self.assertIn(f"in {self.account.home} []", said)

    def test_a_restart_repeats_no_job_and_keeps_secrets(self):
        self.account.sql("CREATE SECRET RUN.S.PASSPHRASE TYPE = GENERIC_STRING SECRET_STRING = 'open sesame'")
        self.account.sql(WEB)
        self.wait("WEB", "RUNNING")
        self.scribe("DONE_BEFORE", "write", "DONE")
        self.account.sql(SCRIBE.format(name="RUNS", what="wait"))
        self.wait("RUNS", "RUNNING")
        end = time.monotonic() + 30
        while self.container("RUNS")["status"] != "READY" and time.monotonic() < end:
            time.sleep(0.1)
        self.account.stop()
        self.account.start()
        self.wait("RUNS", "FAILED")
        self.wait("WEB", "RUNNING")
        self.account.sql(CALLER)
        self.assertIn("open sesame", self.wait("CALLER", "DONE", "FAILED"))
        self.assertEqual(self.status("DONE_BEFORE"), "DONE")
        ran = [path.name for path in (self.account.home / "run" / "logs").iterdir()]
        self.assertEqual(len(ran), 2, f"the web service and the caller alone were started: {ran}")
        kept = self.account.home / "run" / "secrets.json"
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.account.sql("DROP SECRET RUN.S.PASSPHRASE")
        end = time.monotonic() + 10
        while "sesame" in kept.read_text() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertNotIn("sesame", kept.read_text())
