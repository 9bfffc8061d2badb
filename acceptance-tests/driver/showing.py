# SPDX-License-Identifier: MPL-2.0
"""What both demos say and do on the terminal: headings, a client's commands, what is left of the account."""

import sys

from driver.client import ClientError, Workspace
from driver.emulator import Emulator


def say(text: str = "") -> None:
    print(text, flush=True)


def heading(text: str) -> None:
    say(f"\n=== {text}")


def show(workspace: Workspace, *arguments: str, codes=(0,)) -> None:
    """Runs a command with its output on the terminal."""
    colour = [] if sys.stdout.isatty() else ["-no-color"]
    command = [arguments[0], *colour, *arguments[1:]]
    say(f"$ {workspace.client.name} {' '.join(command)}")
    result = workspace.run(*command, visible=True, timeout=1200)
    if result.code not in codes:
        raise ClientError(f"{workspace.client.name} {arguments[0]} ended with {result.code}")


def show_planned(workspace: Workspace, *arguments: str) -> None:
    """Plans without a word, then carries the plan out on the terminal: its progress, not its hundreds of lines."""
    say(f"$ {workspace.client.name} plan {' '.join(['-out=demo.plan', *arguments])}")
    planned = workspace.checked("plan", "-no-color", "-out=demo.plan", *arguments)
    say(next((line for line in planned.out.splitlines() if line.startswith("Plan:")), ""))
    show(workspace, "apply", "demo.plan")


def show_urls(workspace: Workspace) -> None:
    for name, url in sorted(workspace.outputs()["urls"].items()):
        say(f"  {name:14} {url}")


def leftovers(emulator: Emulator) -> list[str]:
    """What a destroy should have taken away."""
    kinds = ("COMPUTE POOL", "SERVICE", "STAGE", "IMAGE REPOSITORY", "SECRET", "TABLE", "NETWORK RULE")
    found = [f"{kind} {name}" for kind in kinds for name in emulator.names(kind)]
    return found + [f"DATABASE {name}" for name in emulator.names("DATABASE") if name not in ("SNOWFLAKE",)]


def show_how_to_use(emulator: Emulator, workspace: Workspace, folder) -> None:
    heading("It stays up. To use it:")
    say(f"  cd {workspace.folder}")
    for name in ("SNOWFLAKE_HOME", "TF_CLI_CONFIG_FILE", "TF_VAR_hf_token"):
        if name in workspace.environment:
            say(f"  export {name}={workspace.environment[name]}")
    say(f"  {workspace.client.program} plan")
    say(f"  curl http://127.0.0.1:{emulator.port}/emulator/objects")
    say("To end it:")
    say(f"  kill {emulator.process.pid} && rm -r {folder}")
