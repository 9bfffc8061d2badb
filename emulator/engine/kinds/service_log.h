// SPDX-License-Identifier: MPL-2.0
// What containers have printed: the lines of their scenario with the placeholders filled in.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/engine/context.h"
#include "emulator/runtime/printed_line.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::engine {

class Fleet;
struct LoadedPool;

struct LogPlace {
  int instance = 0;
  std::string container;
  bool previous = false;  // of the process before the current one
};

// The log of one container at `at`. `index` is the service's place in pool.services. FailedPrecondition when the
// process before is asked for and there was none.
absl::StatusOr<std::vector<runtime::PrintedLine>> ReadLog(ExecutionContext& context, const Fleet& fleet,
                                                          const LoadedPool& pool, size_t index, const LogPlace& place,
                                                          absl::Time at);

// The logs of all containers of all instances, to be kept with a job that has ended: {"0/main": [[nanoseconds, text]]}.
nlohmann::json RenderAllLogs(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index,
                             absl::Time at);

// One container's lines in what RenderAllLogs gave.
std::vector<runtime::PrintedLine> KeptLog(const nlohmann::json& logs, const LogPlace& place);

// Keeps what the containers of an ended job leave to later ones ("memory" of their scenario).
void KeepMemories(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index, absl::Time at);

}  // namespace spcs::engine
