# SPDX-License-Identifier: MPL-2.0
"""A small job: says what it works on, and what it hears from another service when it is to ask one."""
import os
import sys
import urllib.request

print("working on", os.environ.get("WHAT", "nothing"), flush=True)
if url := os.environ.get("URL"):
    with urllib.request.urlopen(url, timeout=20) as answer:
        print("heard", answer.read().decode(), flush=True)
sys.exit(int(os.environ.get("CODE", "0")))
