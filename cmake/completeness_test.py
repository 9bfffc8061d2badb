#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Names what a type of the provider lacks: page, example, import example, unit test, acceptance case.

usage: cmake/completeness_test.py SPCS_DOCS ROOT

The types come from the provider itself (`spcs-docs --list`), so a new one is looked at without anyone adding it here.
"""

import re
import subprocess
import sys
from pathlib import Path

# kind -> example's file, folders of its code, files that an import section needs
KINDS = {
    "resource": ("resources", "resource.tf", ["resources"], ["import.tf", "import.sh"]),
    "data-source": ("data-sources", "data-source.tf", ["data_sources"], []),
    "ephemeral-resource": ("ephemeral-resources", "ephemeral-resource.tf", ["ephemeral"], []),
    "function": ("functions", "function.tf", ["functions"], []),
    "list-resource": ("list-resources", "list-resource.tfquery.hcl", ["lists"], []),
    "action": ("actions", "action.tf", ["actions"], []),
}
# How an acceptance case, or a test of the protocol's client, mentions a thing of that kind.
MENTIONS = {
    "resource": r"\b{0}\b",
    "data-source": r'data "{0}"',
    "ephemeral-resource": r'ephemeral "{0}"',
    "function": r"provider::spcs::{0}\(",
    "list-resource": r"{0}\b",
    "action": r"{0}\b",
}


def subjects(tool: str) -> list[tuple[str, str]]:
    listed = subprocess.run([tool, "--list"], capture_output=True, text=True, check=True).stdout
    return [tuple(line.split("\t")) for line in listed.splitlines()]


def texts(folders: list[Path], pattern: str) -> str:
    return "\n".join(file.read_text() for folder in folders for file in sorted(folder.rglob(pattern)))


def maker(name: str) -> str:
    """MakeComputePool, of spcs_compute_pool: what a unit test calls."""
    return "Make" + "".join(part.capitalize() for part in name.removeprefix("spcs_").split("_"))


def lacks(root: Path, kind: str, name: str, cases: str) -> list[str]:
    folder, example, code, imports = KINDS[kind]
    found = []
    page = root / "docs" / folder / f"{name.removeprefix('spcs_')}.md"
    if not page.is_file():
        found.append(f"the page {page.relative_to(root)} (cmake --build build/dev --target docs)")
    for file in [example, *imports]:
        path = root / "examples" / folder / name / file
        if not path.is_file():
            found.append(f"the example {path.relative_to(root)}")
    tests = texts([root / "provider" / part for part in code], "*_test.cc")
    if not re.search(rf'\b{maker(name)}(Resource|Source|Ephemeral|Function|List|Action)?\b|"{name}"', tests):
        found.append(f"a unit test in provider/{code[0]}: none of them calls {maker(name)}")
    if not re.search(MENTIONS[kind].format(name), cases):
        found.append("an acceptance case: nothing in acceptance-tests/ uses it")
    return found


def main(tool: str, root: Path) -> int:
    everything = subjects(tool)
    if len({kind for kind, _ in everything}) < 3 or len(everything) < 17:
        print(f"`spcs-docs --list` names too little to be true: {everything}", file=sys.stderr)
        return 1
    cases = texts([root / "acceptance-tests"], "*.py") + texts([root / "acceptance-tests"], "*_test.cc")
    missing = 0
    for kind, name in everything:
        for thing in lacks(root, kind, name, cases):
            print(f"{kind} {name} lacks {thing}", file=sys.stderr)
            missing += 1
    print(f"{len(everything)} types, {missing} things missing")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]).resolve()))
