// SPDX-License-Identifier: MPL-2.0
// EXECUTE JOB SERVICE. A job is an object of kind SERVICE that runs once; service.h has the rest of its life.
#pragma once

#include <memory>

#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"

namespace spcs::engine {

void RegisterJobs(Registry& registry, std::shared_ptr<const Fleet> fleet);

}  // namespace spcs::engine
