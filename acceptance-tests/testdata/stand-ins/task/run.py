# SPDX-License-Identifier: MPL-2.0
"""A small job: says what it works on, what files it finds, and what it hears from another service when it is to ask one."""
import os
import sys
import urllib.request
from pathlib import Path

print("working on", os.environ.get("WHAT", "nothing"), flush=True)
for folder in filter(None, os.environ.get("FOLDERS", "").split(":")):
    print("in", folder, [f"{path.name}={path.read_text()}" for path in sorted(Path(folder).glob("*"))], flush=True)
if url := os.environ.get("URL"):
    with urllib.request.urlopen(url, timeout=20) as answer:
        print("heard", answer.read().decode(), flush=True)
sys.exit(int(os.environ.get("CODE", "0")))
