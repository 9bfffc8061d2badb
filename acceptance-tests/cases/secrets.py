# SPDX-License-Identifier: MPL-2.0
"""A planted secret turns up nowhere: not in state, plan, logs, diagnostics, nor in what the emulator tells."""

import re
import secrets
import zipfile

from driver import places
from driver.case import Case
from driver.client import Workspace
from driver.emulator import Emulator


class Secrets(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planted = "hf_" + secrets.token_hex(12)
        cls.account = Emulator(cls.class_folder / "account", images=places.example_images())
        cls.addClassCleanup(cls.account.stop)
        cls.account.grant()
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
