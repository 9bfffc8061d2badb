// SPDX-License-Identifier: MPL-2.0
// Runs a job service to its end: spcs_job for the user's own, spcs_ray_serve_model for the deployment.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/resources/workload.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::resources {

struct JobRequest {
  snowflake::ObjectName name;
  snowflake::ObjectName compute_pool;
  snowflake::ServiceSpec spec;
  int64_t replicas = 1;
  std::optional<snowflake::ObjectName> query_warehouse;
  std::vector<snowflake::ObjectName> external_access_integrations;
  std::string comment;
};

struct ContainerResult {
  std::optional<int64_t> exit_code;
  std::string log;  // its last lines
};

struct JobResult {
  std::string status;      // DONE, FAILED, CANCELLED, INTERNAL_ERROR
  std::string created_on;  // RFC 3339
  std::map<std::string, ContainerResult> containers;
};

// How many lines of a container's log are kept.
inline constexpr int kJobLogLines = 100;

// EXECUTE JOB SERVICE … ASYNC = TRUE, the specification right behind the pool.
absl::StatusOr<snowflake::Statement> ExecuteJobStatement(const JobRequest& request);

// Whether a job with that status has come to its end.
bool IsTerminal(absl::string_view status);

// Waits for the end of a job that was started, and reads what it left. NotFound when it is gone; DeadlineExceeded with
// its last state; an error with the containers' state when it can never run.
absl::StatusOr<JobResult> AwaitJob(tf::Context& context, Session& session, const snowflake::ObjectName& name,
                                   absl::Time deadline);

// OK for a job that is DONE; else an error with each container's exit code and log.
absl::Status JudgeJob(const snowflake::ObjectName& name, const JobResult& result);

}  // namespace spcs::resources
