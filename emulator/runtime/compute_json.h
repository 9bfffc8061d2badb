// SPDX-License-Identifier: MPL-2.0
// The parts of a pool and of its workloads that have to survive a restart, as JSON for the store. Plans are not among
// them: they follow from the stored specification and the scenario files.
#pragma once

#include "emulator/runtime/compute.h"
#include "nlohmann/json.hpp"

namespace spcs::runtime {

// The member "sim" of a pool's record: nodes and times. Settings (min_nodes, family, …) are columns, not in it.
nlohmann::json PoolToJson(const Pool& pool);
void PoolFromJson(const nlohmann::json& json, Pool& pool);

// The member "sim" of a service's or job's record: instances and times.
nlohmann::json WorkloadToJson(const Workload& workload);
void WorkloadFromJson(const nlohmann::json& json, Workload& workload);

// Times are stored as microseconds since the epoch.
nlohmann::json TimeToJson(absl::Time time);
absl::Time TimeFromJson(const nlohmann::json& json);

}  // namespace spcs::runtime
