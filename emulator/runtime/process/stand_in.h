// SPDX-License-Identifier: MPL-2.0
// What the `process` runtime runs instead of an image: FOLDER/IMAGE/stand-in.json for each image name, read from the
// folder of --stand-ins when the emulator starts. images/README.md describes the format for who writes one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::runtime::process {

struct StandIn {
  std::string image;
  std::vector<std::string> command;          // before the `args` of the specification
  std::map<std::string, std::string> env;    // goes over that of the specification
  std::map<std::string, std::string> paths;  // path in the container -> variable that names it
  std::string venv;                          // folder in the cache folder; "" without one
  absl::Duration stop = absl::Seconds(30);   // from SIGTERM to SIGKILL
};

// By image name, the last part of its path without the tag.
using StandIns = std::map<std::string, StandIn, std::less<>>;

// Reads every FOLDER/*/stand-in.json. InvalidArgument with the file and what is wrong in it; NotFound without the
// folder.
absl::StatusOr<StandIns> LoadStandIns(const std::string& folder);

// Where every container finds these folders of the machine, read-only, and one of its own.
inline constexpr char kStandInsMount[] = "/opt/stand-ins";
inline constexpr char kProgramsMount[] = "/opt/programs";
inline constexpr char kPrivateMount[] = "/opt/private";
inline constexpr char kPath[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// What the placeholders of `command` and `env` stand for in one container.
struct Placeholders {
  std::string cache;  // the cache folder of script/bootstrap
  std::string address;
  int64_t gpus = 0;
};
std::string Expand(const StandIn& stand_in, const std::string& text, const Placeholders& placeholders);

}  // namespace spcs::runtime::process
