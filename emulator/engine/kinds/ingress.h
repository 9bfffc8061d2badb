// SPDX-License-Identifier: MPL-2.0
// Finds the service and endpoint of an ingress host (../ingress.h) among the pools that the fleet knows.
#pragma once

#include <memory>

#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"

namespace spcs::engine {

void RegisterIngress(Registry& registry, std::shared_ptr<const Fleet> fleet);

}  // namespace spcs::engine
