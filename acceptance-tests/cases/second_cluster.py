# SPDX-License-Identifier: MPL-2.0
"""docs/guides/upgrades.md, "A second cluster, step by step": two clusters in one schema, then the first goes and its
feedback stays."""

import re
import shutil

from driver import places
from driver.case import PROVIDER, TOKEN, Case
from driver.client import Workspace

SHARED = """
variable "hf_token" {
  type      = string
  ephemeral = true
}

output "callers" {
  value = [module.ray_serve_b.streamlit_url, module.ray_serve_b.model_internal_url]
}
"""

FIRST = """
module "ray_serve" {
  source = "./modules/ray-serve-cluster"

  schema        = "SERVING"
  hf_token      = var.hf_token
  force_destroy = true
}
"""

# Values of these are no names of one object.
OTHER_VALUES = {"stage_names": '{ home = "HOME_B", logs = "LOGS_B" }'}


def guide() -> str:
    text = (places.ROOT / "docs" / "guides" / "upgrades.md").read_text()
    return text.split("### A second cluster, step by step")[1].split("\n## ")[0]


def second() -> str:
    """A block in which every name that the guide lists is set."""
    first_step = guide().split("\n2. ")[0]
    names = sorted(set(re.findall(r"`(\w+_names?)`", first_step)))
    own = "".join(f'  {name} = {OTHER_VALUES.get(name, chr(34) + name.upper() + "_B" + chr(34))}\n' for name in names)
    return FIRST.replace('"ray_serve"', '"ray_serve_b"').replace("  force_destroy = true\n", f"  force_destroy = true\n{own}")


def removed() -> str:
    """The guide's block, without the indentation of its list."""
    return re.sub(r"(?m)^ {3}", "", re.search(r"(?ms)^ {3}removed \{\n.*?^ {3}\}$", guide()).group(0)) + "\n"


class SecondCluster(Case):
    def test_callers_move_and_the_feedback_stays(self):
        account = self.emulator(images="any")
        account.sql("CREATE DATABASE MYDB", connection="emulator")
        account.sql("CREATE SCHEMA MYDB.SERVING", connection="emulator")
        folder = self.folder / "work"
        shutil.copytree(places.ROOT / "modules", folder / "modules", ignore=shutil.ignore_patterns("tests"))
        stack = Workspace(self.client, folder, account.environment() | {"TF_VAR_hf_token": TOKEN})
        stack.write("main.tf", PROVIDER + SHARED)
        stack.write("first.tf", FIRST)
        stack.write("second.tf", second())
        stack.init()
        self.assert_ok(stack.apply(timeout=600))
        page, internal = stack.outputs()["callers"]
        self.assertRegex(page, r"^http://")
        self.assertIn(".svc.spcs.internal:8000/", internal)
        self.assertEqual(len(account.names("SERVICE")), 6)

        stack.write("first.tf", removed())
        self.assert_ok(stack.apply(timeout=600))
        self.assertEqual(stack.outputs()["callers"], [page, internal])
        self.assertEqual(len(account.names("SERVICE")), 3)
        self.assertEqual(set(account.names("TABLE")), {"MYDB.SERVING.ST_FEEDBACK", "MYDB.SERVING.FEEDBACK_TABLE_NAME_B"})
        self.assert_no_changes(stack)
        self.assert_ok(stack.destroy(timeout=600))
