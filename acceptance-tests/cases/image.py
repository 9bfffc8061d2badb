# SPDX-License-Identifier: MPL-2.0
"""Images pushed without Docker: into the emulator's registry by spcs_image, into others by the same library, and what
real clients (skopeo, Debian's docker-registry) make of both."""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import tarfile
import time
import unittest
from pathlib import Path

from driver import places, processes
from driver.case import Case

GROUND = ["CREATE DATABASE ACC", "CREATE SCHEMA ACC.S", "CREATE IMAGE REPOSITORY ACC.S.REPO"]
TOKENS = "GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER SPCS_DEMO_USER TO ROLE SPCS_DEMO"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"

IMAGE = """
resource "spcs_image" "this" {
  database   = "ACC"
  schema     = "S"
  repository = "REPO"
  name       = "app"
  tag        = "%(tag)s"
  source     = { %(source)s }
}
"""
SERVICE = """
resource "spcs_service" "this" {
  database     = "ACC"
  schema       = "S"
  name         = "SVC"
  compute_pool = "P"
  spec = { containers = { main = { image = spcs_image.this.reference } } }
}
"""


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def layer(name: str, content: bytes) -> bytes:
    """A tar file with one file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


class Layout:
    """An OCI layout that grows image by image."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        (self.folder / "blobs" / "sha256").mkdir(parents=True)
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        self.entries = []

    def blob(self, content: bytes) -> dict:
        (self.folder / "blobs" / "sha256" / hashlib.sha256(content).hexdigest()).write_bytes(content)
        return {"digest": digest(content), "size": len(content)}

    def add(self, *contents: bytes, architecture: str = "amd64", name: str = "", platform: bool = False) -> str:
        """An image of one layer for each content; returns its digest."""
        tars = [layer(f"file{number}", content) for number, content in enumerate(contents)]
        config = {
            "architecture": architecture,
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [digest(tar) for tar in tars]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                **self.blob(json.dumps(config).encode()),
            },
            "layers": [
                {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **self.blob(gzip.compress(tar, mtime=0))}
                for tar in tars
            ],
        }
        entry = {"mediaType": MANIFEST, **self.blob(json.dumps(manifest).encode())}
        if name:
            entry["annotations"] = {"org.opencontainers.image.ref.name": name}
        if platform:
            entry["platform"] = {"os": "linux", "architecture": architecture}
        self.entries.append(entry)
        self.write(self.entries)
        return entry["digest"]

    def write(self, entries: list) -> None:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
        (self.folder / "index.json").write_text(json.dumps(index))

    def nest(self) -> None:
        """Puts an index between the layout and its images, as buildx does for several platforms."""
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": self.entries}
        self.write([{"mediaType": INDEX, **self.blob(json.dumps(index).encode())}])


def blobs(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (Path(folder) / "blobs" / "sha256").iterdir()}


@unittest.skipUnless(shutil.which("skopeo"), "skopeo is not installed: run script/bootstrap --test")
class ImageCase(Case):
    abstract = True

    def account(self, **options):
        emulator = self.emulator(images=[], **options)
        emulator.sql(TOKENS)
        for statement in GROUND:
            emulator.sql(statement, connection="emulator")
        return emulator

    def layout(self, *contents: bytes, **options) -> Path:
        folder = self.folder / f"layout{len(list(self.folder.iterdir()))}"
        Layout(folder).add(*contents, **options)
        return folder

    def skopeo(self, emulator, *arguments: str, code: int = 0) -> subprocess.CompletedProcess:
        token = emulator.token(type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO")
        login = ["--authfile", str(self.folder / "auth.json")]
        host = f"127.0.0.1:{emulator.port}"
        subprocess.run(
            ["skopeo", "login", *login, "--tls-verify=false", "-u", "SPCS_DEMO_USER", "--password-stdin", host],
            input=token.encode(),
            check=True,
            capture_output=True,
        )
        verb, *rest = arguments
        insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"] if verb == "copy" else ["--tls-verify=false"]
        done = subprocess.run(
            ["skopeo", "--insecure-policy", verb, *login, *insecure, *rest], capture_output=True, text=True
        )
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def pull(self, emulator, reference: str) -> dict[str, bytes]:
        folder = self.folder / f"pulled{len(list(self.folder.iterdir()))}"
        unchanged = "--dest-oci-accept-uncompressed-layers"
        self.skopeo(emulator, "copy", unchanged, f"docker://127.0.0.1:{emulator.port}/{reference}", f"oci:{folder}")
        return blobs(folder)

    def images(self, emulator) -> dict[str, str]:
        rows = emulator.sql("SHOW IMAGES IN IMAGE REPOSITORY ACC.S.REPO", connection="emulator")
        return {f"{row['image_name']}:{row['tags']}": row["digest"] for row in rows}

    def source(self, folder: Path, kind: str = "oci_layout") -> str:
        return f'{kind} = "{folder}"'


class ImageLife(ImageCase):
    def test_pushed_image_runs_and_a_rebuilt_one_rolls_the_service(self):
        emulator = self.account()
        emulator.sql("CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S", "emulator")
        folder = self.layout(b"one" * 1000, os.urandom(300_000))
        text = IMAGE % {"tag": "v1", "source": self.source(folder)} + SERVICE
        workspace = self.workspace(emulator, text)
        self.assert_ok(workspace.apply())
        self.assertEqual(self.pull(emulator, "acc/s/repo/app:v1"), blobs(folder), "byte-identical")
        self.assert_no_changes(workspace)

        # Nothing is left of the login: no token, and nothing in the state that looks like one.
        self.assertEqual(emulator.sql("SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER SPCS_DEMO_USER"), [])
        self.assertIsNone(re.search(r"\b(?=\w*[g-z])[a-z0-5]{64}\b", workspace.state_text()))

        # A rebuilt image under the same tag: known in the plan, one layer is sent, the service is upgraded.
        shutil.rmtree(folder)
        rebuilt = Layout(folder).add(b"one" * 1000, os.urandom(300_000))
        plan = workspace.plan()
        self.assertEqual(plan.code, 2, str(plan))
        self.assert_says(plan, rebuilt, "spcs_service.this will be updated in-place", "0 to add, 2 to change")
        emulator.call("POST", "stats:reset")
        self.assert_ok(workspace.apply())
        counts = emulator.stats()["registry"]
        self.assertEqual(counts["blob_uploads"], 3 - 1, counts)  # configuration and the layer that changed
        self.assertIn(rebuilt, emulator.sql("DESCRIBE SERVICE ACC.S.SVC")[0]["spec"])
        self.assert_no_changes(workspace)

        # The same image under another tag: no blob is sent.
        emulator.call("POST", "stats:reset")
        workspace.write("main.tf", text.replace('"v1"', '"v2"'))
        result = workspace.apply()
        self.assert_ok(result)
        self.assert_says(result, "The image stays in the repository")
        self.assertEqual(emulator.stats()["registry"].get("blob_uploads", 0), 0)
        self.assertEqual(self.images(emulator), {"app:v1": rebuilt, "app:v2": rebuilt})

        # Somebody moves the tag.
        other = self.layout(b"other")
        self.skopeo(emulator, "copy", f"oci:{other}", f"docker://127.0.0.1:{emulator.port}/acc/s/repo/app:v2")
        plan = workspace.plan()
        self.assertEqual(plan.code, 2, str(plan))
        self.assert_says(plan, "spcs_image.this will be updated in-place", rebuilt)
        self.assert_ok(workspace.apply())
        self.assertEqual(self.images(emulator)["app:v2"], rebuilt)

        result = workspace.destroy()
        self.assert_ok(result)
        self.assert_says(result, "The image stays in the repository")
        self.assertIn("app:v2", self.images(emulator))

    def test_import_sends_nothing(self):
        emulator = self.account()
        folder = self.layout(b"one")
        self.skopeo(emulator, "copy", f"oci:{folder}", f"docker://127.0.0.1:{emulator.port}/acc/s/repo/app:v1")
        text = IMAGE % {"tag": "v1", "source": self.source(folder)}
        workspace = self.workspace(
            emulator, text + 'import {\n  to = spcs_image.this\n  id = "acc/s/repo/app:v1"\n}\n'
        )
        emulator.call("POST", "stats:reset")
        self.assert_ok(workspace.apply())
        self.assertEqual(emulator.stats()["registry"], {}, "nothing is asked of the registry")
        self.assert_no_changes(workspace)

    def test_image_that_is_gone_is_pushed_again(self):
        emulator = self.account()
        workspace = self.workspace(emulator, IMAGE % {"tag": "v1", "source": self.source(self.layout(b"one"))})
        self.assert_ok(workspace.apply())
        emulator.sql("DROP IMAGE REPOSITORY ACC.S.REPO", "emulator")
        self.assert_fails(workspace.run("apply", "-auto-approve", "-no-color"), "no image repository ACC.S.REPO")
        emulator.sql("CREATE IMAGE REPOSITORY ACC.S.REPO", "emulator")
        self.assert_ok(workspace.apply())
        self.assertIn("app:v1", self.images(emulator))

    def test_cut_pushes_go_on_within_one_apply(self):
        emulator = self.account()
        size = 20_000_000
        folder = self.layout(os.urandom(size))
        emulator.faults(
            {"match": {"kind": "REGISTRY PATCH"}, "action": "cut", "after_bytes": 6_000_000, "count": 3},
            {"match": {"kind": "REGISTRY PUT"}, "action": "lose-response", "count": 2},
            {"match": {"kind": "REGISTRY POST"}, "action": "503", "count": 1},
            {"match": {"kind": "REGISTRY GET"}, "action": "429", "retry_after": 0, "count": 1},
        )
        workspace = self.workspace(emulator, IMAGE % {"tag": "v1", "source": self.source(folder)})
        self.assert_ok(workspace.apply())
        stats = emulator.stats()
        self.assertEqual(stats["faults"]["cut"], 3)
        self.assertEqual(self.pull(emulator, "acc/s/repo/app:v1"), blobs(folder))
        # What had arrived was not sent again.
        self.assertLess(stats["registry"]["uploaded_bytes"], size * 1.1)

    def test_archives_of_both_kinds(self):
        emulator = self.account()
        folder = self.layout(b"one" * 1000, b"two" * 5000, name="app:1")
        legacy = self.folder / "legacy.tar"
        subprocess.run(
            ["skopeo", "--insecure-policy", "copy", f"oci:{folder}", f"docker-archive:{legacy}:app:1"],
            check=True,
            capture_output=True,
        )
        modern = self.folder / "modern.tar"
        with tarfile.open(modern, "w") as archive:
            archive.add(folder, arcname=".")
        text = "".join(
            (IMAGE % {"tag": kind, "source": self.source(file, "docker_archive")}).replace('"this"', f'"{kind}"')
            for kind, file in (("legacy", legacy), ("modern", modern))
        )
        workspace = self.workspace(emulator, text)
        self.assert_ok(workspace.apply())
        self.assertEqual(self.pull(emulator, "acc/s/repo/app:modern"), blobs(folder))
        # The layers of the older form are pushed as they are in the archive: uncompressed.
        pulled = self.pull(emulator, "acc/s/repo/app:legacy")
        for tar in (layer("file0", b"one" * 1000), layer("file1", b"two" * 5000)):
            self.assertIn(digest(tar).split(":")[1], pulled)
        self.assert_no_changes(workspace)

    def test_amd64_is_chosen_and_other_registries_are_sources(self):
        emulator = self.account()
        emulator.sql("CREATE IMAGE REPOSITORY ACC.S.OTHER", "emulator")
        layout = Layout(self.folder / "multi")
        layout.add(b"for arm", architecture="arm64", platform=True)
        wanted = layout.add(b"for amd", platform=True)
        layout.nest()
        host = f"127.0.0.1:{emulator.port}"
        self.skopeo(emulator, "copy", "--all", f"oci:{layout.folder}", f"docker://{host}/acc/s/other/base:1")
        emulator.call("POST", "stats:reset")
        local = IMAGE % {"tag": "local", "source": self.source(layout.folder)}
        remote = (IMAGE % {"tag": "remote", "source": f'registry = "{host}/acc/s/other/base:1"'}).replace(
            '"this"', '"remote"'
        ).replace('"app"', '"copied"')
        workspace = self.workspace(emulator, local + remote)
        self.assert_ok(workspace.apply())
        self.assertEqual(self.images(emulator), {"app:local": wanted, "copied:remote": wanted})
        self.assertEqual(emulator.stats()["registry"]["mounts"], 2, "blobs of the same registry are mounted")
        self.assert_no_changes(workspace)

    def test_bad_sources_are_errors_of_the_plan(self):
        emulator = self.account()
        empty = self.folder / "empty"
        empty.mkdir()
        text_file = self.folder / "text.tar"
        text_file.write_text("no tar file, but long enough to be one" * 100)
        zipped = self.folder / "image.tar.gz"
        zipped.write_bytes(gzip.compress(b"x" * 2000))
        cut = self.folder / "cut.tar"
        cut.write_bytes(layer("manifest.json", b"[]" * 5000)[:6000])
        several = Layout(self.folder / "several")
        several.add(b"one", name="a:1")
        several.add(b"two", name="b:1")
        damaged = Layout(self.folder / "damaged")
        of_damaged = damaged.add(b"one").split(":")[1]
        (damaged.folder / "blobs" / "sha256" / of_damaged).write_text("{}")
        lacking = Layout(self.folder / "lacking")
        lacking.add(b"one" * 5000)
        max((lacking.folder / "blobs" / "sha256").iterdir(), key=lambda file: json_depth(file)).unlink()
        arm = self.layout(b"one", architecture="arm64")
        cases = [
            ('oci_layout = "/nowhere"', "is no OCI layout"),
            (self.source(empty), "is no OCI layout"),
            (self.source(self.folder / "none.tar", "docker_archive"), "cannot read"),
            (self.source(text_file, "docker_archive"), "is no tar file"),
            (self.source(zipped, "docker_archive"), "is compressed as a whole"),
            (self.source(cut, "docker_archive"), "cut off"),
            (self.source(several.folder), "holds 2 images"),
            (self.source(several.folder) + '\n image = "c:1"', "no image named"),
            (self.source(damaged.folder), "is damaged"),
            (self.source(lacking.folder), "lacks the content"),
            (self.source(arm), "no image for linux/amd64, only for linux/arm64"),
            (self.source(arm) + f'\n docker_archive = "{cut}"', "exactly one of"),
            ('registry = "app:1"', "must begin with the registry's host"),
            ("", "exactly one of"),
        ]
        workspace = self.workspace(emulator, "")
        for source, sentence in cases:
            with self.subTest(source=source):
                workspace.write("main.tf", IMAGE % {"tag": "v1", "source": source})
                self.assert_fails(workspace.plan(), sentence)
        for change, sentence in (
            (('"app"', '"App"'), "Invalid image name"),
            (('"v1"', '"-x"'), "Invalid tag"),
            (('"REPO"', '"\\"Repo\\""'), "quote"),
        ):
            with self.subTest(change=change):
                text = IMAGE % {"tag": "v1", "source": self.source(arm)}
                workspace.write("main.tf", text.replace(*change))
                self.assert_fails(workspace.plan(), sentence)

    def test_missing_privileges_are_named(self):
        emulator = self.emulator(GROUND, images=[])
        workspace = self.workspace(emulator, IMAGE % {"tag": "v1", "source": self.source(self.layout(b"one"))})
        result = workspace.run("apply", "-auto-approve", "-no-color")
        self.assert_fails(result, "MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER SPCS_DEMO_USER")


def json_depth(file: Path) -> int:
    """Sorts compressed layers behind everything that is JSON."""
    return 0 if file.read_bytes()[:1] == b"{" else 1


class RegistryClients(ImageCase):
    """Programs that nobody here wrote, against the emulator's registry, and ours against another registry."""

    once = True

    def test_skopeo_pushes_lists_and_pulls(self):
        emulator = self.account()
        folder = self.layout(b"one" * 10_000, os.urandom(100_000))
        target = f"docker://127.0.0.1:{emulator.port}/acc/s/repo/team/app"
        self.skopeo(emulator, "copy", f"oci:{folder}", f"{target}:1")
        self.skopeo(emulator, "copy", f"oci:{folder}", f"{target}:2")
        self.assertEqual(json.loads(self.skopeo(emulator, "list-tags", target).stdout)["Tags"], ["1", "2"])
        self.assertEqual(self.pull(emulator, "acc/s/repo/team/app:2"), blobs(folder))
        self.skopeo(emulator, "delete", f"{target}:1", code=1)
        self.assertIn("team/app:1", self.images(emulator), "a single image cannot be deleted")
        # Everything is still there after a restart.
        emulator.stop()
        emulator.start()
        self.assertEqual(self.pull(emulator, "acc/s/repo/team/app:1"), blobs(folder))

    def test_image_of_another_architecture_does_not_run(self):
        emulator = self.account()
        emulator.sql("CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S", "emulator")
        folder = self.layout(b"one", architecture="arm64")
        self.skopeo(emulator, "copy", f"oci:{folder}", f"docker://127.0.0.1:{emulator.port}/acc/s/repo/app:arm")
        with self.assertRaisesRegex(Exception, "only supports image for amd64"):
            emulator.sql(
                "CREATE SERVICE ACC.S.SVC IN COMPUTE POOL P FROM SPECIFICATION $$\n"
                "spec: {containers: [{name: a, image: /acc/s/repo/app:arm}]}\n$$",
                "emulator",
            )

    @unittest.skipUnless(shutil.which("docker-registry"), "docker-registry is not installed: run script/bootstrap --test")
    def test_other_registry_gets_what_was_there(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        configuration = self.folder / "registry.yml"
        configuration.write_text(
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {self.folder}/stored}}}}\nhttp: {{addr: 127.0.0.1:{port}}}\n"
        )
        with open(self.folder / "registry.log", "wb") as log:
            registry = processes.start(["docker-registry", "serve", str(configuration)], stdout=log, stderr=log)
        self.addCleanup(processes.stop, registry)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        folder = self.layout(b"one" * 10_000, os.urandom(3_000_000))
        push = [places.binary("spcs-oci-push"), "layout", str(folder), f"127.0.0.1:{port}/team/app:1"]
        first = json.loads(subprocess.run(push, check=True, capture_output=True).stdout)
        self.assertEqual((first["sent"], first["present"]), (3, 0))
        second = json.loads(subprocess.run(push, check=True, capture_output=True).stdout)
        self.assertEqual((second["sent"], second["present"], second["sent_bytes"]), (0, 3, 0))
        pulled = self.folder / "pulled"
        subprocess.run(
            ["skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", f"docker://127.0.0.1:{port}/team/app:1",
             f"oci:{pulled}"],
            check=True,
            capture_output=True,
        )
        self.assertEqual(blobs(pulled), blobs(folder))
