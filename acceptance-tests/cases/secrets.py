# SPDX-License-Identifier: MPL-2.0
"""A planted secret turns up nowhere: not in state, plan, logs, diagnostics, nor in what the emulator tells."""

import json
import re
import secrets
import shutil
import subprocess
import zipfile

from cases.ephemeral import TOKEN_TEXT, TOKENS
from cases.image import Layout
from driver import places
from driver.case import PROVIDER, Case
from driver.client import Workspace


class Secrets(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planted = "hf_" + secrets.token_hex(12)
        cls.account = cls.class_emulator(images=places.example_images())
        cls.log = cls.class_folder / "trace.log"
        environment = cls.account.environment() | {
            "TF_VAR_hf_token": cls.planted,
            "TF_LOG": "TRACE",
            "TF_LOG_PATH": str(cls.log),
        }
        cls.example = Workspace.of_example(cls.client, cls.class_folder / "work", "vicuna13b", environment)
        cls.example.init()
        # The first try meets a fault at the statement that carries the secret, so that an error speaks of it too.
        cls.account.faults({"match": {"kind": "CREATE SECRET"}, "action": "500", "count": 50})
        cls.example.checked("plan", "-no-color", "-out=plan.out")
        cls.failed = cls.example.run("apply", "-no-color", "-auto-approve", timeout=600)
        cls.account.faults()
        cls.applied = cls.example.checked("apply", "-no-color", "-auto-approve", timeout=600)

    def places_to_look(self) -> dict[str, str]:
        with zipfile.ZipFile(self.example.folder / "plan.out") as plan:
            planned = "".join(plan.read(name).decode(errors="replace") for name in plan.namelist())
        found = {
            "state": self.example.state_text(),
            "plan file": planned,
            "shown plan": self.example.checked("show", "-json", "plan.out").out,
            "diagnostics": self.failed.text + self.applied.text,
            "trace log": self.log.read_text(errors="replace"),
            "emulator log": self.account.log(),
        }
        for path in ("stats", "objects", "statements", "faults"):
            found[f"admin {path}"] = str(self.account.call("GET", path))
        return found

    def test_the_tests_can_see(self):
        self.assertIn("CREATE SECRET", str(self.account.statements()))
        self.assertGreater(len(self.places_to_look()["trace log"]), 10_000)
        self.assertEqual(self.failed.code, 1, str(self.failed))

    def test_write_only_value(self):
        for where, text in self.places_to_look().items():
            self.assertNotIn(self.planted, text, where)

    def test_private_key(self):
        pem = (self.account.home / "rsa_key.p8").read_text()
        lines = [line for line in pem.splitlines() if not line.startswith("-")]
        for where, text in self.places_to_look().items():
            for line in lines:
                self.assertNotIn(line, text, where)

    def test_signed_tokens(self):
        for where, text in self.places_to_look().items():
            self.assertIsNone(re.search(r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}", text), where)

    def test_access_token_in_the_provider_block(self):
        token = self.account.token(
            type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO", expires_in=3600
        )
        configuration = """
variable "token" {
  type      = string
  sensitive = true
}

resource "spcs_database" "this" {
  name = "WITH_TOKEN"
}
"""
        provider = """terraform {
  required_providers {
    spcs = { source = "spcs/spcs" }
  }
}

provider "spcs" {
  authenticator = "PROGRAMMATIC_ACCESS_TOKEN"
  token         = var.token
}
"""
        workspace = self.workspace(self.account, configuration, provider=provider, token=token)
        log = self.folder / "trace.log"
        result = workspace.apply(environment={"TF_LOG": "TRACE", "TF_LOG_PATH": str(log)})
        self.assert_ok(result)
        for text in (result.text, log.read_text(errors="replace"), workspace.state_text(), self.account.log()):
            self.assertNotIn(token, text)
        workspace.destroy()


# What everything else lives in.
GROUND = ["CREATE DATABASE ACC", "CREATE SCHEMA ACC.S", "CREATE IMAGE REPOSITORY ACC.S.REPO"] + [
    "CREATE STAGE ACC.S.FILES ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')",
    "CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_S",
    "CREATE SERVICE ACC.S.HEAD IN COMPUTE POOL P FROM SPECIFICATION $$\n"
    "spec: {containers: [{name: head, image: /acc/s/repo/ray-head:v1}]}\n$$",
]
PRESIGNED = re.compile(r"/stage-files/\w{20,}")
# In the way of the first apply: the statements that carry secrets are refused.
IN_THE_WAY = {
    "DROP SECRET ACC.S.GENERIC": "CREATE SECRET ACC.S.GENERIC TYPE = GENERIC_STRING SECRET_STRING = 'x'",
    "DROP SECRET ACC.S.LOGIN": "CREATE SECRET ACC.S.LOGIN TYPE = PASSWORD USERNAME = 'x' PASSWORD = 'x'",
    "DROP SECRET ACC.S.MADE": "CREATE SECRET ACC.S.MADE TYPE = GENERIC_STRING SECRET_STRING = 'x'",
    "DROP SERVICE ACC.S.ONCE": GROUND[-1].replace("HEAD", "ONCE").replace("ray-head", "plain"),
}

EVERYWHERE = """
variable "hidden" {
  type      = map(string)
  ephemeral = true
}

variable "planted" {
  type      = map(string)
  sensitive = true
}

variable "round" {
  type = number
}

variable "layout" {
  type = string
}

provider "spcs" {
  private_key_raw        = var.hidden["key"]
  private_key_passphrase = var.hidden["passphrase"]
}

resource "spcs_secret" "generic" {
  database         = "ACC"
  schema           = "S"
  name             = "GENERIC"
  value_wo         = var.hidden["generic"]
  value_wo_version = var.round
}

resource "spcs_secret" "password" {
  database         = "ACC"
  schema           = "S"
  name             = "LOGIN"
  type             = "PASSWORD"
  username         = "robot"
  value_wo         = var.hidden["password"]
  value_wo_version = var.round
}

resource "spcs_external_access_integration" "this" {
  name                           = "OUT"
  allowed_network_rules          = [spcs_network_rule.this.qualified_name]
  allowed_authentication_secrets = [spcs_secret.generic.qualified_name]
}

resource "spcs_network_rule" "this" {
  database   = "ACC"
  schema     = "S"
  name       = "RULE"
  type       = "HOST_PORT"
  mode       = "EGRESS"
  value_list = ["example.com:443"]
}

resource "spcs_stage_file" "this" {
  database = "ACC"
  schema   = "S"
  stage    = "FILES"
  path     = "settings"
  content  = var.planted["content"]
}

resource "spcs_image" "this" {
  database   = "ACC"
  schema     = "S"
  repository = "REPO"
  name       = "app"
  tag        = "v${var.round}"
  source     = { oci_layout = var.layout }
}

resource "spcs_service" "this" {
  database     = "ACC"
  schema       = "S"
  name         = "WEB"
  compute_pool = "P"
  spec = {
    containers = {
      main = {
        image = "/acc/s/repo/plain:v1"
        env   = { KEY = var.planted["env"] }
        args  = ["--token", var.planted["args"]]
        secrets = [{
          object_name    = spcs_secret.generic.qualified_name
          secret_key_ref = "secret_string"
          env_var_name   = "TOKEN"
        }]
      }
    }
  }
}

resource "spcs_job" "this" {
  database     = "ACC"
  schema       = "S"
  name         = "ONCE"
  compute_pool = "P"
  spec = {
    containers = {
      main = { image = "/acc/s/repo/once:v1", env = { KEY = var.planted["env"], RUN = var.round } }
    }
  }
}

resource "spcs_ray_serve_model" "this" {
  database     = "ACC"
  schema       = "S"
  head_service = "HEAD"
  name         = "llm"
  compute_pool = "P"
  image        = "/acc/s/repo/spcs-ray-deploy:v1"
  import_path  = "serve_app.app:build"
  route_prefix = "/llm"
  runtime_env  = jsonencode({ env_vars = { KEY = var.planted["env"] } })
  args         = jsonencode({ token = var.planted["args"] })
  deployments  = { LLM = { max_ongoing_requests = 4 } }
}

ephemeral "spcs_access_token" "this" {}

ephemeral "spcs_registry_credentials" "this" {}

resource "spcs_secret" "made" {
  database         = "ACC"
  schema           = "S"
  name             = "MADE"
  value_wo         = ephemeral.spcs_access_token.this.token
  value_wo_version = var.round
}

resource "spcs_secret" "registry" {
  database         = "ACC"
  schema           = "S"
  name             = "REGISTRY"
  value_wo         = ephemeral.spcs_registry_credentials.this.password
  value_wo_version = var.round
}
"""


class Everywhere(Case):
    """A secret wherever a configuration can hold one, through a life of all kinds: refused, made, changed, destroyed.

    What is write-only, and what the provider block holds, may be nowhere. What a specification, a model or a file in a
    stage holds is kept by its nature in state, plan and account: it may not be in what is written about it."""

    KEPT = ("env", "args", "content")
    HOLDS_KEPT = ("state", "plan file", "shown plan", "admin objects", "admin statements", "data folder")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        scenarios = cls.class_folder / "scenarios"
        shutil.copytree(places.ROOT / "emulator" / "scenarios", scenarios)
        (scenarios / "once.json").write_text(json.dumps({"exit": {"after": 1, "code": 0}}))
        cls.account = cls.class_emulator(GROUND, scenarios=scenarios)
        Layout(cls.class_folder / "layout").add(b"one")
        cls.log = cls.class_folder / "trace.log"
        cls.said: list[str] = []
        cls.kept: dict[str, str] = {}
        cls.secrets: dict[str, set[str]] = {}
        environment = cls.account.environment() | {
            "TF_VAR_layout": str(cls.class_folder / "layout"),
            "TF_LOG": "TRACE",
            "TF_LOG_PATH": str(cls.log),
        }
        cls.work = Workspace(cls.client, cls.class_folder / "work", environment)
        cls.work.write("main.tf", PROVIDER.replace('provider "spcs" {}\n', "") + EVERYWHERE)
        cls.plant(1)
        cls.work.init()
        cls.live()

    @classmethod
    def plant(cls, number: int) -> None:
        """New secrets for every place but the connection's, which has one key."""
        planted = {name: f"planted_{name}_{secrets.token_hex(8)}" for name in ("generic", "password", *cls.KEPT)}
        planted["passphrase"] = next(iter(cls.secrets.get("passphrase", ())), "planted_" + secrets.token_hex(8))
        for name, value in planted.items():
            cls.secrets.setdefault(name, set()).add(value)
        if number == 1:
            cls.key = subprocess.run(
                ["openssl", "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", f"pass:{planted['passphrase']}"]
                + ["-in", str(cls.account.home / "rsa_key.p8")],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            cls.secrets["key"] = {line for line in cls.key.splitlines() if not line.startswith("-")}
        variables = {"round": number, "planted": {name: planted.pop(name) for name in cls.KEPT}}
        variables["hidden"] = planted | {"key": cls.key}
        cls.work.environment |= {f"TF_VAR_{name}": json.dumps(value) for name, value in variables.items()}

    @classmethod
    def live(cls) -> None:
        cls.look("apply", codes=(1,))  # the role may make no tokens
        cls.account.sql(TOKENS)
        for statement in IN_THE_WAY.values():
            cls.account.sql(statement, "emulator")
        cls.look("apply", codes=(1,))
        for statement in IN_THE_WAY:
            cls.account.sql(statement, "emulator")
        kinds = ("CREATE SERVICE", "ALTER SECRET", "ALTER USER", "STAGE UPLOAD", "REGISTRY PUT")
        cls.account.faults(*({"match": {"kind": kind}, "action": "503", "count": 1} for kind in kinds))
        for number in (1, 2):
            cls.plant(number)
            cls.look("plan", "-out=plan.out")
            cls.look("show", "plan.out")
            with zipfile.ZipFile(cls.work.folder / "plan.out") as plan:
                for name in plan.namelist():
                    cls.keep("plan file", plan.read(name).decode(errors="replace"))
            cls.keep("shown plan", cls.work.checked("show", "-json", "plan.out").out)
            cls.look("apply", "plan.out")
            for path in ("objects", "stats"):
                cls.keep(f"admin {path}", json.dumps(cls.account.call("GET", path)))
            cls.keep("state", cls.work.state_text())
        cls.look("destroy", "-auto-approve")
        cls.keep("state", (cls.work.folder / "terraform.tfstate.backup").read_text())
        for path in ("stats", "statements", "faults"):
            cls.keep(f"admin {path}", json.dumps(cls.account.call("GET", path)))
        cls.keep("trace log", cls.log.read_text(errors="replace"))
        cls.keep("emulator's log", cls.account.log())
        for file in cls.account.home.rglob("*"):
            if file.is_file() and file.name != "rsa_key.p8":
                cls.keep("data folder", file.read_bytes().decode(errors="replace"))

    @classmethod
    def look(cls, command: str, *arguments: str, codes=(0,)) -> None:
        approve = ["-auto-approve"] if command == "apply" and not arguments else []
        result = cls.work.checked(command, "-no-color", *approve, *arguments, codes=codes, timeout=300)
        cls.keep("said", result.text)

    @classmethod
    def keep(cls, where: str, text: str) -> None:
        cls.kept[where] = cls.kept.get(where, "") + text

    def test_the_tests_can_see(self):
        """Each place has something in it, and what may be kept there is found there."""
        self.assertGreater(len(self.kept["trace log"]), 100_000)
        self.assertIn("REGISTRY PATCH", self.kept["emulator's log"])
        for kind in ("CREATE SECRET", "ALTER SECRET", "CREATE SERVICE", "EXECUTE JOB SERVICE", "ALTER USER"):
            self.assertIn(kind, self.kept["admin statements"])
        for where in ("state", "shown plan", "admin objects"):
            self.assertTrue(any(value in self.kept[where] for value in self.secrets["env"]), where)
        for said in ("spcs_ray_serve_model.this", "already exists", "Destroy complete"):
            self.assertIn(said, self.kept["said"])

    def test_nothing_planted(self):
        for name, values in self.secrets.items():
            for where, text in self.kept.items():
                if name in self.KEPT and where in self.HOLDS_KEPT:
                    continue
                found = next((value for value in values if value in text), None)
                if found:
                    at = text.index(found)
                    self.fail(f"the {name} is in the {where}: …{text[max(0, at - 300) : at + len(found)]}")

    def test_nothing_made(self):
        """Programmatic tokens of pushes and of ephemeral resources, signed tokens and presigned URLs."""
        for where, text in self.kept.items():
            for sort in (TOKEN_TEXT, re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"), PRESIGNED):
                found = sort.search(text)
                if found:
                    self.fail(f"in the {where}: …{text[max(0, found.start() - 300) : found.end()]}")
        self.assertIn("ADD PROGRAMMATIC ACCESS TOKEN", self.kept["admin statements"])
        self.assertEqual(self.account.sql("SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER SPCS_DEMO_USER"), [])


class Mistakes(Case):
    """A secret in the wrong place is refused at plan, and the refusal does not quote it."""

    IMAGE = """
variable "planted" {
  type      = string
  sensitive = true
}

resource "spcs_image" "this" {
  database   = "ACC"
  schema     = "S"
  repository = "REPO"
  name       = "app"
  tag        = "v1"
  source     = { registry = var.planted }
}
"""

    def refused(self, planted: str, secret: str, sentence: str, configuration: str = IMAGE, provider: str = PROVIDER):
        log = self.folder / "trace.log"
        workspace = self.workspace(self.emulator(), configuration, provider=provider, planted=planted)
        result = workspace.plan(environment={"TF_LOG": "TRACE", "TF_LOG_PATH": str(log)})
        self.assert_fails(result, sentence)
        self.assertNotIn(secret, result.text)
        self.assertNotIn(secret, log.read_text(errors="replace"))

    def test_password_in_an_image_reference(self):
        self.refused("https://robot:hunter2@registry.example.com/team/app:1", "hunter2", "no place for a user")

    def test_key_in_place_of_its_path(self):
        key = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA"], check=True, capture_output=True, text=True).stdout
        provider = PROVIDER.replace('"spcs" {}', '"spcs" {\n  private_key_file = var.planted\n}')
        images = 'data "spcs_compute_pools" "all" {}\n' + self.IMAGE.split("resource")[0]
        self.refused(key, key.splitlines()[3], "holds a key, and not the path", images, provider)
