# SPDX-License-Identifier: MPL-2.0
"""The generated documentation, as the registry and a client see it."""

import json
import shutil
import subprocess

from driver import places
from driver.case import Case

# Kind in the client's schema -> folder of docs/ and of examples/.
KINDS = {
    "resource_schemas": "resources",
    "data_source_schemas": "data-sources",
    "ephemeral_resource_schemas": "ephemeral-resources",
    "functions": "functions",
}


class Documentation(Case):
    def schema(self) -> dict:
        """The provider's schema as the client prints it."""
        workspace = self.workspace(None, "")
        printed = json.loads(workspace.checked("providers", "schema", "-json").out)
        (schema,) = printed["provider_schemas"].values()
        return schema

    def test_every_type_that_a_client_sees_has_a_page_and_an_example(self):
        schema = self.schema()
        seen = 0
        for kind, folder in KINDS.items():
            for name in schema.get(kind, {}):
                page = places.ROOT / "docs" / folder / f"{name.removeprefix('spcs_')}.md"
                self.assertTrue(page.is_file(), f"{page} is missing")
                self.assertIn("## Example Usage", page.read_text(), page)
                seen += 1
        self.assertGreater(seen, 16)

    def test_every_attribute_that_a_client_sees_is_described(self):
        def walk(block: dict, path: str) -> None:
            for name, attribute in block.get("attributes", {}).items():
                self.assertTrue(attribute.get("description"), f"{path}.{name} is not described")
                walk(attribute.get("nested_type", {}), f"{path}.{name}")

        schema = self.schema()
        walk(schema["provider"]["block"], "provider")
        for kind in KINDS:
            for name, one in schema.get(kind, {}).items():
                walk(one.get("block", {}), name)

    def test_the_registrys_validator_accepts_it(self):
        program = places.cache_folder() / "bin" / "tfplugindocs"
        if not program.exists():
            self.skipTest("tfplugindocs is missing: script/bootstrap --test builds it")
        # It looks the provider up by its short name, whatever registry the client fills in.
        described = self.folder / "schema.json"
        described.write_text(json.dumps({"format_version": "1.0", "provider_schemas": {"spcs": self.schema()}}))
        self.assertEqual(self.validates(program, places.ROOT, described), "")
        # It would see a fault: a page of nothing, and one without front matter.
        copy = self.folder / "copy"
        shutil.copytree(places.ROOT / "docs", copy / "docs")
        (copy / "docs" / "resources" / "nothing.md").write_text("---\npage_title: x\n---\n")
        (copy / "docs" / "guides" / "untitled.md").write_text("# No front matter\n")
        complaint = self.validates(program, copy, described)
        self.assertIn("nothing.md", complaint)
        self.assertIn("untitled.md", complaint)

    @staticmethod
    def validates(program, folder, described) -> str:
        """What the validator complains of; empty when it accepts."""
        command = [program, "validate", f"--provider-dir={folder}", "--provider-name=spcs"]
        result = subprocess.run(
            [*command, f"--providers-schema={described}"], capture_output=True, text=True, check=False
        )
        return "" if result.returncode == 0 else result.stdout + result.stderr
