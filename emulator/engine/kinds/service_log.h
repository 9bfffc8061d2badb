// SPDX-License-Identifier: MPL-2.0
// What containers have printed: the lines of their scenario with the placeholders filled in.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "emulator/engine/context.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::engine {

class Fleet;
struct LoadedPool;

// The log of one container at `at`, lines joined by newlines. `index` is the service's place in pool.services.
std::string RenderLog(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index, int instance,
                      const std::string& container, absl::Time at);

// The logs of all containers of all instances: {"0/main": "…"}.
nlohmann::json RenderAllLogs(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index,
                             absl::Time at);

// Keeps what the containers of an ended job leave to later ones ("memory" of their scenario).
void KeepMemories(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index, absl::Time at);

}  // namespace spcs::engine
