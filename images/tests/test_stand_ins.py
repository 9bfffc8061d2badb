# SPDX-License-Identifier: MPL-2.0
"""Dockerfiles, stand-ins and script/images as texts: complete, pinned, and such as the module needs them."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import places
from ray_cluster import free_block

MODULE = places.ROOT / "modules" / "ray-serve-cluster"
PLACEHOLDERS = {"images", "folder", "venv", "cache", "programs", "private", "path", "address", "gpus"}
MEMBERS = {"comment", "venv", "command", "env", "paths", "stop_seconds"}


def module_images() -> set[str]:
    text = (MODULE / "variables.tf").read_text().split('variable "images"', 1)[1].split("\n}\n", 1)[0]
    return set(re.findall(r'name = optional\(string, "([^"]+)"\)', text))


class Images(unittest.TestCase):
    def test_each_image_of_the_module_has_a_dockerfile_and_a_stand_in(self):
        self.assertEqual(len(module_images()), 7)
        for name in module_images():
            for file in ("Dockerfile", "stand-in.json"):
                self.assertTrue((places.IMAGES / name / file).is_file(), f"{name}/{file}")

    def test_nothing_is_left_to_the_day_of_the_build(self):
        for file in places.IMAGES.glob("*/Dockerfile"):
            text = file.read_text()
            for base in re.findall(r"(?m)^FROM (\S+)", text):
                if base != "scratch":
                    self.assertRegex(base, r":[0-9]+\.[0-9]+", f"{file}: {base} has no version")
            self.assertNotIn(":latest", text)
            self.assertIn("ENTRYPOINT [", text, f"{file}: a shell as process 1 swallows signals")
        for file in [*places.IMAGES.glob("*/requirements.txt"), *places.IMAGES.glob("*/constraints.txt")]:
            for line in file.read_text().splitlines():
                if line and not line.startswith("#"):
                    self.assertRegex(line, r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[0-9][A-Za-z0-9.+]*( ;.*)?$", file)

    def test_what_dockerfiles_copy_is_there(self):
        for file in places.IMAGES.glob("*/Dockerfile"):
            for sources in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", file.read_text()):
                for source in sources.split():
                    self.assertTrue((places.IMAGES / source).exists(), f"{file}: {source}")

    def test_one_ray_everywhere_and_one_that_serves_over_rest(self):
        pinned = re.search(r"ray\[serve\]==(\d+)\.(\d+)", (places.RAY_CODE / "requirements.txt").read_text())
        self.assertGreaterEqual((int(pinned[1]), int(pinned[2])), (2, 8))
        for name in ("ray-head", "ray-worker", "ray-llm-worker"):
            self.assertIn("ray/requirements.txt", (places.IMAGES / name / "Dockerfile").read_text())


class StandIns(unittest.TestCase):
    def stand_ins(self) -> dict[str, dict]:
        return {file.parent.name: json.loads(file.read_text()) for file in places.IMAGES.glob("*/stand-in.json")}

    def test_format(self):
        for name, stand_in in self.stand_ins().items():
            with self.subTest(name=name):
                self.assertLessEqual(set(stand_in), MEMBERS)
                self.assertGreaterEqual(set(stand_in), MEMBERS - {"venv"})
                self.assertTrue(all(isinstance(part, str) for part in stand_in["command"]))
                texts = [*stand_in["command"], *stand_in["env"].values()]
                used = {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}
                self.assertLessEqual(used, PLACEHOLDERS)
                self.assertEqual("venv" in used, "venv" in stand_in)
                for path, variable in stand_in["paths"].items():
                    self.assertTrue(path.startswith("/"), path)
                    self.assertRegex(variable, r"^[A-Z_]+$")
                for file in (stand_in.get("venv") or {}).get("requirements", []):
                    self.assertTrue((places.IMAGES / file).is_file(), file)

    def test_what_commands_name_is_there(self):
        for name, stand_in in self.stand_ins().items():
            folder = places.IMAGES / name
            for text in [*stand_in["command"], *stand_in["env"].values()]:
                path = text.replace("{folder}", str(folder)).replace("{images}", str(places.IMAGES))
                if path.startswith(str(places.IMAGES)):
                    self.assertTrue(Path(path).exists(), f"{name}: {path}")

    def test_each_mount_of_the_module_has_a_variable(self):
        text = "".join(file.read_text() for file in MODULE.glob("*.tf"))
        paths = set(re.findall(r'mount_path\s*=\s*"([^"]+)"', text)) - {"/dev/shm"}
        paths |= set(re.findall(r'(?:ray_tmp_path|model_cache_path)\s*=\s*"([^"]+)"', text))
        self.assertEqual(paths, {"/tmp/ray", "/home/snowflake", "/var/cache/huggingface", "/raylogs"})
        self.assertLessEqual(paths, set(self.stand_ins()["ray-head"]["paths"]))

    def test_every_variable_that_a_stand_in_sets_is_read_somewhere(self):
        sources = [*places.IMAGES.glob("ray/*/*.py"), *places.IMAGES.glob("*/*.py"), *places.IMAGES.glob("*/*.sh")]
        text = "".join(file.read_text() for file in sources)
        for name, stand_in in self.stand_ins().items():
            for variable in {*stand_in["env"], *stand_in["paths"].values()} - {"PATH", "HOME", "PYTHONPATH", "HF_HOME"}:
                self.assertIn(variable, text, f"{name} sets {variable}, which nothing reads")


class Grafana(unittest.TestCase):
    def test_where_it_is_not_installed_a_page_says_so(self):
        port = free_block(10)
        process = subprocess.Popen(
            [sys.executable, "-B", places.IMAGES / "grafana" / "stand_in.py"],
            env={"PATH": "/nowhere", "GRAFANA_HOST": "127.0.0.1", "GRAFANA_PORT": str(port)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.assertIn("Grafana is not installed", process.stdout.readline())

        def get(path: str) -> str:
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                        return answer.read().decode()
                except urllib.error.URLError as error:
                    if not isinstance(error.reason, ConnectionError):
                        raise
                    time.sleep(0.05)
            self.fail("no answer")

        self.assertEqual(json.loads(get("/api/health"))["stand_in"], True)
        self.assertIn("Generations that run", get("/"))


class Script(unittest.TestCase):
    def run_script(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        script = places.ROOT / "script" / "images"
        command = [sys.executable, "-B", script, *arguments]
        return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)

    def test_dry_run_prints_the_commands_of_all(self):
        done = self.run_script("--dry-run", "--engine=podman", "--tag=v2", "--push=HOST.example/Db/S/repo")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in module_images():
            self.assertIn(f"--tag={name}:v2", done.stdout)
            self.assertIn(f"podman push host.example/db/s/repo/{name}:v2", done.stdout)

    def test_without_an_engine_it_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as empty:
            done = self.run_script(PATH=empty)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no container engine", done.stderr)
        self.assertIn("docker is not on PATH; podman is not on PATH", done.stderr)
        self.assertIn("--dry-run", done.stderr)

    def test_faults(self):
        done = self.run_script("--dry-run", "ray-hat")
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no image ray-hat; there are grafana, prometheus", done.stderr)
        self.assertEqual(self.run_script("--pull").returncode, 2)


if __name__ == "__main__":
    unittest.main()
