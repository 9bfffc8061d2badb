# SPDX-License-Identifier: MPL-2.0
"""Makes recorded calls with Snowflake's Python package snowflake-core and says what each answered. Run by its Python.

cases/rest.py starts it with SNOWFLAKE_HOME set and the calls (testdata/snowflake_core_calls.json says how they are
written) on standard input; it prints a JSON list with one entry a call: {"answer": …} or {"raised": name, "status": …,
"text": …}.
"""

import datetime
import importlib
import inspect
import json
import re
import sys
import time
import urllib.request
import warnings

import snowflake.connector
from snowflake.core import CreateMode, Root
from snowflake.core.exceptions import SnowflakePythonError

warnings.simplefilter("ignore")  # deprecated calls are made on purpose

_PACKAGES = (
    "compute_pool database image_repository network_rule role schema secret service stage table warehouse".split()
)


def model_classes() -> dict:
    """The classes of objects that calls take, by name."""
    found = {}
    for package in _PACKAGES:
        module = importlib.import_module(f"snowflake.core.{package}")
        found.update({name: value for name, value in vars(module).items() if inspect.isclass(value)})
    return found


MODELS = model_classes()


def value_of(written):
    """An argument: {"ComputePool": {…}} is an object of that class, {"CreateMode": "or_replace"} the mode."""
    if isinstance(written, list):
        return [value_of(item) for item in written]
    if not isinstance(written, dict):
        return written
    if len(written) == 1:
        (name, members), *_ = written.items()
        if name == "CreateMode":
            return CreateMode[members]
        if name in MODELS:
            return MODELS[name](**{member: value_of(value) for member, value in members.items()})
    return {name: value_of(value) for name, value in written.items()}


def plain(value):
    """What a call returned, as JSON."""
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    try:
        return [plain(item) for item in value]
    except TypeError:
        return f"<{type(value).__name__}>"


class Caller:
    """Connections by name, made when a call first needs them."""

    def __init__(self):
        self._roots: dict[str, Root] = {}

    def root(self, connection: str) -> Root:
        if connection not in self._roots:
            session = snowflake.connector.connect(connection_name=connection)
            with warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)  # it asks the server which clients that supports
                self._roots[connection] = Root(session)
        return self._roots[connection]

    def address(self) -> str:
        connection = self.root("emulator").connection
        return f"http://{connection.host}:{connection.port}/emulator/"

    def admin(self, method: str, path: str, body) -> None:
        request = urllib.request.Request(self.address() + path, data=json.dumps(body).encode(), method=method)
        urllib.request.urlopen(request, timeout=10).close()

    def invoke(self, call: dict):
        found = self.root(call.get("as", "emulator"))
        for name, item in re.findall(r"(\w+)(?:\[([^\]]+)\])?", call["on"]):
            found = getattr(found, name)
            found = found[item] if item else found
        for setting, value in call.get("set", {}).items():
            setattr(found, setting, value_of(value))
        arguments = {name: value_of(value) for name, value in call.get("named", {}).items()}
        answer = getattr(found, call["call"])(*[value_of(item) for item in call.get("with", [])], **arguments)
        if call["call"].endswith("_async"):
            answer = answer.result(timeout=60)
        return plain(answer)

    def entry(self, call: dict) -> dict:
        try:
            return {"answer": self.invoke(call)}
        except SnowflakePythonError as error:
            return {"raised": type(error).__name__, "status": getattr(error, "status", None), "text": str(error)}
        except (TypeError, ValueError) as error:
            return {"raised": type(error).__name__, "status": None, "text": str(error)}

    def until(self, call: dict) -> dict:
        """Repeats the call until a member of its answer has the value, for 30 seconds."""
        ((member, wanted),) = call["until"].items()
        for _ in range(300):
            entry = self.entry(call)
            answer = entry.get("answer")
            first = answer[0] if isinstance(answer, list) and answer else answer
            if isinstance(first, dict) and first.get(member) == wanted:
                return entry
            time.sleep(0.1)
        return {**entry, "raised": "never became so"}

    def step(self, call: dict) -> dict:
        if "admin" in call:
            self.admin(call["method"], call["admin"], call["body"])
            return {"answer": None}
        if "sql" in call:
            self.root(call.get("as", "emulator")).connection.cursor().execute(call["sql"])
            return {"answer": None}
        return self.until(call) if "until" in call else self.entry(call)


def main() -> None:
    caller = Caller()
    print(json.dumps([caller.step(call) for call in json.load(sys.stdin)]))


main()
