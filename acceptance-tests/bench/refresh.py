#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Measures a plan over many pools and services: statements and time. One JSON line for each size on stdout.

usage: acceptance-tests/bench/refresh.py [COUNT ...]     pools and as many services; default 10 100
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from driver.client import Client, Workspace  # noqa: E402
from driver.emulator import Emulator  # noqa: E402

CONFIGURATION = """
terraform {
  required_providers {
    spcs = { source = "spcs/spcs" }
  }
}

resource "spcs_database" "this" {
  name          = "bench"
  force_destroy = true
}

resource "spcs_schema" "this" {
  database      = spcs_database.this.name
  name          = "bench"
  force_destroy = true
}

resource "spcs_image_repository" "this" {
  database = spcs_database.this.name
  schema   = spcs_schema.this.name
  name     = "images"
}

resource "spcs_compute_pool" "this" {
  count           = %(count)d
  name            = "bench_${count.index}"
  instance_family = "CPU_X64_XS"
  min_nodes       = 1
  max_nodes       = 1
}

resource "spcs_service" "this" {
  count        = %(count)d
  database     = spcs_database.this.name
  schema       = spcs_schema.this.name
  name         = "bench_${count.index}"
  compute_pool = spcs_compute_pool.this[count.index].name
  wait_for     = "none"
  spec = {
    containers = { main = { image = "/bench/bench/${lower(spcs_image_repository.this.name)}/main:v1" } }
  }
}
"""


def measure(count: int, folder: Path, latency: str) -> dict:
    emulator = Emulator(folder / f"account-{count}", options=["--open", f"--latency={latency}"])
    try:
        workspace = Workspace(Client("tofu", folder / f"client-{count}"), folder / f"work-{count}", emulator.environment())
        workspace.write("main.tf", CONFIGURATION % {"count": count})
        assert workspace.run("init", "-no-color").code == 0
        began = time.monotonic()
        applied = workspace.run("apply", "-no-color", "-auto-approve", timeout=600)
        assert applied.code == 0, applied
        applied_in = time.monotonic() - began
        emulator.call("POST", "stats:reset")
        began = time.monotonic()
        planned = workspace.run("plan", "-no-color", "-detailed-exitcode", timeout=600)
        took = time.monotonic() - began
        assert planned.code == 0, planned
        stats = emulator.stats()
        statements = stats["statements"]
        total = sum(statements.values()) if isinstance(statements, dict) else statements
        return {
            "figure": "refresh",
            "pools": count,
            "services": count,
            "latency": latency,
            "statements": total,
            "by_kind": statements,
            "plan_seconds": round(took, 2),
            "apply_seconds": round(applied_in, 2),
        }
    finally:
        emulator.stop()


def main() -> None:
    counts = [int(argument) for argument in sys.argv[1:]] or [10, 100]
    folder = Path(tempfile.mkdtemp(prefix="spcs-bench-"))
    try:
        for count in counts:
            print(json.dumps(measure(count, folder, "100ms")), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
