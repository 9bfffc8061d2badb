// SPDX-License-Identifier: MPL-2.0
// Compute pools, services, jobs, images and their functions: registered here, one call from kinds/all.cc.
#pragma once

#include "absl/status/status.h"
#include "emulator/engine/kind_handler.h"

namespace spcs::engine {

// Fails when the images file or a scenario file is bad.
absl::Status RegisterServiceKinds(Registry& registry, const EngineOptions& options);

}  // namespace spcs::engine
