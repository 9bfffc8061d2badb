# SPDX-License-Identifier: MPL-2.0
"""Where things are for the tests: importing this makes `serve_app`, `node` and the chat page importable."""

import os
import sys
from pathlib import Path

IMAGES = Path(__file__).resolve().parents[1]
ROOT = IMAGES.parent
RAY_CODE = IMAGES / "ray"
CHAT_CODE = IMAGES / "streamlit"

for folder in (RAY_CODE, CHAT_CODE):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
sys.dont_write_bytecode = True


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "spcs"


def python_of(name: str) -> Path | None:
    """The Python of a virtual environment that `script/bootstrap --test` made; None when there is none."""
    program = cache_folder() / name / "bin" / "python"
    return program if os.access(program, os.X_OK) and (cache_folder() / name / "installed").exists() else None
