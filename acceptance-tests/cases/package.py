# SPDX-License-Identifier: MPL-2.0
"""The release archive: the same bytes each time, and one that clients install from."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile

from driver import places
from driver.case import PROVIDER, Case
from driver.client import Workspace


class Package(Case):
    def package(self, name: str, binary=None):
        """Folder with a release, made from the built program or from `binary`."""
        out = self.folder / name
        script = places.ROOT / "cmake" / "package.py"
        binary = binary or places.binary("terraform-provider-spcs")
        subprocess.run(
            [sys.executable, script, f"--binary={binary}", f"--version={places.VERSION}", f"--out={out}"],
            check=True,
            capture_output=True,
        )
        return out

    def test_two_releases_are_the_same_bytes(self):
        first = self.package("first")
        copy = self.folder / "copy"
        copy.write_bytes(places.binary("terraform-provider-spcs").read_bytes())
        os.utime(copy, (0, 0))
        copy.chmod(0o600)
        second = self.package("second", copy)
        names = sorted(file.name for file in first.iterdir())
        stem = f"terraform-provider-spcs_{places.VERSION}"
        self.assertEqual(names, [f"{stem}_SHA256SUMS", f"{stem}_linux_amd64.zip", f"{stem}_manifest.json"])
        for name in names:
            self.assertEqual((first / name).read_bytes(), (second / name).read_bytes(), name)
        for line in (first / f"{stem}_SHA256SUMS").read_text().splitlines():
            digest, name = line.split("  ")
            self.assertEqual(hashlib.sha256((first / name).read_bytes()).hexdigest(), digest)
        manifest = json.loads((first / f"{stem}_manifest.json").read_text())
        self.assertEqual(manifest["metadata"]["protocol_versions"], ["6.0"])

    def test_a_binary_that_knows_where_it_was_built_is_refused(self):
        binary = self.folder / "binary"
        binary.write_bytes(b"\x7fELF\0/home/me/source/file.cc\0")
        script = places.ROOT / "cmake" / "package.py"
        command = [sys.executable, script, f"--binary={binary}", "--version=0.0.1", f"--out={self.folder / 'out'}"]
        self.assertEqual(subprocess.run([*command, "--refuse-path=/home/you"], check=False, capture_output=True).returncode, 0)
        refused = subprocess.run([*command, "--refuse-path=/home/me"], check=False, capture_output=True, text=True)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("not reproducible", refused.stderr)

    def test_clients_install_from_the_archive(self):
        archive = next(self.package("release").glob("*.zip"))
        with zipfile.ZipFile(archive) as opened:
            entry = opened.getinfo(f"terraform-provider-spcs_v{places.VERSION}")
            self.assertEqual(entry.external_attr >> 16 & 0o777, 0o755)
            self.assertIn("LICENSE", opened.namelist())
        # A mirror with the archive itself, as a team without a registry keeps it, by the words of the page "Install".
        mirror = self.folder / "mirror"
        host = next((self.client.folder / "mirror").iterdir()).name
        target = mirror / host / "spcs" / "spcs"
        target.mkdir(parents=True)
        (target / archive.name).write_bytes(archive.read_bytes())
        config = self.folder / "client.rc"
        install = (places.ROOT / "docs" / "index.md").read_text()
        self.assertIn(host, install)
        written = re.search(r"(?ms)^provider_installation \{\n  filesystem_mirror.*?^\}\n", install).group(0)
        config.write_text(written.replace('"/opt/spcs/mirror"', f'"{mirror}"'))
        workspace = Workspace(self.client, self.folder / "work", {"TF_CLI_CONFIG_FILE": str(config)})
        workspace.write("provider.tf", PROVIDER.split("provider ")[0])  # functions need no connection
        workspace.write("main.tf", 'output "family" {\n  value = provider::spcs::instance_family("GPU_3")\n}\n')
        workspace.init()
        self.assert_ok(workspace.apply())
        self.assertEqual(workspace.outputs(), {"family": "GPU_NV_S"})
