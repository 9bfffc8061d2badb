# SPDX-License-Identifier: MPL-2.0
"""Starts a container's stand-in as images/README.md says a runtime does, without namespaces: on this machine's ports."""

import json
import os
import subprocess
from pathlib import Path

from places import IMAGES, ROOT, cache_folder


def start(
    name: str, private: Path, address: str = "127.0.0.1", gpus: int = 0, arguments=(), environment=None, mounts=None
) -> subprocess.Popen:
    """environment: of the specification. mounts: path in the container -> folder or file of this machine."""
    described = json.loads((IMAGES / name / "stand-in.json").read_text())
    values = {
        "images": IMAGES,
        "folder": IMAGES / name,
        "cache": cache_folder(),
        "venv": cache_folder() / (described.get("venv") or {}).get("name", ""),
        "programs": ROOT / "build" / "release" / "bin",
        "private": private,
        "path": os.environ["PATH"],
        "address": address,
        "gpus": gpus,
    }

    def filled(text: str) -> str:
        for placeholder, value in values.items():
            text = text.replace("{" + placeholder + "}", str(value))
        return text

    variables = {"PATH": os.environ["PATH"], "HOME": str(private)} | (environment or {})
    variables |= {variable: filled(text) for variable, text in described["env"].items()}
    variables |= {variable: str(_place(path, private, mounts or {})) for path, variable in described["paths"].items()}
    with open(private / "log", "ab") as log:
        return subprocess.Popen(
            [*map(filled, described["command"]), *arguments],
            env=variables,
            cwd=private,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _place(path: str, private: Path, mounts: dict) -> Path:
    """Where a path of the container is: in a volume mounted at it or above, else in a folder of the container's own."""
    above = [mount for mount in mounts if path == mount or path.startswith(mount + "/")]
    if above:
        nearest = max(above, key=len)
        return Path(mounts[nearest]) / path[len(nearest) :].lstrip("/")
    return private / "root" / path.lstrip("/")
