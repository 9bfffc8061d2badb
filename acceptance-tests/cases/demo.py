# SPDX-License-Identifier: MPL-2.0
"""script/demo, without the build before it."""

import os
import re
import subprocess
import sys

from driver import places
from driver.case import Case, long

_GIBIBYTES = 4.0


class Demo(Case):
    once = True

    def run_demo(self, *arguments: str, **variables: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "driver.demo", *arguments],
            env={**os.environ, "PYTHONPATH": str(places.ROOT / "acceptance-tests"), "TMPDIR": str(self.folder), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        return done.returncode, done.stdout

    def test_a_machine_without_namespaces_is_told_what_to_do(self):
        # Without `ip` there is no network for containers, which the emulator finds as it finds missing namespaces.
        nothing = self.folder / "nothing"
        nothing.mkdir()
        code, said = self.run_demo(PATH=str(nothing))
        self.assertEqual(code, 1, said)
        self.assertIn("containers cannot run as processes on this machine: `ip` is not installed", said)
        self.assertIn("script/demo --simulated", said)
        self.assertNotIn("Traceback", said)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["nothing"])

    @long
    def test_the_real_stack_comes_answers_and_goes(self):
        code, said = self.run_demo()
        self.assertEqual(code, 0, said)
        for wanted in ("waiting for", "pieces, the first after", "words: answered", "No changes.", "Nothing is left:"):
            self.assertIn(wanted, said)
        for name in ("streamlit", "ray-dashboard", "notebook", "grafana", "prometheus", "rayserveapi"):
            self.assertRegex(said, rf"{name} +http://")
        gibibytes = float(re.search(r"at most ([0-9.]+) GiB", said)[1])
        self.assertLess(gibibytes, _GIBIBYTES)
