// SPDX-License-Identifier: MPL-2.0
// The rows of SHOW SERVICES, DESCRIBE SERVICE and SHOW … IN SERVICE.
#pragma once

#include <memory>

#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"

namespace spcs::engine {

// Serves SHOW SERVICES (also EXCLUDE JOBS) and SHOW JOB SERVICES.
absl::StatusOr<ResultSet> ShowServices(ExecutionContext& context, const Fleet& fleet, const sql::Statement& statement);

// One row; `spec` is NULL for roles that do not own the service.
ResultSet DescribeService(ExecutionContext& context, const Fleet& fleet, const Object& service);

// The columns of SHOW SERVICES, in "instances" what runs, in "endpoints" the rows of SHOW ENDPOINTS: for the admin API.
nlohmann::json ServiceView(ExecutionContext& context, const Fleet& fleet, const Object& service);

// SHOW SERVICE INSTANCES, SHOW SERVICE CONTAINERS, SHOW ENDPOINTS, SHOW ROLES IN SERVICE.
void RegisterServiceShows(Registry& registry, std::shared_ptr<const Fleet> fleet);

// What a public endpoint shows until it has its URL.
inline constexpr char kEndpointPlaceholder[] = "Endpoints provisioning in progress... check back in a few minutes";

}  // namespace spcs::engine
