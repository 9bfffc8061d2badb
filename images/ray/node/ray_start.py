# SPDX-License-Identifier: MPL-2.0
"""The command line of `ray start`. What the service's specification gives in `args` goes over the defaults here, and the
variables of the environment over both, because a local process has other paths and other resources than its container."""

import contextlib
import fcntl
import http.client
import os
import shutil
import socket
import struct
import sys
import urllib.request
from collections.abc import Mapping

# Between services only declared ports are open, so none may be left to chance. The module declares the same ones.
PORTS = {
    "node-manager-port": "6380",
    "object-manager-port": "6381",
    "runtime-env-agent-port": "6382",
    "metrics-export-port": "6383",
    "dashboard-agent-grpc-port": "6384",
    "dashboard-agent-listen-port": "52365",
    "min-worker-port": "10100",
    "max-worker-port": "10299",
}
HEAD_PORTS = {"port": "6379", "ray-client-server-port": "10001", "dashboard-host": "0.0.0.0", "dashboard-port": "8265"}

# Environment variable -> option.
_OVERRIDES = {
    "RAY_TEMP_DIR": "temp-dir",
    "RAY_NUM_CPUS": "num-cpus",
    "RAY_NUM_GPUS": "num-gpus",
    "RAY_OBJECT_STORE_MEMORY": "object-store-memory",
    "RAY_NODE_IP": "node-ip-address",
    "RAY_DASHBOARD_HOST": "dashboard-host",
}
_SIOCGIFADDR = 0x8915  # Linux: the address of an interface
_SOCKET_PATH = 107  # bytes that the path of a UNIX socket may have
_BELOW_TEMP_DIR = 65  # what Ray puts below its folder: session_<time>_<pid>/sockets/plasma_store


class StartError(Exception):
    """Why Ray cannot be started; the entrypoint prints it and ends with 2."""


def parse(arguments: list[str]) -> dict[str, str | None]:
    """Options by name, from `--name=value` and `--flag`."""
    options: dict[str, str | None] = {}
    for argument in arguments:
        if not argument.startswith("--") or len(argument) == 2:
            raise StartError(f"{argument!r} is no option of `ray start`; write --name=value")
        name, separator, value = argument[2:].partition("=")
        options[name] = value if separator else None
    return options


def options(arguments: list[str], environment: Mapping[str, str], head: bool) -> dict[str, str | None]:
    """All options of this node; `--head` and `--address` are the callers'."""
    found: dict[str, str | None] = dict(PORTS) | (HEAD_PORTS if head else {}) | {"temp-dir": "/tmp/ray"}
    found |= parse(arguments)
    for variable, option in _OVERRIDES.items():
        if environment.get(variable) and (head or option != "dashboard-host"):
            found[option] = environment[variable]
    if len(str(found["temp-dir"])) + _BELOW_TEMP_DIR > _SOCKET_PATH:
        raise StartError(
            f"Ray's folder {found['temp-dir']} has too long a name: sockets below it may have {_SOCKET_PATH} bytes "
            f"together with it, so it can have {_SOCKET_PATH - _BELOW_TEMP_DIR}"
        )
    return found | {"log-style": "record", "log-color": "false", "disable-usage-stats": None, "block": None}


def command(chosen: Mapping[str, str | None]) -> list[str]:
    """`ray` of the Python that runs us, or the one on PATH."""
    beside = os.path.join(os.path.dirname(sys.executable), "ray")
    program = beside if os.access(beside, os.X_OK) else shutil.which("ray")
    if program is None:
        raise StartError("the program `ray` is neither beside the Python that runs this nor on PATH")
    return [program, "start", *(f"--{name}" if value is None else f"--{name}={value}" for name, value in chosen.items())]


def environment_for_ray(environment: Mapping[str, str], chosen: Mapping[str, str | None], head: bool) -> dict[str, str]:
    """Ray's processes import the application from where we were imported."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    paths = [here, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    # On SIGTERM a worker hands its replicas over first. With the head everything ends; there is nothing to hand over to.
    # Ray gives a node 30 s to appear, which a busy machine does not always keep.
    defaults = {"RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0" if head else "10", "RAY_raylet_start_wait_time_s": "120"}
    return defaults | dict(environment) | {
        "RAY_TMPDIR": str(chosen["temp-dir"]),
        "RAY_USAGE_STATS_ENABLED": "0",
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONUNBUFFERED": "1",
    }


def address_towards(host: str, port: int) -> str | None:
    """This node's address as `host` sees it; None when there is no route to it. Nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((host, port))
            address = probe.getsockname()[0]
    except OSError:
        return None
    return None if address.startswith("127.") else address


def node_is_up(agent_port: str) -> bool:
    """Whether Ray's node on this machine works, as its agent tells."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{agent_port}/api/local_raylet_healthz", timeout=2) as answer:
            return b"success" in answer.read()
    except (OSError, http.client.HTTPException):
        return False


def own_address() -> str | None:
    """This node's address when there is nobody to look at it from: by the default route, else the first interface's."""
    routed = address_towards("192.0.2.1", 9)  # an address of documentation: any that is far away
    if routed:
        return routed
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            with contextlib.suppress(OSError):  # an interface without an address
                address = socket.inet_ntoa(fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)[20:24])
                if not address.startswith("127."):
                    return address
    return None
