# SPDX-License-Identifier: MPL-2.0
"""Starts a container's stand-in as the emulator's `process` runtime does, without namespaces: on this machine's ports."""

import json
import os
import subprocess
from pathlib import Path

from places import IMAGES, cache_folder


def filled(name: str, text: str) -> str:
    return text.replace("{folder}", str(IMAGES / name)).replace("{cache}", str(cache_folder()))


def start(name: str, private: Path, arguments=(), environment=None) -> subprocess.Popen:
    """environment: of the specification, which goes over that of the stand-in. Outputs go to `private`/log."""
    described = json.loads((IMAGES / name / "stand-in.json").read_text())
    variables = {"PATH": os.environ["PATH"], "HOME": str(private)}
    variables |= {variable: filled(name, text) for variable, text in described["env"].items()}
    with open(private / "log", "ab") as log:
        return subprocess.Popen(
            [*(filled(name, part) for part in described["command"]), *arguments],
            env=variables | (environment or {}),
            cwd=private,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
