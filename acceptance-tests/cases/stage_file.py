# SPDX-License-Identifier: MPL-2.0
"""Files in stages, sent through presigned URLs."""

import hashlib
import os
import urllib.error
import urllib.request

from driver.case import Case

GROUND = ["CREATE DATABASE ACC", "CREATE SCHEMA ACC.S", "CREATE STAGE ACC.S.FILES ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')"]
FILE = """
resource "spcs_stage_file" "this" {
  database = "ACC"
  schema   = "S"
  stage    = "FILES"
  path     = "%(path)s"
  %(source)s
}
"""


class StageFiles(Case):
    def account(self):
        return self.emulator(GROUND)

    def listed(self, emulator) -> dict[str, str]:
        rows = emulator.sql("LIST @ACC.S.FILES", connection="emulator")
        return {row["name"]: row["md5"] for row in rows}

    def test_life(self):
        emulator = self.account()
        file = self.folder / "some file.bin"
        file.write_bytes(os.urandom(3_000_000))
        text = FILE % {"path": "a b/file.bin", "source": f'source = "{file}"'}
        workspace = self.workspace(emulator, text)
        self.assert_ok(workspace.apply())
        md5 = hashlib.md5(file.read_bytes()).hexdigest()
        self.assertEqual(self.listed(emulator), {"files/a b/file.bin": md5})
        self.assert_no_changes(workspace)

        # New content is known in the plan and replaces the file in place.
        file.write_bytes(b"new")
        plan = workspace.plan()
        self.assertEqual(plan.code, 2, str(plan))
        self.assert_says(plan, hashlib.sha256(b"new").hexdigest(), "1 to change, 0 to destroy")
        self.assert_ok(workspace.apply())
        self.assertEqual(list(self.listed(emulator).values()), [hashlib.md5(b"new").hexdigest()])
        self.assert_no_changes(workspace)

        # The same content from elsewhere sends nothing.
        emulator.call("POST", "stats:reset")
        inline = FILE % {"path": "a b/file.bin", "source": 'content = "new"'}
        workspace.write("main.tf", inline)
        self.assert_ok(workspace.apply())
        self.assertEqual(emulator.stats()["registry"], {})
        self.assert_no_changes(workspace)

        # Somebody changes the file; then removes it.
        stored = next((emulator.home / "run" / "stages").rglob("file.bin"))
        stored.write_text("changed outside")
        plan = workspace.plan()
        self.assertEqual(plan.code, 2, str(plan))
        self.assert_says(plan, "content_hash", "will be updated in-place")
        self.assert_ok(workspace.apply())
        self.assertEqual(stored.read_text(), "new")
        stored.unlink()
        plan = workspace.plan()
        self.assert_says(plan, "1 to add")
        self.assert_ok(workspace.apply())

        # Import of what is there already sends nothing.
        workspace.checked("state", "rm", "spcs_stage_file.this")
        refused = workspace.run("apply", "-auto-approve", "-no-color")
        self.assert_fails(refused, "there is a file a b/file.bin", "ACC.S.FILES/a b/file.bin")
        emulator.call("POST", "stats:reset")
        workspace.checked("import", "-no-color", "spcs_stage_file.this", "ACC.S.FILES/a b/file.bin")
        self.assert_ok(workspace.apply())
        self.assertEqual(emulator.stats()["registry"], {})
        self.assert_no_changes(workspace)

        self.assert_ok(workspace.destroy())
        self.assertEqual(self.listed(emulator), {})

    def test_delete_takes_only_the_file(self):
        emulator = self.account()
        text = FILE % {"path": "app", "source": 'content = "one"'}
        other = (FILE % {"path": "app.yaml", "source": 'content = "two"'}).replace('"this"', '"other"')
        workspace = self.workspace(emulator, text + other)
        self.assert_ok(workspace.apply())
        workspace.write("main.tf", other)
        # REMOVE would take what begins with the same path too.
        self.assert_fails(workspace.run("apply", "-auto-approve", "-no-color"), "would also remove", "app.yaml")
        self.assertEqual(len(self.listed(emulator)), 2)
        workspace.write("main.tf", text)
        self.assert_ok(workspace.apply())
        self.assertEqual(list(self.listed(emulator)), ["files/app"])

    def test_files_that_begin_alike_go_together(self):
        emulator = self.account()
        text = FILE % {"path": "model", "source": 'content = "one"'}
        other = (FILE % {"path": "model.index.json", "source": 'content = "two"'}).replace('"this"', '"other"')
        workspace = self.workspace(emulator, text + other)
        self.assert_ok(workspace.apply())
        self.assert_ok(workspace.destroy())
        self.assertEqual(self.listed(emulator), {})

    def test_faults_pass(self):
        emulator = self.account()
        emulator.faults(
            {"match": {"kind": "STAGE URL"}, "action": "503", "count": 1},
            {"match": {"kind": "STAGE UPLOAD"}, "action": "reset", "count": 1},
            {"match": {"kind": "STAGE UPLOAD"}, "action": "lose-response", "count": 1},
        )
        workspace = self.workspace(emulator, FILE % {"path": "x", "source": 'content = "one"'})
        self.assert_ok(workspace.apply())
        self.assertEqual(self.listed(emulator), {"files/x": hashlib.md5(b"one").hexdigest()})

    def test_bad_input(self):
        emulator = self.account()
        emulator.sql("CREATE STAGE ACC.S.CLOSED ENCRYPTION = (TYPE = 'SNOWFLAKE_FULL')", connection="emulator")
        workspace = self.workspace(emulator, "")
        for path, source, sentence in (
            ("a", "", "exactly one of"),
            ("a", 'source = "x"\n content = "y"', "exactly one of"),
            ("a", 'source = "/nowhere/file"', "cannot read /nowhere/file"),
            ("../a", 'content = "x"', "Invalid path"),
            ("a//b", 'content = "x"', "Invalid path"),
            ("a'b", 'content = "x"', "Invalid path"),
            ("", 'content = "x"', "Invalid path"),
        ):
            with self.subTest(path=path, source=source):
                workspace.write("main.tf", FILE % {"path": path, "source": source})
                self.assert_fails(workspace.plan(), sentence)
        for stage, sentence in (("CLOSED", "server-side encryption"), ("NONE", "NONE")):
            with self.subTest(stage=stage):
                text = (FILE % {"path": "a", "source": 'content = "x"'}).replace('"FILES"', f'"{stage}"')
                workspace.write("main.tf", text)
                self.assert_fails(workspace.run("apply", "-auto-approve", "-no-color"), sentence)

    def test_url_is_no_open_door(self):
        emulator = self.account()
        for path in ("/stage-files/invented", "/api/v2/databases/ACC/schemas/S/stages/FILES/files/a:presigned-url"):
            request = urllib.request.Request(f"http://127.0.0.1:{emulator.port}{path}", data=b"x", method="PUT")
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request)
            self.assertIn(refused.exception.code, (401, 403, 405))
