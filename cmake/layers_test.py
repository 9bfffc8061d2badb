#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Reads every #include under provider/ and emulator/ and fails on one that the layers do not allow.

System headers sit on one search path, so link lists alone cannot stop a wrong include. Run by ctest as `layers`;
by hand: cmake/layers_test.py [ROOT]. Before the tree it judges cases of its own, so that a rule that went blind shows.
"""
import pathlib
import re
import sys

CLIENTS = {"http", "snowflake", "ray", "oci"}
THINGS = {"resources", "data_sources", "ephemeral", "functions", "actions", "lists"}

# Folder of provider/ -> the folders of provider/ that it may include besides itself.
PROVIDER = {
    "base": set(),
    "tf": {"base"},
    "plugin": {"base", "tf"},
    "http": {"base"},
    "snowflake": {"base", "http"},
    "ray": {"base", "http"},
    "oci": {"base", "http"},
    "testing": {"base", "tf", "http"} | CLIENTS,
    "tools": {"base", "tf", "plugin"} | THINGS | CLIENTS | {""},
    "": {"base", "tf", "plugin"} | THINGS | CLIENTS,  # provider.cc and main.cc
}
for thing in THINGS:
    # What resources share (names, import ids) also serves its siblings.
    PROVIDER[thing] = {"base", "tf", "resources"} | CLIENTS

# Folders of emulator/ that emulator/http serves: of it they know what a request is, and no more.
SERVED = {"registry", "rest"}
SERVED_MAY = {"emulator/http/message.h"}

RPC = re.compile(r"^(google/protobuf/|grpc|proto/|.*\.pb\.h$)")
RPC_FOLDERS = {"provider/plugin", "proto"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    """provider/tf/plan.cc -> ("provider", "tf"); provider/main.cc -> ("provider", "")."""
    parts = path.split("/")
    return parts[0], parts[1] if len(parts) > 2 else ""


def is_test(path):
    """Tests, their helpers and fuzz targets: what is never part of a product."""
    return path.startswith("provider/testing/") or re.search(r"(_test|_fuzz|_for_test)\.(h|cc)$", path) is not None


def fault(path, delimiter, target):
    """Why the file may not include the target; None when it may."""
    area, folder = folder_of(path)
    if RPC.match(target):
        return None if f"{area}/{folder}" in RPC_FOLDERS else "only provider/plugin knows protobuf and gRPC"
    if delimiter == '"' and "/" not in target and not target.startswith("httplib"):
        return "includes start at the root of the repository"
    to_area, to_folder = folder_of(target)
    if to_area == "emulator":
        if area == "emulator" and folder in SERVED and to_folder == "http" and not is_test(path):
            return None if target in SERVED_MAY else "emulator/http serves this folder, and not the other way round"
        allowed = area == "emulator" or is_test(path)
        return None if allowed else "the provider knows nothing of the emulator"
    if to_area != "provider":
        return None
    if to_folder == "testing":
        return None if is_test(path) else "provider/testing is for tests"
    if area == "emulator":
        return None if to_folder == "base" or is_test(path) else "of provider/, the emulator may include base only"
    if folder not in PROVIDER:
        return f"provider/{folder} has no place among the layers: give it one in cmake/layers_test.py"
    if to_folder == folder or to_folder in PROVIDER[folder]:
        return None
    return f"provider/{folder} may include {', '.join(sorted(PROVIDER[folder])) or 'nothing else'}"


def faults_of(path, text):
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line)
        reason = include and fault(path, include.group(1), include.group(2))
        if reason:
            faults.append(f"{path}:{number}: includes {include.group(2)}: {reason}")
    return faults


# (file, line, allowed)
CASES = [
    ("provider/base/a.cc", '#include "provider/base/b.h"', True),
    ("provider/base/a.cc", '#include "provider/tf/value.h"', False),
    ("provider/tf/a.cc", '#include "provider/base/status.h"', True),
    ("provider/tf/a.cc", '#include "provider/plugin/serve.h"', False),
    ("provider/tf/a.cc", "#include <google/protobuf/message_lite.h>", False),
    ("provider/tf/a.cc", '#include "proto/tfplugin6.pb.h"', False),
    ("provider/tf/a.h", "  #  include <grpcpp/grpcpp.h>", False),
    ("provider/tf/a.cc", "// #include <grpcpp/grpcpp.h>", True),
    ("provider/plugin/a.cc", "#include <grpcpp/grpcpp.h>", True),
    ("provider/plugin/a.cc", '#include "provider/snowflake/client.h"', False),
    ("provider/plugin/a.cc", '#include "provider/http/client.h"', False),
    ("provider/http/a.cc", '#include "provider/snowflake/client.h"', False),
    ("provider/snowflake/a.cc", '#include "provider/http/client.h"', True),
    ("provider/snowflake/a.cc", '#include "provider/tf/value.h"', False),
    ("provider/ray/a.cc", '#include "provider/snowflake/client.h"', False),
    ("provider/resources/a.cc", '#include "provider/snowflake/client.h"', True),
    ("provider/resources/a.cc", '#include "provider/plugin/serve.h"', False),
    ("provider/resources/a.cc", '#include "provider/data_sources/all.h"', False),
    ("provider/resources/a.cc", '#include "provider/testing/model_check.h"', False),
    ("provider/resources/a_test.cc", '#include "provider/testing/model_check.h"', True),
    ("provider/resources/a_test.cc", '#include "emulator/http/server.h"', True),
    ("provider/resources/a.cc", '#include "emulator/http/server.h"', False),
    ("provider/resources/a.cc", '#include "names.h"', False),
    ("provider/main.cc", '#include "provider/plugin/serve.h"', True),
    ("provider/main.cc", '#include "provider/resources/all.h"', True),
    ("provider/elsewhere/a.cc", '#include "provider/base/status.h"', False),
    ("emulator/sql/a.cc", '#include "provider/base/status.h"', True),
    ("emulator/sql/a.cc", '#include "provider/snowflake/identifier.h"', False),
    ("emulator/sql/a.cc", '#include "emulator/engine/engine.h"', True),
    ("emulator/rest/a.cc", '#include "emulator/http/message.h"', True),
    ("emulator/rest/a.cc", '#include "emulator/http/statement_desk.h"', False),
]


def main():
    blind = [f"{path}: {line}" for path, line, allowed in CASES if bool(faults_of(path, line)) == allowed]
    for case in blind:
        print(f"the checker itself misjudges {case}")
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    files = sorted(f for area in ("provider", "emulator") for f in (root / area).rglob("*") if f.suffix in (".h", ".cc"))
    faults = [line for f in files for line in faults_of(f.relative_to(root).as_posix(), f.read_text("utf-8"))]
    for line in faults:
        print(line)
    if not files:
        print(f"no source files under {root}")
    return 1 if blind or faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
