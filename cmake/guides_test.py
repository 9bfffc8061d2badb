#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Checks what the guides promise: that each test they name exists, and that their relative links lead somewhere.

usage: cmake/guides_test.py ROOT

Tests are named `FILE::Suite.Name` (C++) or `FILE::Class.test_name` (Python), with the file's path in the repository.
"""

import re
import subprocess
import sys
from pathlib import Path

NAMED = re.compile(r"`([\w./-]+\.(?:cc|py))::(\w+)\.(\w+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def acceptance_tests(root: Path) -> set[str]:
    """FILE::Class.test_name of every acceptance test, as their driver finds them."""
    command = [sys.executable, root / "acceptance-tests" / "run", "--list", "--long"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return {"acceptance-tests/cases/" + label.replace(".", ".py::", 1) for label in listed}


def exists(root: Path, file: str, suite: str, name: str, acceptance: set[str]) -> bool:
    if file.endswith(".py"):
        return f"{file}::{suite}.{name}" in acceptance
    path = root / file
    return path.is_file() and re.search(rf"TEST(?:_F|_P)?\(\s*{suite},\s*{name}\)", path.read_text()) is not None


def main(root: Path) -> int:
    wrong, named = 0, 0
    acceptance = acceptance_tests(root)
    for guide in sorted((root / "docs").rglob("*.md")):
        text = guide.read_text()
        for file, suite, name in NAMED.findall(text):
            named += 1
            if not exists(root, file, suite, name, acceptance):
                print(f"{guide.relative_to(root)} names a test that is not there: {file}::{suite}.{name}", file=sys.stderr)
                wrong += 1
        for link in LINK.findall(text):
            if not (guide.parent / link).exists():
                print(f"{guide.relative_to(root)} has a dead link: {link}", file=sys.stderr)
                wrong += 1
    if named == 0:
        print("no guide names a test", file=sys.stderr)
        return 1
    print(f"{named} tests named, {wrong} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
