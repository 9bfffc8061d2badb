#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Refuses a plan that a reviewer should not let through without a word.

usage: policy.py PLAN.json [--label LABEL]...

PLAN.json is what `tofu show -json FILE` (or `terraform show -json FILE`) prints of a saved plan. Each rule has a label
that lifts it; in the workflow beside this file those are the labels of the pull request. Exit code 0: nothing to object
to; 1: refused, with a line for each reason; 2: this is no plan.
"""

import json
import re
import sys

# What runs: replacing or deleting it is an outage.
RUNNING = {"spcs_compute_pool", "spcs_service", "spcs_ray_serve_model"}
# What holds data that nothing here can bring back.
HOLDING = {"spcs_database", "spcs_schema", "spcs_table", "spcs_stage", "spcs_image_repository", "spcs_secret"}
WITH_IMAGES = {"spcs_service", "spcs_job"}
# The same words that the provider warns of in a plan.
MUTABLE_TAGS = {
    *("latest", "main", "master", "trunk", "dev", "develop", "edge", "nightly", "staging", "stable", "prod", "current"),
    "test",
}

ALLOW_OUTAGE, ALLOW_DATA_LOSS, ALLOW_MUTABLE_TAG = "allow-outage", "allow-data-loss", "allow-mutable-tag"


def verb(actions: list[str]) -> str:
    if "delete" in actions:
        return "replaces" if "create" in actions else "deletes"
    return "leaves" if actions in (["no-op"], ["read"]) else "changes"


def is_mutable(image: str) -> bool:
    """Whether the reference may mean another image tomorrow. A digest never does; no tag is `latest`."""
    if re.search(r"@sha256:[0-9a-f]{64}$", image):
        return False
    name, _, tag = image.rsplit("/", 1)[-1].partition(":")
    return not tag or tag.lower() in MUTABLE_TAGS


def images(change: dict) -> dict[str, str]:
    """Container -> image of the planned object; images that are known only after the apply are left out."""
    spec = (change.get("after") or {}).get("spec") or {}
    containers = spec.get("containers") or {}
    return {name: one["image"] for name, one in containers.items() if (one or {}).get("image")}


def objections(plan: dict) -> list[tuple[str, str]]:
    """(label that lifts it, reason) for everything in the plan that a rule is against."""
    found = []
    for resource in plan.get("resource_changes", []):
        change, kind, address = resource["change"], resource["type"], resource["address"]
        what = verb(change["actions"])
        if kind in RUNNING and what in ("replaces", "deletes"):
            found.append((ALLOW_OUTAGE, f"{address}: the plan {what} it, so it is gone for a while or for good"))
        if kind in HOLDING and what in ("replaces", "deletes"):
            found.append((ALLOW_DATA_LOSS, f"{address}: the plan {what} it, and what it holds is lost"))
        if kind in WITH_IMAGES and what in ("changes", "replaces"):
            for container, image in images(change).items():
                if is_mutable(image):
                    reason = f"{address}: container {container} runs {image}, which may be another image tomorrow"
                    found.append((ALLOW_MUTABLE_TAG, reason))
    return found


def main(arguments: list[str]) -> int:
    labels = {arguments[at + 1] for at, argument in enumerate(arguments[:-1]) if argument == "--label"}
    files = [a for at, a in enumerate(arguments) if a != "--label" and (at == 0 or arguments[at - 1] != "--label")]
    if len(files) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(files[0], encoding="utf-8") as file:
            plan = json.load(file)
        if "format_version" not in plan or not isinstance(plan.get("resource_changes", []), list):
            raise ValueError("no format_version in it")
    except (OSError, ValueError) as error:
        print(f"{files[0]} is no plan in JSON: {error}", file=sys.stderr)
        return 2
    refused = [(label, reason) for label, reason in objections(plan) if label not in labels]
    for label, reason in refused:
        print(f"{reason}. Label `{label}` lets it through.")
    if not refused:
        print("The policy has nothing against this plan.")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
