// SPDX-License-Identifier: MPL-2.0
// What an import of spcs_ray_serve_model finds out before its one read-only status job: on which pool it runs and with
// which deployer, since neither is known to an import.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "provider/resources/account.h"
#include "provider/resources/ray_serve_model_model.h"

namespace spcs::resources {

// A model with its names, its transport, and `image` or `endpoint_url` when the id has one:
// DATABASE.SCHEMA.HEAD_SERVICE/APPLICATION, then perhaps @/database/schema/repository/image:tag, or @https://host.
absl::StatusOr<RayServeModel> ParseModelId(const std::string& id);

// Needs a head that runs. For the transport "job" sets `compute_pool` to that of the head's service; sets `image`,
// unless it is set, to the newest tag of the usual deployer in the repository from which the head's container came. An
// error says what to append to `id`.
absl::Status FindDeployer(Session& session, const std::string& id, std::stop_token stop, RayServeModel& model);

}  // namespace spcs::resources
