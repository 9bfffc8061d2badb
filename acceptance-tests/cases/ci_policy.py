# SPDX-License-Identifier: MPL-2.0
"""examples/ci/policy.py on real plans: what it refuses, what lifts that, and what it lets through."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap

from driver import places
from driver.case import Case

CI = places.ROOT / "examples" / "ci"

CONFIGURATION = """
resource "spcs_database" "this" {
  name          = "ACC"
  force_destroy = true
}

resource "spcs_schema" "this" {
  database = spcs_database.this.name
  name     = "S"
}

resource "spcs_image_repository" "this" {
  database = spcs_schema.this.database
  schema   = spcs_schema.this.name
  name     = "REPO"
}

resource "spcs_compute_pool" "this" {
  name            = "CI_POOL"
  instance_family = "%(family)s"
  min_nodes       = 1
  max_nodes       = 1
}

resource "spcs_service" "this" {
  database                = spcs_image_repository.this.database
  schema                  = spcs_schema.this.name
  name                    = "WEB"
  compute_pool            = spcs_compute_pool.this.name
  compute_pool_created_on = spcs_compute_pool.this.created_on
  spec                    = { containers = { web = { image = "/acc/s/repo/web%(tag)s" } } }
}
"""


def configuration(family: str = "CPU_X64_XS", tag: str = ":v1") -> str:
    return CONFIGURATION % {"family": family, "tag": tag}


class CiPolicy(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.class_emulator(images="any")

    def setUp(self):
        super().setUp()
        self.stack = self.workspace(self.account, configuration())
        self.addCleanup(self.stack.destroy)

    def policy(self, *labels: str) -> tuple[int, str]:
        """Exit code and outputs for the workspace's plan."""
        (self.folder / "plan.json").write_text(json.dumps(self.stack.plan_json()))
        return self.judge(self.folder / "plan.json", *labels)

    @staticmethod
    def judge(plan, *labels: str) -> tuple[int, str]:
        arguments = [argument for label in labels for argument in ("--label", label)]
        result = subprocess.run(
            [sys.executable, CI / "policy.py", plan, *arguments], capture_output=True, text=True, check=False
        )
        return result.returncode, result.stdout + result.stderr

    def test_what_it_refuses_and_what_it_lets_through(self):
        with self.subTest("a first apply"):
            self.assertEqual(self.policy(), (0, "The policy has nothing against this plan.\n"))
        self.assert_ok(self.stack.apply())
        with self.subTest("nothing to do"):
            self.assertEqual(self.policy()[0], 0)
        with self.subTest("another version in place"):
            self.stack.write("main.tf", configuration(tag=":v2"))
            self.assertEqual(self.policy()[0], 0)
        with self.subTest("a tag that moves"):
            for tag in (":latest", ""):
                self.stack.write("main.tf", configuration(tag=tag))
                code, text = self.policy("allow-outage")
                self.assertEqual(code, 1, text)
                self.assertIn("spcs_service.this: container web runs /acc/s/repo/web" + tag, text)
                self.assertEqual(self.policy("allow-mutable-tag")[0], 0)
        with self.subTest("a new family replaces the pool and the service"):
            self.stack.write("main.tf", configuration(family="CPU_X64_S"))
            code, text = self.policy("allow-mutable-tag")
            self.assertEqual(code, 1, text)
            self.assertIn("spcs_compute_pool.this: the plan replaces it", text)
            self.assertIn("spcs_service.this: the plan replaces it", text)
            self.assertEqual(self.policy("allow-outage")[0], 0)
        with self.subTest("everything goes"):
            self.stack.write("main.tf", "")
            code, text = self.policy("allow-outage")
            self.assertEqual(code, 1, text)
            self.assertIn("spcs_database.this: the plan deletes it, and what it holds is lost", text)
            self.assertEqual(self.policy("allow-outage", "allow-data-loss")[0], 0)

    def test_a_role_that_may_only_look_plans(self):
        """The grants that docs/guides/privileges.md names for it: nothing is missing, and nothing can be changed."""
        self.assert_ok(self.stack.apply())
        user = self.account.objects()["USER"][0]["name"]
        for statement in (
            "CREATE ROLE PLANNER",
            f"GRANT ROLE PLANNER TO USER {user}",
            "GRANT USAGE ON DATABASE ACC TO ROLE PLANNER",
            "GRANT USAGE ON SCHEMA ACC.S TO ROLE PLANNER",
            "GRANT MONITOR ON SERVICE ACC.S.WEB TO ROLE PLANNER",
            "GRANT MONITOR ON COMPUTE POOL CI_POOL TO ROLE PLANNER",
            "GRANT READ ON IMAGE REPOSITORY ACC.S.REPO TO ROLE PLANNER",
        ):
            self.account.sql(statement)
        planner = {"SNOWFLAKE_CONNECTIONS_EMULATOR_ROLE": "PLANNER"}
        result = self.stack.plan(environment=planner)
        self.assertEqual(result.code, 0, str(result))
        self.stack.write("main.tf", configuration(tag=":v2"))
        self.assertEqual(self.stack.plan(environment=planner).code, 2)
        self.assert_fails(self.stack.apply(environment=planner), "Insufficient privileges")
        self.stack.write("main.tf", configuration())

    def test_what_is_no_plan(self):
        for content in ("", "[]", "{}", '{"format_version": "1.2", "resource_changes": 3}'):
            (self.folder / "no-plan.json").write_text(content)
            code, text = self.judge(self.folder / "no-plan.json")
            self.assertEqual(code, 2, content)
            self.assertIn("is no plan", text)
        self.assertEqual(self.judge(self.folder / "absent.json")[0], 2)

    def test_a_digest_is_no_tag(self):
        change = {"actions": ["create"], "after": {"spec": {"containers": {"a": {"image": None}}}}}
        resource = {"address": "spcs_job.a", "type": "spcs_job", "change": change}
        plan = {"format_version": "1.2", "resource_changes": [resource]}
        for image, code in (
            ("/d/s/r/a@sha256:" + "0" * 64, 0),
            ("/d/s/r/a:LATEST", 1),
            ("registry:5000/a", 1),
            ("registry:5000/a:1.0", 0),
        ):
            change["after"]["spec"]["containers"]["a"]["image"] = image
            (self.folder / "plan.json").write_text(json.dumps(plan))
            self.assertEqual(self.judge(self.folder / "plan.json")[0], code, image)

    def test_the_workflow_calls_what_is_there(self):
        workflow = (CI / "pull-request.yaml").read_text()
        self.assertIn("python3 ci/policy.py plan.json", workflow)
        self.assertNotIn("pull_request_target", workflow)
        # The shell that is named so stops at the first failure, also inside a pipe.
        self.assertRegex(workflow, r"(?m)^    defaults:\n      run:\n        shell: bash$")
        # Outputs of steps that other steps use are of steps that exist.
        ids = set(re.findall(r"^ +id: (\w+)$", workflow, re.M))
        self.assertLessEqual(set(re.findall(r"steps\.(\w+)\.", workflow)), ids)

    def test_the_step_of_the_workflow_fails_when_the_policy_objects(self):
        """The text of the step "Policy", run as GitHub runs `shell: bash`."""
        workflow = (CI / "pull-request.yaml").read_text()
        step = re.search(r"(?ms)^      - name: Policy$.*?^        run: \|\n(.*?)(?=^      - |\Z)", workflow).group(1)
        (self.folder / "step.sh").write_text(textwrap.dedent(step))
        (self.folder / "ci").mkdir()
        shutil.copy(CI / "policy.py", self.folder / "ci")
        delete = {"address": "spcs_table.t", "type": "spcs_table", "change": {"actions": ["delete"], "after": None}}
        plan = {"format_version": "1.2", "resource_changes": [delete]}
        (self.folder / "plan.json").write_text(json.dumps(plan))
        for labels, code, sentence in (
            ([], 1, "spcs_table.t: the plan deletes it"),
            (["two words", "allow-data-loss"], 0, "nothing against this plan"),
        ):
            result = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "step.sh"],
                cwd=self.folder,
                env=os.environ | {"LABELS": json.dumps(labels, indent=2)},
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(result.returncode, code, result.stdout + result.stderr)
            self.assertIn(sentence, (self.folder / "policy.txt").read_text())

    def test_the_same_tags_as_in_the_providers_warning(self):
        source = (places.ROOT / "provider" / "resources" / "plan_review.cc").read_text()
        words = re.search(r"kMovingTags\[\] = \{(.*?)\};", source, re.S).group(1)
        for tag in re.findall(r'"(\w+)"', words):
            with self.subTest(tag):
                change = {"actions": ["create"], "after": {"spec": {"containers": {"a": {"image": f"/d/s/r/a:{tag}"}}}}}
                plan = {"resource_changes": [{"address": "spcs_job.a", "type": "spcs_job", "change": change}]}
                (self.folder / "plan.json").write_text(json.dumps(plan | {"format_version": "1.2"}))
                self.assertEqual(self.judge(self.folder / "plan.json")[0], 1)
