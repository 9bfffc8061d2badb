// SPDX-License-Identifier: MPL-2.0
// Services: CREATE, ALTER, DROP, SHOW, DESCRIBE and outside changes. Jobs share the kind; job.h starts them.
#pragma once

#include <memory>

#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"
#include "emulator/engine/kinds/service_spec.h"

namespace spcs::engine {

std::unique_ptr<KindHandler> MakeServiceHandler(std::shared_ptr<const Fleet> fleet);

// Writes the specification's members of the record: spec_text, spec_digest, versions, updated_on. A specification that
// means the same as the current one changes nothing.
void SetSpec(const PreparedSpec& prepared, absl::Time now, Object& service);

// GRANT and REVOKE SERVICE ROLE, SHOW GRANTS OF SERVICE ROLE.
void RegisterServiceRoles(Registry& registry);

// SYSTEM$GET_SERVICE_LOGS, SYSTEM$GET_SERVICE_STATUS, SYSTEM$GET_SERVICE_DNS_DOMAIN, SYSTEM$CANCEL_JOB.
void RegisterServiceFunctions(Registry& registry, std::shared_ptr<const Fleet> fleet);

// The outside changes of a service or job (POST /emulator/objects:mutate); service_mutate.cc lists them.
absl::Status MutateService(ExecutionContext& context, const Fleet& fleet, const Object& service,
                           const nlohmann::json& request);

}  // namespace spcs::engine
