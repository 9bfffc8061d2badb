# SPDX-License-Identifier: MPL-2.0
"""python -m node.worker [options of `ray start`]: waits for the head at RAY_HEAD_ADDRESS, then runs `ray start`.

A worker whose head is gone for a minute ends by itself, and the platform starts its container again: then this waits.
"""

import http.client
import json
import os
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path

from node import ray_start, slow_start
from node.supervise import Program, Supervisor, fail, say

_TELL_SECONDS = 30
_NODE_SECONDS = 120


def head_address(environment) -> tuple[str, int]:
    address = environment.get("RAY_HEAD_ADDRESS", "")
    host, separator, port = address.rpartition(":")
    if not separator or not host or not port.isdigit():
        raise ray_start.StartError(
            f"RAY_HEAD_ADDRESS is {address!r}; it must be the head's host and port, such as ray-head:6379"
        )
    return host, int(port)


def await_head(host: str, port: int, patience: float) -> str:
    """The head's address once it takes connections. StartError after `patience` seconds: a restart may find another."""
    deadline, told = time.monotonic() + patience, -_TELL_SECONDS
    while True:
        try:
            with socket.create_connection((host, port), timeout=5) as connection:
                return connection.getpeername()[0]
        except OSError as error:
            now = time.monotonic()
            if now > deadline:
                raise ray_start.StartError(f"the head at {host}:{port} did not answer in {patience:g} s: {error}") from None
            if now - told >= _TELL_SECONDS:
                say(f"waiting for the head at {host}:{port}: {error}")
                told = now
            time.sleep(0.5)


def await_head_node(dashboard: str, patience: float) -> None:
    """Until the head's own node is there: before that `ray start` gives up, and on a small machine the workers would
    take from the head what it needs to start. Without an answer of its dashboard we try all the same."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{dashboard}/api/v0/nodes?limit=1000", timeout=20) as answer:
                nodes = json.load(answer)["data"]["result"]["result"]
            if any(node.get("is_head_node") and node.get("state") == "ALIVE" for node in nodes):
                return
        except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
            pass
        time.sleep(1)
    say("the head's dashboard does not tell of its node; joining all the same")


def main(arguments: list[str]) -> int:
    # Until Ray runs, a signal simply ends us; as process 1 it would be ignored.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        host, port = head_address(os.environ)
        say(f"joining {host}:{port}")
        chosen = ray_start.options(arguments, os.environ, head=False)
        address = await_head(host, port, float(os.environ.get("RAY_HEAD_PATIENCE_SECONDS", "3600")))
        await_head_node(os.environ.get("RAY_HEAD_DASHBOARD") or f"{host}:8265", _NODE_SECONDS)
        own = ray_start.address_towards(address, port)
        if own:
            chosen.setdefault("node-ip-address", own)
        # By number: Ray compares addresses with those that nodes announce.
        chosen["address"] = f"{address}:{port}"
        command = ray_start.command(chosen)
    except (ray_start.StartError, ValueError) as error:
        return fail(f"worker: {error}")
    os.makedirs(str(chosen["temp-dir"]), exist_ok=True)
    slow_start.watch(Path(str(chosen["temp-dir"])), chosen)
    ray = Program("ray", command, ray_start.environment_for_ray(os.environ, chosen, head=False))
    agent = str(chosen["dashboard-agent-listen-port"])
    return Supervisor(ray, [], is_up=lambda: ray_start.node_is_up(agent)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
