# SPDX-License-Identifier: MPL-2.0
"""The module and the examples as texts: formatted, described, valid, and right by the module's own tests."""

import re
import shutil
import subprocess
import sys

from driver import places
from driver.case import PROVIDER, Case
from driver.client import Workspace

# Folders of examples/ with one folder for each type. Lists and actions need Terraform 1.14.
TYPES = ("resources", "data-sources", "ephemeral-resources", "functions")

# What the examples of single resources refer to and none of them makes.
GROUND = """
resource "spcs_compute_pool" "head" {
  name            = "RAY_HEAD"
  instance_family = "GPU_NV_S"
  min_nodes       = 1
  max_nodes       = 1
}

resource "spcs_service" "head" {
  database     = spcs_schema.vicuna.database
  schema       = spcs_schema.vicuna.name
  name         = "RAY_HEAD"
  compute_pool = spcs_compute_pool.head.name
  spec         = { containers = { head = { image = "/ray/vicuna/llm_repo/ray-head:v1" } } }
}

resource "spcs_service" "workers" {
  database     = spcs_schema.vicuna.database
  schema       = spcs_schema.vicuna.name
  name         = "RAY_WORKERS"
  compute_pool = spcs_compute_pool.workers.name
  spec         = { containers = { worker = { image = "/ray/vicuna/llm_repo/ray-worker:v1" } } }
}
"""


class Texts(Case):
    def test_formatted(self):
        for tree in ("modules", "examples"):
            copy = self.folder / tree
            shutil.copytree(places.ROOT / tree, copy)
            workspace = Workspace(self.client, copy)
            self.assert_ok(workspace.run("fmt", "-no-color", "-check", "-diff", "-recursive"))

    def test_readme_tables_are_current(self):
        script = places.ROOT / "modules" / "update_readme.py"
        result = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_every_variable_and_output_is_described(self):
        for file in sorted(places.ROOT.glob("modules/*/*.tf")):
            blocks = file.read_text().split("\n}\n")
            for block in blocks:
                if 'variable "' in block or 'output "' in block:
                    self.assertIn("description", block, f"{file}: {block}")


class Module(Case):
    def own_tests(self, file: str, environment: dict[str, str]) -> None:
        copy = self.folder / "modules"
        shutil.copytree(places.ROOT / "modules", copy)
        runs = len(re.findall(r'(?m)^run "', (copy / "ray-serve-cluster" / "tests" / file).read_text()))
        workspace = Workspace(self.client, copy / "ray-serve-cluster", environment)
        workspace.init()
        result = workspace.run("test", "-no-color", f"-filter=tests/{file}", timeout=600)
        self.assert_ok(result)
        self.assert_says(result, f"{runs} passed, 0 failed")

    def test_plans_without_an_account(self):
        self.own_tests("defaults.tftest.hcl", {})

    def test_life_in_an_account(self):
        account = self.emulator(images="any")
        self.own_tests("life.tftest.hcl", account.environment())
        left = [name for kind in ("DATABASE", "COMPUTE POOL") for name in account.names(kind)]
        self.assertEqual([name for name in left if name != "SNOWFLAKE"], [])


class Examples(Case):
    def validates(self, workspace: Workspace) -> None:
        workspace.init()
        self.assert_ok(workspace.run("validate", "-no-color"))

    def test_whole_configurations(self):
        for example in ("vicuna13b", "composed", "provider"):
            self.validates(Workspace.of_example(self.client, self.folder / example, example))

    def together(self, imports: str) -> None:
        """Everything of examples/ that shows one type, as one configuration, with one of its ways to import."""
        workspace = Workspace(self.client, self.folder / "all")
        workspace.write("provider.tf", PROVIDER)
        workspace.write("ground.tf", GROUND)
        kinds = [places.ROOT / "examples" / kind for kind in TYPES if (places.ROOT / "examples" / kind).is_dir()]
        folders = [folder for kind in kinds for folder in sorted(kind.iterdir())]
        self.assertGreater(len(folders), 14)
        for folder in folders:
            for file in folder.iterdir():
                if file.name.startswith("import") and file.name != imports:
                    continue
                name = f"{folder.parent.name}_{folder.name}_{file.name}" if file.suffix == ".tf" else file.name
                # Blocks of other providers, which the client would have to download, are left out.
                workspace.write(name, re.sub(r'(?ms)^provider "(?!spcs")\w+" \{.*?^\}\n', "", file.read_text()))
        self.validates(workspace)

    def test_every_type_with_imports_by_id(self):
        self.together("import.tf")

    def test_every_type_with_imports_by_identity(self):
        if self.client.name == "terraform":
            self.skipTest("Terraform 1.11 knows no import by identity")
        self.together("import-by-identity.tf")
