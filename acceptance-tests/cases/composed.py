# SPDX-License-Identifier: MPL-2.0
"""examples/composed: the module inside a larger stack, from nothing to nothing."""

from driver.case import TOKEN, Case
from driver.client import Workspace


class Composed(Case):
    def test_life(self):
        account = self.emulator(images="any")
        account.sql("CREATE ROLE ANALYST")
        environment = account.environment() | {"TF_VAR_hf_token": TOKEN, "TF_VAR_reader_roles": '["ANALYST"]'}
        stack = Workspace.of_example(self.client, self.folder / "work", "composed", environment)
        stack.init()
        self.assert_ok(stack.apply(timeout=600))
        self.assert_no_changes(stack)

        outputs = stack.outputs()
        for name in ("chat_url", "summaries_url"):
            self.assertRegex(outputs[name], r"^http://[\w-]+-spcs-emulator\.localhost:\d+$")
        state = stack.state()
        summaries = state["spcs_service.summaries"]["spec"]["containers"]["api"]
        self.assertRegex(summaries["env"]["MODEL_URL"], r"^http://[\w-]+\.\w+\.svc\.spcs\.internal:8000/vicuna13bapi$")
        self.assertEqual(summaries["image"], "/llm_stack/apps/images/summaries:v1")
        self.assertIn("LLM_STACK.APPS.SUMMARIES", account.names("SERVICE"))
        grants = account.sql("SHOW GRANTS TO ROLE ANALYST")
        self.assertGreaterEqual({row["privilege"] for row in grants}, {"USAGE", "SELECT"})

        # A new version of the stack's own service touches nothing of the module's.
        changes = stack.changes("-var=summaries_tag=v2")
        self.assertEqual(changes, {"spcs_service.summaries": ["update"]})

        self.assert_ok(stack.destroy(timeout=600))
        left = [name for kind in ("DATABASE", "COMPUTE POOL", "SERVICE") for name in account.names(kind)]
        self.assertEqual([name for name in left if name != "SNOWFLAKE"], [])
        self.assertNotIn(TOKEN, stack.state_text())
