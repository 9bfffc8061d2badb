# SPDX-License-Identifier: MPL-2.0
"""Import of a Ray Serve model: one read-only job tells what runs, and an empty plan follows."""

from driver.case import Case

IMAGES = [f"/acc/s/repo/{name}" for name in ("ray-head:v1", "spcs-ray-deploy:v1")]
GROUND = (
    "CREATE DATABASE ACC",
    "CREATE SCHEMA ACC.S",
    "CREATE IMAGE REPOSITORY ACC.S.REPO",
    "CREATE COMPUTE POOL HEADS MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S",
    """CREATE SERVICE ACC.S.RAY_HEAD IN COMPUTE POOL HEADS FROM SPECIFICATION $$
spec:
  containers:
  - name: head
    image: /acc/s/repo/ray-head:v1
$$""",
)
# The model of examples/vicuna13b, on one GPU.
MODEL = """resource "spcs_ray_serve_model" "this" {
  database     = "acc"
  schema       = "s"
  head_service = "ray_head"
  name         = "vicuna13b"
  compute_pool = "heads"
  image        = "/acc/s/repo/spcs-ray-deploy:v1"
  route_prefix = "/vicuna13b"
  import_path  = "serve_app:build"
  runtime_env  = jsonencode({ env_vars = { HF_HOME = "/cache" } })
  args         = jsonencode({ model = "lmsys/vicuna-13b-v1.5", tensor_parallel_size = 1, seed = 0 })
  deployments = {
    VLLM = {
      max_ongoing_requests     = 100
      ray_actor_options        = { num_cpus = 1, num_gpus = 0 }
      placement_group_bundles  = [{ CPU = 1, GPU = 1, llm_worker = 0.001 }]
      placement_group_strategy = "PACK"
    }
  }
}
"""
ADDRESS = "spcs_ray_serve_model.this"


def import_block(id: str) -> str:
    return f'import {{\n  to = {ADDRESS}\n  id = "{id}"\n}}\n'


class ModelImport(Case):
    def account(self):
        return self.emulator(GROUND, images=IMAGES)

    def jobs(self, emulator, after: int) -> list[str]:
        """Kinds of the statements since `after` that run or drop a job."""
        kinds = [entry["kind"] for entry in emulator.statements(after)]
        return [kind for kind in kinds if kind.startswith(("EXECUTE JOB", "DROP"))]

    def test_only_the_import_is_planned(self):
        emulator = self.account()
        workspace = self.workspace(emulator, MODEL)
        self.assert_ok(workspace.apply())
        before = workspace.state()[ADDRESS]
        workspace.checked("state", "rm", ADDRESS)

        workspace.write("import.tf", import_block("ACC.S.RAY_HEAD/vicuna13b"))
        last = emulator.last_statement()
        plan = workspace.plan("-out=import.plan")
        self.assertEqual(plan.code, 2, str(plan))
        self.assert_says(plan, "1 to import, 0 to add, 0 to change, 0 to destroy")
        self.assertEqual(self.jobs(emulator, last), ["EXECUTE JOB SERVICE", "DROP SERVICE"])

        self.assert_ok(workspace.run("apply", "-no-color", "import.plan"))
        self.assertEqual(len(self.jobs(emulator, last)), 2, "the apply of an import ran a job")
        after = workspace.state()[ADDRESS]
        for attribute in ("config_hash", "session_name", "status", "url_path"):
            self.assertEqual(after[attribute], before[attribute], attribute)
        workspace.remove("import.tf")
        self.assert_no_changes(workspace)
        self.assertEqual(emulator.sql("SHOW JOB SERVICES IN SCHEMA ACC.S"), [])
        self.assert_ok(workspace.destroy())

    def test_with_the_image_in_the_id(self):
        emulator = self.account()
        workspace = self.workspace(emulator, MODEL)
        self.assert_ok(workspace.apply())
        workspace.checked("state", "rm", ADDRESS)
        workspace.write("import.tf", import_block("ACC.S.RAY_HEAD/vicuna13b@/acc/s/repo/spcs-ray-deploy:v1"))
        self.assert_says(workspace.plan(), "1 to import, 0 to add, 0 to change, 0 to destroy")

    def test_what_is_not_deployed(self):
        emulator = self.account()
        workspace = self.workspace(emulator, MODEL)
        workspace.write("import.tf", import_block("ACC.S.RAY_HEAD/vicuna13b"))
        self.assert_fails(workspace.plan(), "has no application", "vicuna13b")
        self.assertEqual(emulator.sql("SHOW JOB SERVICES IN SCHEMA ACC.S"), [])

    def test_a_head_that_started_anew_has_lost_it(self):
        emulator = self.account()
        workspace = self.workspace(emulator, MODEL)
        self.assert_ok(workspace.apply())
        workspace.checked("state", "rm", ADDRESS)
        emulator.sql("ALTER SERVICE ACC.S.RAY_HEAD SUSPEND")
        emulator.advance(60)
        emulator.sql("ALTER SERVICE ACC.S.RAY_HEAD RESUME")
        emulator.advance(60)
        workspace.write("import.tf", import_block("ACC.S.RAY_HEAD/vicuna13b"))
        self.assert_fails(workspace.plan(), "has no application", "vicuna13b")

    def test_without_a_deployer(self):
        emulator = self.emulator(GROUND, images=IMAGES[:1])
        workspace = self.workspace(emulator, MODEL)
        workspace.write("import.tf", import_block("ACC.S.RAY_HEAD/vicuna13b"))
        self.assert_fails(workspace.plan(), "ACC.S.REPO has no image", "ACC.S.RAY_HEAD/vicuna13b@/database/schema")
