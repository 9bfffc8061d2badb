# SPDX-License-Identifier: MPL-2.0
"""A client that is killed or interrupted in the middle of an apply: run again, everything is there once."""

import time

from driver import places
from driver.case import TOKEN, Case, import_block, long
from driver.client import Workspace

SMALL = """variable "hf_token" {
  type      = string
  ephemeral = true
}

resource "spcs_database" "this" {
  name = "acc"
}

resource "spcs_schema" "this" {
  database = spcs_database.this.name
  name     = "s"
}

resource "spcs_image_repository" "this" {
  database = spcs_schema.this.database
  schema   = spcs_schema.this.name
  name     = "repo"
}

resource "spcs_stage" "this" {
  database = spcs_schema.this.database
  schema   = spcs_schema.this.name
  name     = "files"
}

resource "spcs_secret" "this" {
  database         = spcs_schema.this.database
  schema           = spcs_schema.this.name
  name             = "token"
  value_wo         = var.hf_token
  value_wo_version = 1
}

resource "spcs_table" "this" {
  database = spcs_schema.this.database
  schema   = spcs_schema.this.name
  name     = "rows"
  columns  = [{ name = "ID", type = "INTEGER" }]
}

resource "spcs_compute_pool" "this" {
  name            = "p"
  instance_family = "CPU_X64_XS"
  min_nodes       = 1
  max_nodes       = 1
}

resource "spcs_service" "this" {
  database     = spcs_image_repository.this.database
  schema       = spcs_image_repository.this.schema
  name         = "web"
  compute_pool = spcs_compute_pool.this.name
  spec = {
    containers = {
      main = {
        image   = "/acc/s/repo/web:v1"
        secrets = [{ object_name = spcs_secret.this.qualified_name, env_var_name = "T", secret_key_ref = "secret_string" }]
      }
    }
  }
}
"""
KINDS = ("DATABASE", "SCHEMA", "STAGE", "IMAGE REPOSITORY", "SECRET", "TABLE", "COMPUTE POOL", "SERVICE", "INTEGRATION",
         "NETWORK RULE")
MAX_ROUNDS = 12


class KillCase(Case):
    """Kills an apply after the n-th statement of a kind, then runs it to its end."""

    abstract = True

    def fresh(self):
        """A new account and a workspace that has been initialised."""
        emulator = self.emulator(images=["/acc/s/repo/web:v1", *places.example_images()])
        return emulator, self.configured(emulator)

    def configured(self, emulator) -> Workspace:
        return self.workspace(emulator, SMALL, hf_token=TOKEN)

    def inventory(self, emulator) -> dict[str, list[str]]:
        return {kind: emulator.names(kind) for kind in KINDS}

    def expected(self) -> dict[str, list[str]]:
        if not hasattr(type(self), "whole"):
            emulator, workspace = self.fresh()
            self.assert_ok(workspace.apply(timeout=600))
            type(self).whole = self.inventory(emulator)
            emulator.stop()
        return type(self).whole

    def kill_after(self, emulator, workspace, kind: str, skip: int) -> bool:
        """False when the apply has fewer statements of the kind."""
        emulator.faults({"match": {"kind": kind}, "action": "hold-after", "skip": skip, "count": 1})
        process = workspace.start("apply", "-no-color", "-auto-approve")
        while emulator.held() == 0:
            if process.poll() is not None:
                workspace.finish()
                return False
            time.sleep(0.02)
        workspace.kill()
        emulator.faults()
        emulator.release()
        return True

    def run_to_the_end(self, workspace) -> None:
        """Applies again; where the error of an existing object says so, pastes its import block."""
        for number in range(MAX_ROUNDS):
            result = workspace.apply(timeout=600)
            if result.code == 0:
                return
            self.assert_fails(result, "already exists")
            workspace.write(f"import{number}.tf", import_block(result.text))
        self.fail(f"no end after {MAX_ROUNDS} rounds: {result}")

    def survives(self, kind: str, skip: int) -> bool:
        expected = self.expected()
        emulator, workspace = self.fresh()
        if not self.kill_after(emulator, workspace, kind, skip):
            emulator.stop()
            return False
        self.run_to_the_end(workspace)
        self.assert_no_changes(workspace)
        self.assertEqual(self.inventory(emulator), expected)
        self.assertEqual(emulator.sql("SHOW JOB SERVICES IN ACCOUNT"), [])
        self.assert_ok(workspace.destroy(timeout=600))
        emulator.stop()
        return True

    def campaign(self, kind: str, numbers) -> None:
        survived = 0
        for skip in numbers:
            with self.subTest(kind=kind, skip=skip):
                if not self.survives(kind, skip):
                    break
                survived += 1
        self.assertGreater(survived, 0)


class Killed(KillCase):
    def test_after_a_creation(self):
        self.campaign("CREATE*", range(0, 8, 2))

    @long
    def test_after_every_statement(self):
        self.campaign("*", range(1000))


@long
class KilledExample(KillCase):
    def configured(self, emulator) -> Workspace:
        folder = self.folder / f"example{len(list(self.folder.glob('example*')))}"
        workspace = Workspace.of_example(
            self.client, folder, "vicuna13b", emulator.environment() | {"TF_VAR_hf_token": TOKEN}
        )
        workspace.init()
        return workspace

    def test_after_every_statement(self):
        self.campaign("*", range(1000))


class Interrupted(Case):
    def test_an_apply_ends_within_a_second_and_keeps_its_state(self):
        emulator = self.emulator(images=["/acc/s/repo/web:v1"], speed=1)
        workspace = self.workspace(emulator, SMALL, hf_token=TOKEN)
        workspace.start("apply", "-no-color", "-auto-approve")
        deadline = time.monotonic() + 60
        while not any(e["kind"] == "CREATE SERVICE" and e["answered"] for e in emulator.statements()):
            self.assertLess(time.monotonic(), deadline, "the service is not created")
            time.sleep(0.1)
        time.sleep(1.5)  # it waits for the nodes now, which take minutes
        began = time.monotonic()
        workspace.interrupt()
        result = workspace.finish(30)
        took = time.monotonic() - began
        self.assertNotEqual(result.code, 0, str(result))
        self.assertLess(took, 1.0, str(result))
        self.assert_no_crash(result)
        self.assertEqual(len(workspace.state()), 8, "something that was created is not in the state")
        self.assert_ok(workspace.destroy(timeout=300))
        self.assertEqual(emulator.names("COMPUTE POOL"), [])
        self.assertNotIn("ACC", emulator.names("DATABASE"))

    def test_nothing_is_left_running(self):
        emulator = self.emulator(images=["/acc/s/repo/web:v1"], speed=1)
        workspace = self.workspace(emulator, SMALL, hf_token=TOKEN)
        process = workspace.start("apply", "-no-color", "-auto-approve")
        while not any(e["kind"] == "CREATE SERVICE" for e in emulator.statements()):
            time.sleep(0.1)
        self.assertGreater(len(members(process.pid)), 1, "client and provider run")
        workspace.kill()
        deadline = time.monotonic() + 5
        while members(process.pid):
            self.assertLess(time.monotonic(), deadline, "the provider outlives its client")
            time.sleep(0.05)


def members(group: int) -> list[str]:
    """Programs of a process group that still run."""
    found = []
    for stat in places.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(stat.parent.name)
    return found
