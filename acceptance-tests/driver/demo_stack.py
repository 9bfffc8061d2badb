# SPDX-License-Identifier: MPL-2.0
"""The demo of the real stack: examples/tiny in an account whose containers are processes of this machine."""

import socket
import time
from pathlib import Path

from driver import model_stream, places, processes
from driver.client import Client, ClientError, Workspace
from driver.emulator import AdminError, Emulator
from driver.memory import Watch
from driver.progress import Progress
from driver.showing import heading, leftovers, say, show, show_how_to_use, show_planned, show_urls

_SPEED = 50  # of what is still simulated: nodes that start
_EXAMPLE = "tiny"
_PROMPT = "Why do clusters have a head and workers? Say it in a few words."
_LONG_WORDS = 16_000


def start_account(folder: Path, keep: bool) -> Emulator:
    try:
        return Emulator(
            folder / "account",
            speed=_SPEED,
            outlive=keep,
            options=("--runtime=process", f"--stand-ins={places.ROOT / 'images'}"),
        )
    except AdminError as error:
        if "--runtime=process cannot run here" not in str(error):
            raise
        reason = str(error).split("--runtime=process cannot run here: ", 1)[1].split(" Use --runtime", 1)[0]
        raise places.Missing(
            f"containers cannot run as processes on this machine: {reason}\n"
            "  That takes Linux with user namespaces (in a container: its engine has to allow them), `ip` and `iptables`.\n"
            "  Without them, `script/demo --simulated` shows the same with containers that are played."
        ) from None


def ask_model(emulator: Emulator, workspace: Workspace) -> None:
    """One answer as it comes, and one to a prompt as long as a chapter."""
    url = workspace.outputs()["model_url"]
    if not url:
        raise ClientError("the example has no output model_url: the service has no public endpoint rayserveapi")
    token = emulator.token(type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO")
    say(f"  POST {url}\n  prompt: {_PROMPT}")
    print("  answer: ", end="", flush=True)
    began, first, pieces = time.monotonic(), None, 0
    for line in model_stream.stream(url, token, {"prompt": _PROMPT, "stream": True, "max_tokens": 48}):
        first = first or time.monotonic() - began
        pieces += 1
        print(line.get("text", ""), end="", flush=True)
    say(f"\n  {pieces} pieces, the first after {first or 0:.2f} s")
    began = time.monotonic()
    body = {"prompt": "word " * _LONG_WORDS, "stream": True, "max_tokens": 16}
    last = list(model_stream.stream(url, token, body))[-1]
    if last.get("finish_reason") != "length":
        raise ClientError(f"a prompt of {_LONG_WORDS} words was not answered: {last}")
    say(f"  a prompt of {_LONG_WORDS} words: answered in {time.monotonic() - began:.1f} s")


def check_nothing_is_left(emulator: Emulator, watch: Watch, port: int) -> None:
    """Of the account after a destroy, and of the machine after the emulator's end."""
    left = leftovers(emulator)
    run = emulator.home / "run"
    left += [f"folder {path}" for kind in ("instances", "stages", "blocks") for path in (run / kind).glob("*")]
    emulator.stop()
    watch.stop()
    deadline = time.monotonic() + 10
    while (found := watch.left()) and time.monotonic() < deadline:
        time.sleep(0.2)
    left += found
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            left.append(f"port {port}")
    if left:
        raise ClientError("destroy left behind: " + ", ".join(left))
    say("Nothing is left: no object, process, port, network namespace or folder.")


def apply(client: Client, folder: Path, emulator: Emulator) -> Workspace:
    heading(f"{client.title}: apply examples/{_EXAMPLE}: a Ray cluster of a head and two workers, a model, a chat page")
    workspace = Workspace.of_example(client, folder / "work", _EXAMPLE, emulator.environment())
    show(workspace, "init")
    with Progress(emulator, say):
        show_planned(workspace)
    heading(f"{client.title}: the URLs; a browser is asked who it is, and a click answers")
    show_urls(workspace)
    heading(f"{client.title}: the model answers")
    ask_model(emulator, workspace)
    heading(f"{client.title}: plan again: nothing to do")
    show(workspace, "plan", "-detailed-exitcode")
    return workspace


def run(client: Client, folder: Path, keep: bool) -> None:
    began = time.monotonic()
    heading(f"{client.title}: a new account")
    emulator = start_account(folder, keep)
    say(f"spcs-emulator listens on 127.0.0.1:{emulator.port}; its containers are processes of this machine")
    emulator.grant()
    watch = Watch(emulator.process.pid)
    workspace = apply(client, folder, emulator)
    if keep:
        watch.stop()
        processes.finished(emulator.process)
        show_how_to_use(emulator, workspace, folder.parent)
    else:
        heading(f"{client.title}: destroy")
        with Progress(emulator, say):
            show_planned(workspace, "-destroy")
        check_nothing_is_left(emulator, watch, emulator.port)
    say(f"It took {time.monotonic() - began:.0f} s, and at most {watch.peak_bytes / 2**30:.2f} GiB of memory in all.")
