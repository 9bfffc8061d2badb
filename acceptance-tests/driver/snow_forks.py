# SPDX-License-Identifier: MPL-2.0
"""Runs the vendor's CLI, unmodified, once for each line on standard input: a JSON object {argv, out, err}.

Loading it takes seconds of processor time, so it is loaded once and each command runs in a fork of this process, with
its outputs in the files `out` and `err`. Answers {"code": n} on a line. Started by driver/snow.py with the CLI's Python.
"""

import importlib
import json
import os
import sys


def run(main, command: dict) -> int:
    """In the child: what the program `snow` does with these arguments; returns its exit code."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(command[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = os.fdopen(0, "r")
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    sys.argv = ["snow", *command["argv"]]
    try:
        code = main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else (0 if code is None else 1)


def serve() -> None:
    import snowflake.cli._app.__main__ as program

    for part in ("connection", "object", "spcs", "sql"):  # what the commands would load one by one
        importlib.import_module(f"snowflake.cli._plugins.{part}.plugin_spec")

    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        command = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = run(program.main, command)
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), file=answers, flush=True)


serve()
