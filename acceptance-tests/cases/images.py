# SPDX-License-Identifier: MPL-2.0
"""The tests of images/, each file under the Python that it needs; and the example that runs with the toy engine.

What runs in a container runs here as local processes: a real Ray cluster, the real chat page.
"""

import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

from driver import places, processes
from driver.case import Case, long
from driver.client import Workspace

_TESTS = places.ROOT / "images" / "tests"


class ImageTests(Case):
    """unittest in a process of its own: other Pythons, and nothing of theirs stays in ours."""

    abstract = True
    once = True

    def run_tests(self, *names: str, python: Path | str = sys.executable, timeout: float = 300) -> None:
        process = processes.start(
            ["nice", "-n", "10", python, "-B", "-m", "unittest", "-v", *names],
            cwd=_TESTS,
            env={k: v for k, v in os.environ.items() if not k.startswith(("SNOWFLAKE_", "RAY_", "TF_"))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        try:
            out, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            # As Ctrl-C does: the tests stop the cluster that they started.
            os.killpg(process.pid, signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            self.fail(f"{' '.join(names)} did not end within {timeout:g} s:\n{out[-4000:]}")
        finally:
            processes.stop(process)
        self.assertEqual(process.returncode, 0, out[-8000:])
        ran = out.rpartition("Ran ")[2]
        self.assertFalse(ran.startswith("0 tests"), out)

    def environment(self, name: str) -> Path:
        folder = places.cache_folder() / name
        if not (folder / "installed").exists():
            raise unittest.SkipTest(f"{folder} is not there: run script/bootstrap --test")
        return folder / "bin" / "python"


class Quick(ImageTests):
    def test_without_ray(self):
        self.run_tests("test_requests", "test_engine", "test_node", "test_stand_ins")

    def test_the_pages(self):
        self.run_tests("test_chat", python=self.environment("venv-streamlit"))


class RealRay(ImageTests):
    def test_the_application_on_a_cluster(self):
        self.environment("venv-ray")
        self.run_tests("test_cluster.ServeApp", timeout=420)

    @long
    def test_the_notebook(self):
        self.environment("venv-ray")
        self.run_tests("test_cluster.Notebook", timeout=420)

    @long
    def test_a_restart_of_the_head(self):
        self.environment("venv-ray")
        self.run_tests("test_cluster.HeadRestart", timeout=600)


class Tiny(Case):
    """examples/tiny in a simulated account."""

    def test_valid_planned_and_applied(self):
        emulator = self.emulator(images=places.example_images(repository="/tiny_llm/serving/llm_repo"))
        environment = emulator.environment()
        workspace = Workspace.of_example(self.client, self.folder / "work", "tiny", environment)
        workspace.init()
        self.assert_ok(workspace.run("validate", "-no-color"))
        planned = workspace.plan_json()
        model = next(c for c in planned["resource_changes"] if c["type"] == "spcs_ray_serve_model")["change"]["after"]
        self.assertIn("toy/", model["args"])
        self.assert_ok(workspace.apply(timeout=600))
        self.assertEqual(workspace.outputs()["model_status"], "RUNNING")
        self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy(timeout=600))
        self.assertEqual(emulator.names("SERVICE"), [])
