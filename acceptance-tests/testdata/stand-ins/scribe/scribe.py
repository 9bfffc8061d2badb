# SPDX-License-Identifier: MPL-2.0
"""A job that says what it finds on a mounted stage, then writes a file whole, appends to it, or takes its time."""
import os
import sys
import time
from pathlib import Path

notes = Path(os.environ["STAGE"]) / "notes"
print("found", notes.read_text().strip() if notes.exists() else "nothing", flush=True)
match sys.argv[1]:
    case "write":
        notes.write_text("first\n")
    case "append":
        with notes.open("a") as file:
            file.write("second\n")
    case "wait":
        time.sleep(600)
