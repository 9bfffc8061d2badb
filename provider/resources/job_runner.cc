// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/job_runner.h"

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/resources/poll.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;
using snowflake::Statement;

std::string Summary(const std::vector<ContainerHealth>& containers) {
  std::string text;
  for (const ContainerHealth& container : containers) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", "container ", container.name, " of instance ",
                    container.instance_id, " is ", container.status, container.message.empty() ? "" : ": ",
                    container.message);
  }
  return text.empty() ? "no container has started" : text;
}

absl::StatusOr<JobResult> ReadResult(Session& session, const ObjectName& name, const ObjectRow& row,
                                     std::stop_token stop) {
  JobResult result{.status = row.Text("status"), .created_on = row.Time("created_on"), .containers = {}};
  ASSIGN_OR_RETURN(const auto containers, ListContainers(session, name, stop));
  for (const ContainerHealth& container : containers) {
    // With replicas, the container that failed speaks for its name.
    ContainerResult& kept = result.containers[container.name];
    if (kept.exit_code.value_or(0) != 0) continue;
    kept.exit_code = container.last_exit_code;
    if (!kept.exit_code && container.status == "DONE") kept.exit_code = 0;
    kept.log = LogTail(session, name, container, kJobLogLines, stop);
  }
  return result;
}

}  // namespace

absl::StatusOr<Statement> ExecuteJobStatement(const JobRequest& request) {
  ASSIGN_OR_RETURN(const std::string text, RenderServiceSpec(request.spec));
  Statement statement("EXECUTE JOB SERVICE IN COMPUTE POOL");
  statement.Name(request.compute_pool).Spec(text).Property("NAME", request.name).Property("ASYNC", true);
  if (request.replicas > 1) statement.Property("REPLICAS", request.replicas);
  if (!request.external_access_integrations.empty()) {
    statement.Property("EXTERNAL_ACCESS_INTEGRATIONS", request.external_access_integrations);
  }
  if (request.query_warehouse) statement.Property("QUERY_WAREHOUSE", *request.query_warehouse);
  if (!request.comment.empty()) statement.Property("COMMENT", request.comment);
  return statement;
}

bool IsTerminal(absl::string_view status) {
  return status == "DONE" || status == "FAILED" || status == "CANCELLED" || status == "INTERNAL_ERROR";
}

absl::StatusOr<JobResult> AwaitJob(tf::Context& context, Session& session, const ObjectName& name,
                                   absl::Time deadline) {
  std::string status;
  std::vector<ContainerHealth> containers;
  const auto look = [&]() -> absl::StatusOr<std::optional<JobResult>> {
    ASSIGN_OR_RETURN(const auto row, DescribeService(session, name, context.stop));
    if (!row) return absl::NotFoundError(absl::StrCat("job ", name.Sql(), " is gone before its result could be read"));
    status = row->Text("status");
    if (IsTerminal(status)) {
      ASSIGN_OR_RETURN(JobResult result, ReadResult(session, name, *row, context.stop));
      return std::optional<JobResult>(std::move(result));
    }
    ASSIGN_OR_RETURN(containers, ListContainers(session, name, context.stop));
    for (const ContainerHealth& container : containers) {
      if (!HopelessMessage(container.message)) continue;
      return absl::FailedPreconditionError(absl::StrCat("job ", name.Sql(), " cannot run: ", Summary({container})));
    }
    context.logger.Info("waiting for a job", {{"job", name.Sql()}, {"status", status}});
    return std::optional<JobResult>();
  };
  return PollUntil<JobResult>(context, {.first = absl::Milliseconds(500)}, deadline, look, [&] {
    return absl::StrCat("job ", name.Sql(), " is still ", status, ": ", Summary(containers));
  });
}

absl::Status JudgeJob(const ObjectName& name, const JobResult& result) {
  if (result.status == "DONE") return absl::OkStatus();
  std::string text = absl::StrCat("job ", name.Sql(), " ended as ", result.status);
  for (const auto& [container, ended] : result.containers) {
    absl::StrAppend(&text, "\n\nContainer ", container,
                    ended.exit_code ? absl::StrCat(", exit code ", *ended.exit_code) : std::string(", no exit code"));
    if (!ended.log.empty()) absl::StrAppend(&text, ", last lines of its log:\n", ended.log);
  }
  return absl::AbortedError(text);
}

}  // namespace spcs::resources
