// SPDX-License-Identifier: MPL-2.0
// Transport "endpoint" of spcs_ray_serve_model: the deployer's own library in this process, through the dashboard's
// URL.
#pragma once

#include "absl/status/statusor.h"
#include "provider/resources/account.h"
#include "provider/resources/ray_deploy_job.h"
#include "provider/resources/ray_serve_model_model.h"
#include "provider/tf/resource.h"

namespace spcs::resources {

// Does what RunDeployJob does, with the same errors as the deployer. Progress goes to the log.
absl::StatusOr<DeployAnswer> RunAtEndpoint(tf::Context& context, Session& session, const RayServeModel& model,
                                           const DeployCall& call, bool& written);

}  // namespace spcs::resources
