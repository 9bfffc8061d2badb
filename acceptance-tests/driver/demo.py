# SPDX-License-Identifier: MPL-2.0
"""What script/demo shows once everything is built: the example's life in an emulated account, once per client.

usage: script/demo [--simulated] [--keep]

  --simulated  containers are simulated; so far they always are
  --keep       leave the applied example of the first client up, and print how to use and end it
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from driver import places, processes
from driver.client import NAMES, Client, ClientError, Workspace
from driver.emulator import Emulator

_SPEED = 50
_EXAMPLE = "vicuna13b"
_TOKEN = "hf_demo"


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


def leftovers(emulator: Emulator) -> list[str]:
    """What a destroy should have taken away."""
    kinds = ("COMPUTE POOL", "SERVICE", "STAGE", "IMAGE REPOSITORY", "SECRET", "TABLE", "NETWORK RULE")
    found = [f"{kind} {name}" for kind in kinds for name in emulator.names(kind)]
    return found + [f"DATABASE {name}" for name in emulator.names("DATABASE") if name not in ("SNOWFLAKE",)]


def apply_example(client: Client, folder: Path, keep: bool) -> tuple[Emulator, Workspace]:
    heading(f"{client.title}: a new account")
    emulator = Emulator(folder / "account", images=places.example_images(), speed=_SPEED, outlive=keep)
    say(f"spcs-emulator listens on 127.0.0.1:{emulator.port}, {_SPEED} times faster than life")
    for statement in places.guide_statements():
        say(f"  {statement};")
    emulator.grant()

    heading(f"{client.title}: apply examples/{_EXAMPLE}")
    environment = emulator.environment() | {"TF_VAR_hf_token": _TOKEN}
    workspace = Workspace.of_example(client, folder / "work", _EXAMPLE, environment)
    show(workspace, "init")
    show_planned(workspace)
    heading(f"{client.title}: the URLs")
    for name, url in sorted(workspace.outputs()["urls"].items()):
        say(f"  {name:14} {url}")
    heading(f"{client.title}: plan again: nothing to do")
    show(workspace, "plan", "-detailed-exitcode")
    return emulator, workspace


def run_half(client: Client, folder: Path) -> None:
    emulator, workspace = apply_example(client, folder, keep=False)
    heading(f"{client.title}: destroy")
    show_planned(workspace, "-destroy")
    left = leftovers(emulator)
    emulator.stop()
    if left:
        raise ClientError("destroy left behind: " + ", ".join(left))
    say("The account is empty again.")


def keep_up(client: Client, folder: Path) -> None:
    emulator, workspace = apply_example(client, folder, keep=True)
    processes.finished(emulator.process)
    heading("It stays up. To use it:")
    say(f"  cd {workspace.folder}")
    for name in ("SNOWFLAKE_HOME", "TF_CLI_CONFIG_FILE", "TF_VAR_hf_token"):
        say(f"  export {name}={workspace.environment[name]}")
    say(f"  {client.program} plan")
    say(f"  curl http://127.0.0.1:{emulator.port}/emulator/objects")
    say("To end it:")
    say(f"  kill {emulator.process.pid} && rm -r {folder.parent}")


def main(arguments: list[str]) -> int:
    if not set(arguments) <= {"--simulated", "--keep"}:
        print(__doc__, file=sys.stderr)
        return 2
    keep = "--keep" in arguments
    processes.end_on_signals()
    folder = Path(tempfile.mkdtemp(prefix="spcs-demo-"))
    shown, code = 0, 1
    try:
        for name in NAMES:
            if places.client_program(name) is None:
                say(f"SKIPPED: the half with {NAMES[name]}, which is not on PATH")
                continue
            if keep and shown:
                say(f"SKIPPED: the half with {NAMES[name]}; --keep leaves one half up")
                continue
            half = folder / name
            (keep_up if keep else run_half)(Client(name, half / "client"), half)
            shown += 1
        code = 0 if shown else 1
    except KeyboardInterrupt:
        say("\ninterrupted: stopping what was started")
        code = 130
    except (places.Missing, ClientError) as error:
        say(f"demo: {error}")
    finally:
        if code != 0 or not keep:
            processes.stop_all()
            if not os.environ.get("SPCS_KEEP"):
                shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
