// SPDX-License-Identifier: MPL-2.0
// Compute pools: CREATE, ALTER, DROP, SHOW, DESCRIBE, the list of instance families, and outside changes.
#pragma once

#include <memory>

#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"

namespace spcs::engine {

std::unique_ptr<KindHandler> MakeComputePoolHandler(std::shared_ptr<const Fleet> fleet);

// SHOW COMPUTE POOL INSTANCE FAMILIES.
void RegisterInstanceFamilies(Registry& registry);

// Pools, services, jobs and repositories cannot have quoted or special names, nor the database and schema of one.
absl::Status CheckPlainName(absl::string_view what, const FullName& name);

// An optional time as a cell.
Cell TimeOrNull(const std::optional<absl::Time>& time);

}  // namespace spcs::engine
