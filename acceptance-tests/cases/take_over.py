# SPDX-License-Identifier: MPL-2.0
"""docs/guides/from-the-shell-script.md: what the script has made, taken over by the guide's own configuration and imports."""

import re
import shutil

from driver import places
from driver.case import TOKEN, Case
from driver.client import Workspace

SCHEMA = "MYDB.VICUNA13BONRAYSERVE"

# What the script's statements leave behind once its services are dropped, with today's names of the families.
LEFT = [
    "CREATE DATABASE MYDB",
    f"CREATE SCHEMA {SCHEMA}",
    f"CREATE IMAGE REPOSITORY {SCHEMA}.LLM_REPO",
    f"CREATE STAGE {SCHEMA}.SNOWML_HOME ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')",
    f"CREATE STAGE {SCHEMA}.RAY_LOGS ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')",
    f"CREATE TABLE {SCHEMA}.ST_FEEDBACK (RUN_ID STRING, TIMESTAMP TIMESTAMP_LTZ, USER_PROMPT STRING, "
    "ASSISTANT_RESPONSE STRING, SCORE INTEGER, COMMENT STRING)",
    "CREATE COMPUTE POOL VICUNA13B_RAY_HEAD_POOL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = GPU_NV_S "
    "AUTO_RESUME = TRUE AUTO_SUSPEND_SECS = 120",
    "CREATE COMPUTE POOL VICUNA13B_RAY_SERVE_POOL MIN_NODES = 2 MAX_NODES = 2 INSTANCE_FAMILY = GPU_NV_M "
    "AUTO_RESUME = TRUE AUTO_SUSPEND_SECS = 120",
]

GUIDE = places.ROOT / "docs" / "guides" / "from-the-shell-script.md"


def guide_configuration() -> str:
    """The configuration of the guide, as a reader would paste it: only where the module lies is one's own."""
    (text,) = re.findall(r'(?ms)^```terraform\n(terraform \{\n.*?)^```$', GUIDE.read_text())
    return re.sub(r'"github.com/YOUR/FORK//([\w/-]+)".*', r'"./\1"', text)


def guide_imports() -> str:
    """The import blocks of the guide, as a reader would paste them."""
    return "\n".join(re.findall(r"(?ms)^import \{\n.*?^\}$", GUIDE.read_text())) + "\n"


class TakeOver(Case):
    def test_nothing_that_is_there_is_made_anew(self):
        account = self.emulator(images="any")
        for statement in LEFT:
            account.sql(statement, connection="emulator")
        account.sql("CREATE WAREHOUSE MY_WH")
        account.sql("GRANT USAGE ON WAREHOUSE MY_WH TO ROLE SPCS_DEMO")
        folder = self.folder / "work"
        shutil.copytree(places.ROOT / "modules", folder / "modules", ignore=shutil.ignore_patterns("tests"))
        stack = Workspace(self.client, folder, account.environment() | {"TF_VAR_hf_token": TOKEN})
        stack.write("main.tf", guide_configuration())
        stack.write("imports.tf", guide_imports())
        stack.init()

        planned = stack.plan_json()["resource_changes"]
        imported = {c["address"]: c["change"]["actions"] for c in planned if "importing" in c["change"]}
        self.assertEqual(len(imported), 6, imported)
        self.assertLessEqual({tuple(actions) for actions in imported.values()}, {("no-op",), ("update",)}, imported)
        table = next(c["change"] for c in planned if c["address"] == "module.ray_serve.spcs_table.feedback")
        before, after = ([(c["name"], c["type"]) for c in table[when]["columns"]] for when in ("before", "after"))
        self.assertEqual(before, after)  # comments are added, no column is made anew

        self.assert_ok(stack.apply(timeout=600))
        stack.remove("imports.tf")
        self.assert_no_changes(stack)
        self.assert_ok(stack.destroy(timeout=600))
