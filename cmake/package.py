#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Makes a release of the provider as registries and filesystem mirrors expect it.

usage: cmake/package.py --binary=FILE --version=X.Y.Z --out=DIR [--refuse-path=DIR]

Writes into DIR: terraform-provider-spcs_X.Y.Z_linux_amd64.zip, …_manifest.json and …_SHA256SUMS. The same binary gives
the same bytes: order, times and modes are fixed. With --refuse-path, a binary in which that folder's path stands is
refused: built in another folder it would be another file. A registry also wants a signature of the sums, for which it needs the
publisher's key: `gpg --detach-sign terraform-provider-spcs_X.Y.Z_SHA256SUMS`.
"""

import argparse
import hashlib
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIME = (2020, 1, 1, 0, 0, 0)
FILE, EXECUTABLE = 0o100644, 0o100755


def write_zip(path: Path, files: list[tuple[str, Path, int]]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, source, mode in sorted(files):
            entry = zipfile.ZipInfo(name, TIME)
            entry.create_system = 3  # Unix, whatever this runs on
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read_bytes(), compresslevel=9)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--refuse-path")
    options = parser.parse_args(arguments)
    if options.refuse_path and options.refuse_path.encode() in options.binary.read_bytes():
        print(f"{options.binary} has the path {options.refuse_path} in it, so it is not reproducible", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    stem = f"terraform-provider-spcs_{options.version}"
    archive = options.out / f"{stem}_linux_amd64.zip"
    texts = [(name, ROOT / name, FILE) for name in ("CHANGELOG.md", "LICENSE", "README.md")]
    write_zip(archive, [(f"terraform-provider-spcs_v{options.version}", options.binary, EXECUTABLE), *texts])
    manifest = options.out / f"{stem}_manifest.json"
    manifest.write_bytes((ROOT / "terraform-registry-manifest.json").read_bytes())
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in (archive, manifest)]
    (options.out / f"{stem}_SHA256SUMS").write_text("".join(sums))
    print("".join(sums), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
