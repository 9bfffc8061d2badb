# SPDX-License-Identifier: MPL-2.0
"""Snowflake's Python package snowflake-core, unmodified, against the emulator's REST object API: a list of calls."""

import json
import re
import subprocess
import unittest

from driver import places, snow
from driver.case import Case
from driver.emulator import Emulator

CALLS = places.ROOT / "acceptance-tests" / "testdata" / "snowflake_core_calls.json"
SCENARIOS = {
    "task": {"exit": {"after": 1, "code": 0}, "log": ["one", "two"]},
    "failing": {"exit": {"after": 1, "code": 7}, "log": ["boom"]},
}


def missing(wanted, found, where: str = "answer") -> str:
    """What of `wanted` is not in `found`; "" when all is."""
    if isinstance(wanted, dict):
        if not isinstance(found, dict):
            return f"{where} is {found!r} and no object"
        return next(filter(None, (missing(value, found.get(key), f"{where}.{key}") for key, value in wanted.items())), "")
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return f"{where} is {found!r}, with {len(wanted)} items wanted"
        pairs = enumerate(zip(wanted, found))
        return next(filter(None, (missing(one, other, f"{where}[{i}]") for i, (one, other) in pairs)), "")
    if isinstance(wanted, str) and wanted.startswith("~"):
        matches = isinstance(found, str) and re.search(wanted[1:], found)
        return "" if matches else f"{where} is {found!r}, which {wanted[1:]!r} does not match"
    return "" if wanted == found else f"{where} is {found!r}, not {wanted!r}"


def fault(call: dict, entry: dict) -> str:
    """Why the entry is not what the call should have led to."""
    raised = entry.get("raised")
    if raised != call.get("raises"):
        return f"raised {raised}: {entry.get('text', entry.get('answer'))}"
    if raised:
        error = {"status": entry["status"], "text": entry["text"]}
        wanted = {"status": call["status"], "text": "~" + re.escape(call.get("says", ""))}
        return missing(wanted, error, "error")
    return missing(call["answer"], entry["answer"]) if "answer" in call else ""


class Core(Case):
    """The whole list, in order, in one process of the library's."""

    once = True

    def setUp(self):
        super().setUp()
        if places.snow_program() is None:
            raise unittest.SkipTest("snowflake-core is not installed: script/bootstrap --test does that")
        scenarios = self.folder / "scenarios"
        scenarios.mkdir()
        for name, scenario in SCENARIOS.items():
            (scenarios / f"{name}.json").write_text(json.dumps(scenario))
        self.account = Emulator(self.folder / "account", speed=1000, scenarios=scenarios)
        self.addCleanup(self.account.stop)
        self.account.grant()

    def run_calls(self, calls: list[dict]) -> list[dict]:
        done = subprocess.run(
            [places.snow_program().parent / "python", places.ROOT / "acceptance-tests" / "driver" / "rest.py"],
            env=snow.environment(self.account),
            input=json.dumps(calls),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_recorded_calls(self):
        groups = json.loads(CALLS.read_text())["groups"]
        entries = iter(self.run_calls([call for group in groups for call in group["calls"]]))
        for group in groups:
            for call in group["calls"]:
                with self.subTest(group=group["group"], call=json.dumps(call)):
                    self.assertEqual(fault(call, next(entries)), "")
        for kind in ("COMPUTE POOL", "SERVICE", "IMAGE REPOSITORY", "DATABASE"):
            self.assertEqual(self.account.names(kind), [])
        self.assertNotIn("not for answers", self.account.log() + json.dumps(self.account.statements()))
