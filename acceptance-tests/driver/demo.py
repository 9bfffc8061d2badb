# SPDX-License-Identifier: MPL-2.0
"""What script/demo shows once everything is built.

usage: script/demo [--simulated] [--keep]

  (nothing)    examples/tiny with processes for containers: a real Ray cluster, under the first client that is there
  --simulated  examples/vicuna13b with simulated containers, under OpenTofu and under Terraform
  --keep       leave the applied example of the first client up, and print how to use and end it
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from driver import demo_stack, places, processes
from driver.client import NAMES, Client, ClientError, Workspace
from driver.emulator import AdminError, Emulator
from driver.model_stream import ModelError
from driver.showing import heading, leftovers, say, show, show_how_to_use, show_planned, show_urls

_SPEED = 50
_EXAMPLE = "vicuna13b"
_TOKEN = "hf_demo"


def apply_simulated(client: Client, folder: Path, keep: bool) -> tuple[Emulator, Workspace]:
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
    show_urls(workspace)
    heading(f"{client.title}: plan again: nothing to do")
    show(workspace, "plan", "-detailed-exitcode")
    return emulator, workspace


def run_simulated(client: Client, folder: Path, keep: bool) -> None:
    emulator, workspace = apply_simulated(client, folder, keep)
    if keep:
        processes.finished(emulator.process)
        show_how_to_use(emulator, workspace, folder.parent)
        return
    heading(f"{client.title}: destroy")
    show_planned(workspace, "-destroy")
    left = leftovers(emulator)
    emulator.stop()
    if left:
        raise ClientError("destroy left behind: " + ", ".join(left))
    say("The account is empty again.")


def run_halves(simulated: bool, keep: bool, folder: Path) -> int:
    """How many clients it was shown with. The real stack and what stays up are shown with the first that is there."""
    shown = 0
    for name in NAMES:
        if shown and (keep or not simulated):
            break
        if places.client_program(name) is None:
            say(f"SKIPPED: the half with {NAMES[name]}, which is not on PATH")
        else:
            half = folder / name
            run = run_simulated if simulated else demo_stack.run
            run(Client(name, half / "client"), half, keep)
            shown += 1
    return shown


def main(arguments: list[str]) -> int:
    if not set(arguments) <= {"--simulated", "--keep"}:
        print(__doc__, file=sys.stderr)
        return 2
    keep = "--keep" in arguments
    processes.end_on_signals()
    folder = Path(tempfile.mkdtemp(prefix="spcs-demo-"))
    code = 1
    try:
        code = 0 if run_halves("--simulated" in arguments, keep, folder) else 1
    except KeyboardInterrupt:
        say("\ninterrupted: stopping what was started")
        code = 130
    except (places.Missing, ClientError, AdminError, ModelError) as error:
        say(f"demo: {error}")
    finally:
        if code != 0 or not keep:
            processes.stop_all()
            if not os.environ.get("SPCS_KEEP"):
                shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
