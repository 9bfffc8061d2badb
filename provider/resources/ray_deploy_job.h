// SPDX-License-Identifier: MPL-2.0
// Transport "job" of spcs_ray_serve_model, the deployment job: one request to the deployer, run in the account, its
// answer read at once.
//
// The deployer gets the request as JSON in the variable SPCS_RAY_DEPLOY_REQUEST of its container, and its last log line
// is its answer, one JSON object.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/resources/job_runner.h"
#include "provider/resources/ray_serve_model_model.h"

namespace spcs::resources {

struct DeployAnswer {
  std::string status;        // of the application: RUNNING; "DELETED" after a delete
  std::string session_name;  // of Ray's head
  std::string application;   // of "status": the configuration that runs, as Serve shows it, in JSON; "" when none does
  std::string standing{};    // of "status": where it stands, in words; "" when not known
};

// How long a cluster whose workers are READY may still gain nodes before it is judged too small.
inline constexpr absl::Duration kSettleOfReadyWorkers = absl::Seconds(5);

// The host name of a service for others in its schema.
std::string ServiceHost(const snowflake::Identifier& service);

// Runs one job with `action` ("deploy", "delete" or, changing nothing, "status") for the model, waits, reads the answer
// and drops the job. Those that change something first drop the jobs that an interrupted run has left behind.
// `application` is the configuration for a deploy, else null.
absl::StatusOr<DeployAnswer> RunDeployJob(tf::Context& context, Session& session, const RayServeModel& model,
                                          const std::string& action, const nlohmann::json& application,
                                          absl::Duration timeout);

}  // namespace spcs::resources
