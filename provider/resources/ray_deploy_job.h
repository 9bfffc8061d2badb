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
#include "nlohmann/json.hpp"
#include "provider/resources/job_runner.h"
#include "provider/resources/ray_serve_model_model.h"

namespace spcs::resources {

struct DeployAnswer {
  std::string status;        // of the application: RUNNING; "DELETED" after a delete
  std::string session_name;  // of Ray's head
  std::string application;   // of "status": the configuration that runs, as Serve shows it, in JSON; "" when none does
  std::string standing{};    // of "status": where it stands, in words; "" when not known
};

// What is to be done with the model's application.
struct DeployCall {
  std::string action;          // "deploy", "delete" or, changing nothing, "status"
  nlohmann::json application;  // of "deploy": its configuration; else null
  absl::Duration timeout;
  // Of "deploy": an application of that name with another configuration is somebody else's, and an error.
  bool is_new = false;
};

// How long a cluster whose workers are READY may still gain nodes before it is judged too small.
inline constexpr absl::Duration kSettleOfReadyWorkers = absl::Seconds(5);

// The host name of a service for others in its schema.
std::string ServiceHost(const snowflake::Identifier& service);

// Runs one job for the model, waits, reads the answer and drops the job. Those that change something first drop the
// jobs that an interrupted run has left behind. Sets `written` when the application of a deploy may be there, also
// where the call fails.
absl::StatusOr<DeployAnswer> RunDeployJob(tf::Context& context, Session& session, const RayServeModel& model,
                                          const DeployCall& call, bool& written);

}  // namespace spcs::resources
