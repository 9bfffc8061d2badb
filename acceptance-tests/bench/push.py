#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""How long a push of one large layer takes: spcs-oci-push, which is the code of spcs_image, against `skopeo copy`, to the
same registry. By turns, each into a repository of its own, so that neither finds blobs of the other.

    acceptance-tests/bench/push.py [--size BYTES] [--runs N] [--registry emulator|docker]

Prints one JSON line for each registry: medians in seconds and their ratio (target: at most 1.1).
"""

import argparse
import hashlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from driver import places, processes  # noqa: E402
from driver.emulator import Emulator  # noqa: E402

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
PIECE = 1 << 20


def make_layout(folder: Path, size: int) -> None:
    """An image of one layer of random bytes that begin like gzip, so that nobody compresses them."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def keep(content: bytes) -> dict:
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"digest": f"sha256:{digest}", "size": len(content)}

    running = hashlib.sha256()
    with open(blobs / "layer", "wb") as layer:
        left, piece = size, b"\x1f\x8b\x08\x00"
        while left > 0:
            piece = (piece + os.urandom(PIECE))[: min(left, PIECE)]
            layer.write(piece)
            running.update(piece)
            left -= len(piece)
            piece = b""
    digest = running.hexdigest()
    (blobs / "layer").rename(blobs / digest)
    config = {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **keep(json.dumps(config).encode())},
        "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": f"sha256:{digest}", "size": size}
        ],
    }
    entry = {"mediaType": MANIFEST, **keep(json.dumps(manifest).encode())}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def timed(command: list, environment: dict) -> float:
    began = time.monotonic()
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {done.stderr}")
    return time.monotonic() - began


class Docker:
    """Debian's docker-registry."""

    def __init__(self, folder: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder / "registry"
        configuration = folder / "registry.yml"
        configuration.write_text(
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {self.folder}}}}}\nhttp: {{addr: 127.0.0.1:{self.port}}}\n"
        )
        with open(folder / "registry.log", "wb") as log:
            self.process = processes.start(["docker-registry", "serve", str(configuration)], stdout=log, stderr=log)
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.05)
        self.user, self.password = "", ""

    def target(self, number: int) -> str:
        return f"127.0.0.1:{self.port}/bench/run{number}:1"

    def clean(self, number: int) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        processes.stop(self.process)


class Emulated:
    def __init__(self, folder: Path):
        self.emulator = Emulator(folder / "account", images=[])
        self.emulator.sql("CREATE DATABASE BENCH")
        self.emulator.sql("CREATE SCHEMA BENCH.S")
        self.user = "SPCS_DEMO_USER"
        self.password = self.emulator.token(
            type="PROGRAMMATIC_ACCESS_TOKEN", user=self.user, role_restriction="ACCOUNTADMIN"
        )

    def target(self, number: int) -> str:
        self.emulator.sql(f"CREATE IMAGE REPOSITORY BENCH.S.RUN{number}")
        return f"127.0.0.1:{self.emulator.port}/bench/s/run{number}/app:1"

    def clean(self, number: int) -> None:
        self.emulator.sql(f"DROP IMAGE REPOSITORY BENCH.S.RUN{number}")
        for blob in (self.emulator.home / "registry" / "blobs" / "sha256").iterdir():
            blob.unlink()

    def stop(self) -> None:
        self.emulator.stop()


def measure(registry, layout: Path, folder: Path, runs: int) -> dict:
    times = {"spcs": [], "skopeo": []}
    number = 0
    for _ in range(runs):
        for who in times:
            number += 1
            target = registry.target(number)
            # skopeo remembers where it has seen blobs; each run gets a memory of its own.
            home = folder / f"home{number}"
            home.mkdir()
            environment = {"HOME": str(home), "XDG_DATA_HOME": str(home)}
            if who == "spcs":
                command = [str(places.binary("spcs-oci-push")), "layout", str(layout), target]
                environment |= {"SPCS_OCI_USER": registry.user, "SPCS_OCI_PASSWORD": registry.password}
            else:
                login = ["--dest-creds", f"{registry.user}:{registry.password}"] if registry.user else []
                command = ["skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", *login]
                command += [f"oci:{layout}", f"docker://{target}"]
            times[who].append(timed(command, environment))
            registry.clean(number)
    medians = {who: statistics.median(values) for who, values in times.items()}
    return {
        "runs": runs,
        **{f"{who}_seconds": round(value, 3) for who, value in medians.items()},
        "ratio": round(medians["spcs"] / medians["skopeo"], 3),
        "all": {who: [round(value, 3) for value in values] for who, values in times.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--registry", choices=["emulator", "docker"], action="append")
    options = parser.parse_args()
    for name in options.registry or ["emulator", "docker"]:
        with tempfile.TemporaryDirectory(prefix="spcs-push-") as temporary:
            folder = Path(temporary)
            layout = folder / "layout"
            make_layout(layout, options.size)
            registry = Emulated(folder) if name == "emulator" else Docker(folder)
            try:
                result = measure(registry, layout, folder, options.runs)
            finally:
                registry.stop()
            print(json.dumps({"benchmark": "push", "registry": name, "bytes": options.size, **result}), flush=True)


if __name__ == "__main__":
    main()
