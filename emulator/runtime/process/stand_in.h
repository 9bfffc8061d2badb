// SPDX-License-Identifier: MPL-2.0
// What the `process` runtime runs instead of an image: DIR/<image>/stand-in.json for each image name, read from the
// folder of --stand-ins when the emulator starts. A stand-in says how the image's own entrypoint is started as a local
// process:
//
//   {"command": ["{folder}/entrypoint.sh"], "args": ["--port=8000"],
//    "env": {"VIRTUAL_ENV": "{cache}/venv"}, "working_dir": "{folder}"}
//
// A specification's `command` replaces "command" and drops "args"; its `args` replace "args": as with images.
// {folder} is the stand-in's folder as containers see it, below kStandInsMount; {cache} the cache folder of
// script/bootstrap.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::runtime::process {

// Where every container finds the folder of stand-ins, read-only.
inline constexpr char kStandInsMount[] = "/opt/stand-ins";

struct StandIn {
  std::vector<std::string> command, args;
  std::map<std::string, std::string> env;
  std::string working_dir = "/";
};

// By image name, the last part of its path without the tag.
using StandIns = std::map<std::string, StandIn, std::less<>>;

// Reads every DIR/*/stand-in.json. InvalidArgument with the file and what is wrong in it; NotFound without the folder.
absl::StatusOr<StandIns> LoadStandIns(const std::string& folder, const std::string& cache);

}  // namespace spcs::runtime::process
