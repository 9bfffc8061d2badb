// SPDX-License-Identifier: MPL-2.0
// Scenario files: what the containers of an image do in the simulated runtime. One JSON file per image, named as the
// image's last path part ("ray-head.json") or with its tag ("ray-head:2.9.json", which wins), read from the folder of
// --scenarios when the emulator starts. The format is described in emulator/scenarios/README.md.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/runtime/behaviour.h"
#include "emulator/runtime/placeholder.h"
#include "nlohmann/json.hpp"

namespace spcs::runtime {

// Immutable after loading, so threads may share it.
class Scenarios {
 public:
  // No files: every container starts within seconds and stays up.
  Scenarios() = default;

  // Reads all *.json of the folder. InvalidArgument with the file and the member at fault when one is not understood.
  // An empty path means no files.
  static absl::StatusOr<Scenarios> Load(const std::string& folder);

  // Adds or replaces one scenario under its file name without ".json".
  absl::Status Add(const std::string& name, const nlohmann::json& scenario);

  // What a container with these facts does. The lines of the log still hold their placeholders.
  Behaviour For(const ContainerFacts& facts) const;

  // From here on containers of these images run as processes, and those of all others cannot be pulled.
  void RunAsProcesses(std::set<std::string, std::less<>> images) { processes_ = std::move(images); }

  // For how long nodes of the family cannot be had after each request (file "capacity.json"); zero: no shortage.
  absl::Duration ShortageOf(const std::string& instance_family) const;

 private:
  std::map<std::string, nlohmann::json> scenarios_;
  std::map<std::string, absl::Duration> shortages_;
  std::optional<std::set<std::string, std::less<>>> processes_;  // nullopt: everything is simulated
};

}  // namespace spcs::runtime
