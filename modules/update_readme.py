#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Writes the tables of a module's README.md, between its two marker comments: needs, resources, inputs, outputs.

usage: modules/update_readme.py [--check] [module...]     --check changes nothing and fails on a difference
"""

import re
import sys
from pathlib import Path

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
ROOT = Path(__file__).resolve().parent


def blocks(text: str, kind: str) -> list[tuple[str, str]]:
    """Name and body of each top-level block; the files are formatted, so a block ends at a brace in column one."""
    return re.findall(rf'^{kind} "(\w+)" \{{\n(.*?)^\}}', text, re.M | re.S)


def argument(body: str, name: str) -> str | None:
    """Text of an argument in a block's body, over several lines if need be."""
    found = re.search(rf"^  {name} += (.*?)(?=^  \w+ +=|^  \w+ \{{|\Z)", body, re.M | re.S)
    return found.group(1).strip() if found else None


def cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def type_of(body: str) -> str:
    written = argument(body, "type") or "any"
    return "object" if written.startswith("object") else cell(written)


def pieces(text: str, separators: str) -> list[str]:
    """The text cut at separators that stand outside of all brackets and quotes; empty pieces are left out."""
    found, depth, quoted, current = [], 0, False, ""
    for character in text:
        quoted ^= character == '"'
        if not quoted:
            depth += (character in "([{") - (character in ")]}")
        if character in separators and depth == 0 and not quoted:
            found.append(current)
            current = ""
        else:
            current += character
    return [piece.strip() for piece in [*found, current] if piece.strip()]


def default_of(written: str, default: str) -> str:
    """The default as a reader needs it: `{}` of an object stands for the defaults of its members."""
    if default != "{}" or not written.startswith("object({"):
        return cell(default)
    members = []
    for member in pieces(written.removeprefix("object({").removesuffix("})"), ",\n"):
        name, optional = (part.strip() for part in member.split("=", 1))
        inner, *given = pieces(optional.removeprefix("optional(").removesuffix(")"), ",")
        members.append(f"{name} = {default_of(inner, given[0] if given else 'null')}")
    return f"{{ {', '.join(members)} }}"


def needs(module: Path) -> list[str]:
    """Versions that versions.tf asks for."""
    text = (module / "versions.tf").read_text()
    client = re.search(r'required_version += "([^"]+)"', text)
    lines = ["## Needs", "", "| what | version |", "|---|---|"]
    lines.append(f"| OpenTofu or Terraform | `{client.group(1)}` |")
    for name, body in re.findall(r"^    (\w+) = \{\n(.*?)^    \}", text, re.M | re.S):
        version = re.search(r'version += "([^"]+)"', body)
        lines.append(f"| provider `{name}` | `{version.group(1)}` |")
    return lines


def resources(module: Path) -> list[str]:
    """Each kind of object that the module makes, with its page and the file that makes it."""
    made: dict[str, set[str]] = {}
    for file in sorted(module.glob("*.tf")):
        for kind in re.findall(r'^resource "(\w+)"', file.read_text(), re.M):
            made.setdefault(kind, set()).add(file.name)
    lines = ["## Resources", "", "| type | made in |", "|---|---|"]
    for kind in sorted(made):
        page = f"../../docs/resources/{kind.split('_', 1)[1]}.md"
        lines.append(f"| [{kind}]({page}) | {', '.join(f'`{name}`' for name in sorted(made[kind]))} |")
    return lines


def tables(module: Path) -> str:
    lines = [*needs(module), "", *resources(module), ""]
    lines += ["## Inputs", "", "| name | type | default | what it is |", "|---|---|---|---|"]
    for name, body in blocks((module / "variables.tf").read_text(), "variable"):
        default = argument(body, "default")
        shown = "required" if default is None else f"`{default_of(argument(body, 'type') or 'any', default)}`"
        description = (argument(body, "description") or '""').strip('"').replace('\\"', '"')
        lines.append(f"| `{name}` | `{type_of(body)}` | {shown} | {cell(description)} |")
    lines += ["", "## Outputs", "", "| name | what it is |", "|---|---|"]
    for name, body in blocks((module / "outputs.tf").read_text(), "output"):
        description = (argument(body, "description") or '""').strip('"')
        lines.append(f"| `{name}` | {cell(description)} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    names = [a for a in arguments if not a.startswith("--")]
    modules = [ROOT / name for name in names] or [path.parent for path in sorted(ROOT.glob("*/variables.tf"))]
    stale = 0
    for module in modules:
        readme = module / "README.md"
        before = readme.read_text()
        head, rest = before.split(BEGIN, 1)
        after = f"{head}{BEGIN}\n{tables(module)}\n{END}{rest.split(END, 1)[1]}"
        if after == before:
            continue
        stale += 1
        if check:
            print(f"{readme} is not up to date: run modules/update_readme.py", file=sys.stderr)
        else:
            readme.write_text(after)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
