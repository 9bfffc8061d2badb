# SPDX-License-Identifier: MPL-2.0
"""Every attribute gets a wrong value: the plan refuses it, at that attribute, with a sentence that says why.

testdata/bad_inputs.json lists what is tried: for each type a configuration that is right, and wrong values one by one.
Attributes that take anything, and why, are listed there too; one that is in neither list fails the test, so a new
attribute needs an entry. Truth values are not listed: the clients themselves refuse what is none.
"""

import copy
import json
import re
from collections import defaultdict

from driver import places
from driver.case import PROVIDER, Case

TRIED = json.loads((places.ROOT / "acceptance-tests" / "testdata" / "bad_inputs.json").read_text())
SECTIONS = {"resource": "resource_schemas", "data": "data_source_schemas", "ephemeral": "ephemeral_resource_schemas"}
PREFIXES = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}
CONNECTION = {"organization_name": "ORG", "account_name": "ACCOUNT", "user": "U", "token": "t"}


def changed(base: dict, path: str, value, without: list[str]) -> dict:
    """The configuration with the value at a path of keys; None takes the attribute away."""
    made = {name: copy.deepcopy(kept) for name, kept in base.items() if name not in without}
    *parents, last = path.split(".")
    place = made
    for key in parents:
        place = place.setdefault(key, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return made


class Tried:
    """One wrong value, as a block of its own in the configuration."""

    def __init__(self, section: str, kind: str, base: dict, entry: dict, number: int):
        self.section, self.kind, self.label = section, kind, f"t{number}"
        self.says, self.attribute = entry["says"], entry["attribute"]
        self.body = changed(base, entry["path"], entry["value"], entry.get("without", []))
        self.name = f"{kind} {entry['path']} = {json.dumps(entry['value'])[:80]}"

    @property
    def address(self) -> str:
        return PREFIXES[self.section] + f"{self.kind}.{self.label}"


def all_tried() -> list[Tried]:
    tried = []
    for section in SECTIONS:
        for kind, described in TRIED.get(section, {}).items():
            shared = [entry for name in described.get("with", []) for entry in TRIED["shared"][name]["wrong"]]
            for entry in described["wrong"] + shared:
                tried.append(Tried(section, kind, described["base"], entry, len(tried)))
    return tried


def address_of(diagnostic: dict) -> str:
    """Of the block that a diagnostic is about: the client's own ones have no address, but quote the block's beginning."""
    if diagnostic.get("address"):
        return diagnostic["address"]
    context = (diagnostic.get("snippet") or {}).get("context") or ""
    found = re.search(r"(resource|data|ephemeral)\W+(\w+)\W+(t\d+)", context)
    return PREFIXES[found[1]] + f"{found[2]}.{found[3]}" if found else ""


def inputs(block: dict, prefix: str = ""):
    """The paths of what a user may write, without the truth values."""
    for name, attribute in block.get("attributes", {}).items():
        if not attribute.get("optional") and not attribute.get("required"):
            continue
        path = prefix + name
        if "nested_type" in attribute:
            yield from inputs(attribute["nested_type"], path + ".")
        elif attribute["type"] != "bool":
            yield path


class BadInputs(Case):
    once = True  # what is tried here is refused by the provider, and six hundred blocks take a client half a minute

    def configured(self, tried: list[Tried]):
        document = {"provider": {"spcs": CONNECTION}}
        for one in tried:
            document.setdefault(one.section, {}).setdefault(one.kind, {})[one.label] = one.body
        workspace = self.workspace(None, "", provider=PROVIDER.replace('provider "spcs" {}\n', ""))
        workspace.write("tried.tf.json", json.dumps(document, indent=1))
        return workspace

    def errors(self, tried: list[Tried]) -> dict[str, list[str]]:
        """What `validate` says of each block and, of those that it says nothing of, `plan`."""
        said = defaultdict(list)
        answer = self.configured(tried).run("validate", "-json")
        diagnostics = json.loads(answer.out)["diagnostics"]
        self.note(diagnostics, said)
        left = [one for one in tried if one.address not in said]
        if left:
            answer = self.configured(left).run("plan", "-json")
            lines = [json.loads(line) for line in answer.out.splitlines()]
            self.note([line["diagnostic"] for line in lines if line["type"] == "diagnostic"], said)
        return said

    @staticmethod
    def note(diagnostics: list[dict], said: dict[str, list[str]]) -> None:
        for diagnostic in diagnostics:
            if diagnostic["severity"] == "error":
                said[address_of(diagnostic)].append(f"{diagnostic['summary']}: {diagnostic.get('detail', '')}")

    def test_each_wrong_value_is_refused_with_its_reason(self):
        tried = all_tried()
        said = self.errors(tried)
        for one in tried:
            with self.subTest(one.name):
                text = "\n".join(said[one.address])
                self.assertIn(one.says, text)
                for sign in ("Plugin did not respond", "internal error"):
                    self.assertNotIn(sign, text)

    def test_every_attribute_has_been_tried(self):
        workspace = self.configured([])
        schema = next(iter(json.loads(workspace.run("providers", "schema", "-json").out)["provider_schemas"].values()))
        for section, key in SECTIONS.items():
            for kind, described in schema.get(key, {}).items():
                listed = TRIED[section].get(kind)
                with self.subTest(kind):
                    self.assertIsNotNone(listed, f"{kind} is not in bad_inputs.json")
                    parts = [listed] + [TRIED["shared"][name] for name in listed.get("with", [])]
                    known = {entry["attribute"] for part in parts for entry in part["wrong"]}
                    known |= {path for part in parts for path in part.get("free", {})}
                    missing = [path for path in inputs(described["block"]) if path not in known]
                    self.assertEqual(missing, [], f"{kind}: neither tried nor listed as free")
