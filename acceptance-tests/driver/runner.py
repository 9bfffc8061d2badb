# SPDX-License-Identifier: MPL-2.0
"""Finds the cases, runs each for each client, and counts.

usage: acceptance-tests/run [--client=tofu|terraform|both] [--side-by-side] [--long] [--list] [filter...]

A filter is a part of `file.Class.test`. A client that this machine has not got is SKIPPED and counted so. With
--side-by-side both clients run at the same time, which takes two thirds of the time on two cores. SPCS_BIN_DIR names
another folder with the built programs; SPCS_KEEP=1 leaves the temporary folders.
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
import time
import traceback
import unittest
from pathlib import Path

from driver import places, processes, side_by_side
from driver.case import Case
from driver.client import NAMES, Client
from driver.side_by_side import Counts

_CASES = places.ROOT / "acceptance-tests" / "cases"


class Report(unittest.TestResult):
    """One line for each test when it ends; failures in full."""

    def __init__(self):
        super().__init__()
        self.passed = 0
        self._started = 0.0

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()

    def _line(self, word: str, test, detail: str = "") -> None:
        seconds = time.monotonic() - self._started if self._started else 0
        print(f"{word:7} {name_of(test)} ({seconds:.1f} s){detail}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._line("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._line("FAILED", test, "\n" + self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._line("FAILED", test, "\n" + "".join(traceback.format_exception(*err)))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._line("FAILED", subtest, "\n" + "".join(traceback.format_exception(*err)))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line("SKIPPED", test, f": {reason}")

    @property
    def failed(self) -> int:
        return len(self.failures) + len(self.errors)


def name_of(test) -> str:
    return getattr(test, "label", None) or str(test)


def classes_of(module) -> list[type]:
    own = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Case)]
    return [value for value in own if value.__module__ == module.__name__ and not vars(value).get("abstract")]


def label_of(cls: type, method: str) -> str:
    return f"{cls.__module__.removeprefix('cases.')}.{cls.__name__}.{method}"


def wanted(cls: type, method: str, filters: list[str], with_long: bool) -> bool:
    if not with_long and (getattr(cls, "is_long", False) or getattr(getattr(cls, method), "is_long", False)):
        return False
    label = label_of(cls, method)
    return not filters or any(part in label for part in filters)


def find_tests(filters: list[str], with_long: bool) -> list[tuple[type, str]]:
    found = []
    for path in sorted(_CASES.glob("*.py")):
        if path.stem == "__init__":
            continue
        for cls in classes_of(importlib.import_module(f"cases.{path.stem}")):
            names = unittest.defaultTestLoader.getTestCaseNames(cls)
            found += [(cls, name) for name in names if wanted(cls, name, filters, with_long)]
    return found


def suite_for(client: Client, tests: list[tuple[type, str]]) -> unittest.TestSuite:
    """The tests with the client in their class, so that the class's set-up knows it too."""
    classes: dict[type, type] = {}
    suite = unittest.TestSuite()
    for cls, method in tests:
        if cls not in classes:
            classes[cls] = type(cls.__name__, (cls,), {"client": client, "__module__": cls.__module__})
        test = classes[cls](method)
        test.label = f"{client.name}: {label_of(cls, method)}"
        suite.addTest(test)
    return suite


def run_client(name: str, tests, folder: Path, report: Report) -> int:
    """Runs the tests; returns how many were skipped because the client is missing."""
    if places.client_program(name) is None:
        print(f"SKIPPED {name}: {len(tests)} tests, {NAMES[name]} is not on PATH", flush=True)
        return len(tests)
    suite_for(Client(name, folder / name), tests).run(report)
    return 0


def run_clients(clients: list[str], tests, counts: Counts) -> int | None:
    """Runs the tests with one client after the other; returns an exit code when it could not go to the end."""
    report = Report()
    folder = Path(tempfile.mkdtemp(prefix="spcs-run-"))
    tempfile.tempdir = str(folder)  # of the cases too: an interrupted run leaves nothing
    try:
        for client in clients:
            counts.skipped += run_client(client, tests, folder, report)
            if places.client_program(client) is not None:
                tests = [(cls, method) for cls, method in tests if not cls.once]
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except places.Missing as missing:
        print(f"acceptance tests: {missing}", file=sys.stderr)
        return 2
    finally:
        processes.stop_all()
        if not os.environ.get("SPCS_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)
    counts.passed, counts.failed = report.passed, report.failed
    counts.skipped += len(report.skipped)
    return None


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="acceptance-tests/run", usage=__doc__.partition("usage: ")[2], add_help=False)
    parser.add_argument("--client", choices=["both", *NAMES], default="both")
    for flag in ("--side-by-side", "--long", "--list", "--not-once"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--counts", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("filters", nargs="*")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    clients = ["tofu", "terraform"] if options.client == "both" else [options.client]
    tests = find_tests(options.filters, options.long)
    if options.list:
        print("\n".join(label_of(*test) for test in tests))
        return 0
    if not tests:
        print("no such test", file=sys.stderr)
        return 2
    if options.not_once:
        tests = [(cls, method) for cls, method in tests if not cls.once]

    processes.end_on_signals()
    counts = Counts()
    present = [client for client in clients if places.client_program(client) is not None]
    if options.side_by_side and present == clients and len(clients) > 1:
        others = [*(["--long"] if options.long else []), *options.filters]
        stopped = side_by_side.run(clients, others, counts)
    else:
        stopped = run_clients(clients, tests, counts)
    if stopped is not None:
        return stopped
    if options.counts:
        counts.write(options.counts)
    print(counts, flush=True)
    return 1 if counts.failed else 0
