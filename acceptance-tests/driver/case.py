# SPDX-License-Identifier: MPL-2.0
"""Base classes of the cases. The runner makes one class of each for each client."""

import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path

from driver import places
from driver.client import Client, Workspace
from driver.emulator import Emulator

# Not a secret: it has to turn up nowhere but in the account.
TOKEN = "hf_acceptance_" + "4f1c9d"

PROVIDER = """terraform {
  required_providers {
    spcs = { source = "spcs/spcs" }
  }
}

provider "spcs" {}
"""


def long(test):
    """Marks a test, or a class, that runs with --long only."""
    test.is_long = True
    return test


class Case(unittest.TestCase):
    """Temporary folder, emulators and workspaces that go when the test (or, made in setUpClass, the class) ends."""

    abstract = False  # true for a class that only others run
    once = False  # true for a class that has nothing to do with the client: it runs for the first one only
    client: Client  # set by the runner

    @classmethod
    def setUpClass(cls):
        cls.class_folder = Path(tempfile.mkdtemp(prefix="spcs-"))
        cls.addClassCleanup(cls._remove, cls.class_folder)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="spcs-"))
        self.addCleanup(self._remove, self.folder)

    @staticmethod
    def _remove(folder: Path) -> None:
        if not os.environ.get("SPCS_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)

    def emulator(self, ground=(), granted: bool = True, **options) -> Emulator:
        """A new account; with the grants of the guide unless the test is about them, and what the statements make."""
        return self._emulator(self.folder, self.addCleanup, ground, granted, options)

    @classmethod
    def class_emulator(cls, ground=(), granted: bool = True, **options) -> Emulator:
        """The same for setUpClass: it goes with the class."""
        return cls._emulator(cls.class_folder, cls.addClassCleanup, ground, granted, options)

    @staticmethod
    def _emulator(folder: Path, clean_up, ground, granted: bool, options: dict) -> Emulator:
        emulator = Emulator(Path(tempfile.mkdtemp(prefix="account-", dir=folder)), **options)
        clean_up(emulator.stop)
        if granted and "--open" not in options.get("options", ()):
            emulator.grant()
        for statement in ground:
            emulator.sql(statement, connection="emulator")
        return emulator

    def workspace(self, emulator: Emulator | None, configuration: str, init: bool = True, provider=PROVIDER, **variables):
        """A configuration of this test's own, after `init`."""
        environment = emulator.environment() if emulator else {}
        environment |= {f"TF_VAR_{name}": value for name, value in variables.items()}
        workspace = Workspace(self.client, Path(tempfile.mkdtemp(prefix="work-", dir=self.folder)), environment)
        workspace.write("provider.tf", provider)
        workspace.write("main.tf", configuration)
        if init:
            workspace.init()
        return workspace

    # --- Assertions ------------------------------------------------------------------------------------------------------

    def assert_ok(self, result) -> None:
        self.assertEqual(result.code, 0, str(result))

    def assert_fails(self, result, *sentences: str) -> None:
        """An error that says all of the sentences, and that is no crash."""
        self.assertEqual(result.code, 1, str(result))
        self.assert_says(result, "Error:", *sentences)
        self.assert_no_crash(result)

    def assert_says(self, result, *sentences: str) -> None:
        for sentence in sentences:
            if sentence.lower() not in result.plain.lower():
                self.fail(f"{sentence!r} is not said: {result}")

    def assert_no_crash(self, result) -> None:
        for sign in ("Plugin did not respond", "plugin crashed", "terminate called", "stack trace", "goroutine "):
            if sign in result.text:
                self.fail(f"{sign!r} is said: {result}")

    def assert_no_changes(self, workspace: Workspace, *arguments: str) -> None:
        result = workspace.plan(*arguments)
        self.assertEqual(result.code, 0, str(result))


class ExampleCase(Case):
    """A case about examples/vicuna13b, applied once for the whole class."""

    speed = 0
    applied = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.class_emulator(images=places.example_images(), speed=cls.speed)
        environment = cls.account.environment() | {"TF_VAR_hf_token": TOKEN}
        cls.example = Workspace.of_example(cls.client, cls.class_folder / "work", "vicuna13b", environment)
        cls.example.init()
        if cls.applied:
            cls.first_apply = cls.example.checked("apply", "-no-color", "-auto-approve", timeout=600)


def import_block(text: str) -> str:
    """The import blocks that diagnostics print, without their frames.

    Each gets the address that the client names above it ("with ADDRESS,"): the provider does not know it and says so in
    a comment.
    """
    plain = re.sub(r"(?m)^[│ ]*", "", text)
    blocks, address = [], ""
    for found in re.finditer(r"(?m)^with (\S+),$|^import\s*\{.*?\n\}", plain, re.S):
        if found.group(1):
            address = found.group(1)
            continue
        blocks.append(re.sub(r"(?m)^to = .*$", f"to = {address}", found.group(0)))
    if not blocks:
        raise AssertionError(f"no import block in:\n{text}")
    return "\n".join(blocks) + "\n"
