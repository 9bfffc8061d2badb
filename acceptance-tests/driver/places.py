# SPDX-License-Identifier: MPL-2.0
"""Where things are: the sources, what was built from them, the clients."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSION = "0.1.0"


class Missing(Exception):
    """Something that has to be built or installed first; the text says what and how."""


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "spcs"


def binary(name: str) -> Path:
    """A program of ours: from SPCS_BIN_DIR, else from the release build."""
    folder = Path(os.environ.get("SPCS_BIN_DIR") or ROOT / "build" / "release" / "bin")
    path = folder / name
    if not os.access(path, os.X_OK):
        raise Missing(f"{path} is not there: run script/build, or set SPCS_BIN_DIR")
    return path


def client_program(name: str) -> Path | None:
    """The program of a client, `tofu` or `terraform`; None when this machine has none."""
    cached = cache_folder() / "bin" / name
    if name == "tofu" and os.access(cached, os.X_OK):
        return cached
    found = shutil.which(name)
    return Path(found) if found else None


def snow_program() -> Path | None:
    """Snowflake's own CLI as `script/bootstrap --test` installed it; None when that could not be had."""
    folder = cache_folder() / "snow"
    program = folder / "bin" / "snow"
    return program if (folder / "installed").exists() and os.access(program, os.X_OK) else None


def guide_statements(guide: str = "privileges") -> list[str]:
    """The statements of the first SQL block of a guide, one a line, without comments."""
    text = (ROOT / "docs" / "guides" / f"{guide}.md").read_text()
    block = text.split("```sql\n", 1)[1].split("```", 1)[0]
    lines = [line.split("--", 1)[0].strip() for line in block.splitlines()]
    return [line.rstrip(";") for line in lines if line]


def example_images(repository: str = "/mydb/vicuna13bonrayserve/llm_repo") -> list[str]:
    """References of the images that examples/vicuna13b runs, with a second tag of those that tests update."""
    names = ["ray-head", "prometheus", "grafana", "ray-worker", "ray-llm-worker", "spcs-ray-deploy", "streamlit"]
    return [f"{repository}/{name}:{tag}" for name in names for tag in ("v1", "v2")]
