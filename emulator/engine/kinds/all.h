// SPDX-License-Identifier: MPL-2.0
// The list of everything the engine can do. Called once by Engine::Open.
#pragma once

#include "absl/status/status.h"
#include "emulator/engine/kind_handler.h"

namespace spcs::engine {

// Fails when an option that a handler needs (images, scenarios) is bad.
absl::Status RegisterAll(Registry& registry, const EngineOptions& options);

}  // namespace spcs::engine
