// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_deploy_job.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/patience.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::resources {
namespace {

using nlohmann::json;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

constexpr absl::Duration kDropTimeout = absl::Minutes(5);

// The deployer's part of the time: what is left over is for the job's start and for reading its answer, so that a
// deployment that takes too long ends with where it stood.
constexpr double kDeployersPart = 0.9;

// The application's name as the beginning of an SQL name.
std::string Prefix(const std::string& application) {
  std::string prefix;
  for (const unsigned char c : application) {
    prefix += absl::ascii_isalnum(c) ? static_cast<char>(absl::ascii_toupper(c)) : '_';
  }
  if (!absl::ascii_isalpha(static_cast<unsigned char>(prefix[0]))) prefix.insert(0, "APP_");
  return prefix.substr(0, 80) + "_";
}

// By this comment a later run knows a job that an interrupted one has left behind.
std::string Marker(const RayServeModel& model) {
  // The name as stored: behind an import the same head is spelled otherwise.
  const auto head = Identifier::Parse(model.head_service.value());
  return absl::StrCat("Deployment of the Ray Serve application ", model.name.value(), " on ",
                      head.ok() ? head->value() : model.head_service.value(), " by spcs");
}

absl::StatusOr<ObjectName> InSchema(const RayServeModel& model, Identifier name) {
  ASSIGN_OR_RETURN(Identifier database, Identifier::Parse(model.database.value()));
  ASSIGN_OR_RETURN(Identifier schema, Identifier::Parse(model.schema.value()));
  return ObjectName(std::move(database), std::move(schema), std::move(name));
}

absl::Status DropLeftovers(tf::Context& context, Session& session, const RayServeModel& model) {
  ASSIGN_OR_RETURN(const ObjectName any, InSchema(model, Identifier::Stored("X")));
  const auto jobs = session.Query(Statement("SHOW JOB SERVICES IN SCHEMA").Name(any.Parent()), context.stop);
  RETURN_IF_ERROR(jobs.status());
  for (const ObjectRow& row : AllRows(*jobs)) {
    if (row.Text("comment") != Marker(model)) continue;
    ASSIGN_OR_RETURN(const ObjectName name, InSchema(model, Identifier::Stored(row.Text("name"))));
    const absl::Status dropped = DropAndWait(context, session, name, /*force=*/false, kDropTimeout);
    if (!absl::IsNotFound(dropped)) RETURN_IF_ERROR(dropped);  // gone since it was listed
  }
  return absl::OkStatus();
}

// What the deployer reads (provider/ray/deploy_run.h).
absl::StatusOr<json> DeployerRequest(const RayServeModel& model, const DeployCall& call) {
  ASSIGN_OR_RETURN(const Identifier head, Identifier::Parse(model.head_service.value()));
  json request = {{"action", call.action},
                  {"application", model.name.value()},
                  {"head", ServiceHost(head)},
                  {"config_hash", call.application.is_null() ? "" : ConfigHash(call.application)},
                  {"config", call.application},
                  {"timeout_seconds", std::max<int64_t>(1, absl::ToInt64Seconds(call.timeout * kDeployersPart))}};
  if (call.is_new) request["new"] = true;
  // Services that were waited for have registered their nodes.
  if (model.worker_services.IsKnown()) request["settle_seconds"] = absl::ToInt64Seconds(kSettleOfReadyWorkers);
  return request;
}

absl::StatusOr<JobRequest> MakeRequest(const RayServeModel& model, const DeployCall& call) {
  const std::string hash = call.application.is_null() ? "" : ConfigHash(call.application);
  ASSIGN_OR_RETURN(const json request, DeployerRequest(model, call));
  snowflake::Container container;
  container.image = model.image.value();
  container.env = {{"SPCS_RAY_DEPLOY_REQUEST", DumpJson(request)}};
  snowflake::ServiceSpec spec;
  spec.containers["deploy"] = std::move(container);
  const std::string name =
      absl::StrCat(Prefix(model.name.value()), hash.empty() ? call.action : hash.substr(0, 8), "_", RandomName(6));
  ASSIGN_OR_RETURN(ObjectName job_name, InSchema(model, Identifier::Stored(absl::AsciiStrToUpper(name))));
  ASSIGN_OR_RETURN(ObjectName pool, ObjectName::Parse(model.compute_pool.value()));
  JobRequest job{.name = std::move(job_name),
                 .compute_pool = std::move(pool),
                 .spec = std::move(spec),
                 .replicas = 1,
                 .query_warehouse = std::nullopt,
                 .external_access_integrations = {},
                 .comment = Marker(model)};
  if (model.query_warehouse.IsKnown()) {
    ASSIGN_OR_RETURN(job.query_warehouse, ObjectName::Parse(model.query_warehouse.value()));
  }
  for (const tf::String& integration : model.external_access_integrations.value_or({}).elements) {
    ASSIGN_OR_RETURN(ObjectName integration_name, ObjectName::Parse(integration.value()));
    job.external_access_integrations.push_back(std::move(integration_name));
  }
  return job;
}

std::string LogOf(const JobResult& result) {
  const auto container = result.containers.find("deploy");
  return container == result.containers.end() ? "" : container->second.log;
}

// The last line of the deployer's log.
absl::StatusOr<json> LastLine(const std::string& log) {
  const std::vector<absl::string_view> lines = absl::StrSplit(absl::StripTrailingAsciiWhitespace(log), '\n');
  return ParseJson(lines.back());
}

// Whether a deployer that failed says that it has changed nothing.
bool LeftAllAsItWas(const JobResult& result) {
  const absl::StatusOr<json> answer = LastLine(LogOf(result));
  return answer.ok() && answer->is_object() && answer->contains("written") && !JsonBool(*answer, "written");
}

absl::StatusOr<DeployAnswer> ReadAnswer(const ObjectName& name, const JobResult& result) {
  const std::string log = LogOf(result);
  const absl::StatusOr<json> answer = LastLine(log);
  if (!answer.ok() || JsonString(*answer, "status").empty()) {
    return absl::InternalError(absl::StrCat("the deployer's job ", name.Sql(),
                                            " ended well, but its last line is no answer. Its log:\n", log));
  }
  return DeployAnswer{.status = JsonString(*answer, "status"),
                      .session_name = JsonString(*answer, "session_name"),
                      .application = answer->contains("application") && answer->at("application").is_object()
                                         ? DumpJson(answer->at("application"))
                                         : ""};
}

// The job's name was made up for this request: whoever has it already is the first sending, whose answer was lost.
absl::Status StartJob(tf::Context& context, Session& session, const JobRequest& request) {
  ASSIGN_OR_RETURN(const Statement statement, ExecuteJobStatement(request));
  snowflake::ExecuteInfo info;
  const absl::Status started = session.Change(std::nullopt, request.name, statement, context.stop, &info);
  return info.repeated && absl::IsAlreadyExists(started) ? absl::OkStatus() : started;
}

// What the job has done is done: a job that stays is worth a warning.
void DropOrWarn(tf::Context& context, Session& session, const ObjectName& job) {
  const absl::Status dropped = DropAndWait(context, session, job, /*force=*/false, kDropTimeout);
  if (dropped.ok() || absl::IsNotFound(dropped)) return;
  context.diagnostics.AddWarning(
      tf::Path(), "A deployment job is left",
      absl::StrCat("The job ", job.Sql(), " has ended but could not be dropped: ", std::string(dropped.message()),
                   ". The next change of this model drops it."));
}

}  // namespace

std::string ServiceHost(const Identifier& service) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(service.value()), {{"_", "-"}});
}

absl::StatusOr<DeployAnswer> RunDeployJob(tf::Context& context, Session& session, const RayServeModel& model,
                                          const DeployCall& call, bool& written) {
  if (!model.compute_pool.IsKnown() || !model.image.IsKnown()) {
    return absl::FailedPreconditionError("compute_pool or image is null: the deployment job needs both");
  }
  if (call.action != "status") RETURN_IF_ERROR(DropLeftovers(context, session, model));
  ASSIGN_OR_RETURN(const JobRequest request, MakeRequest(model, call));
  const absl::Time deadline = context.clock.Now() + call.timeout;
  const absl::Status started = StartJob(context, session, request);
  written = call.action == "deploy" && (started.ok() || PassesByItself(started));
  RETURN_IF_ERROR(started);
  const absl::StatusOr<JobResult> result = AwaitJob(context, session, request.name, deadline);
  // A stopped run leaves its job: the next one finds it by its comment. Otherwise nothing is left, failed or not.
  if (!context.stop.stop_requested()) DropOrWarn(context, session, request.name);
  RETURN_IF_ERROR(result.status());
  if (LeftAllAsItWas(*result)) written = false;
  RETURN_IF_ERROR(JudgeJob(request.name, *result));
  return ReadAnswer(request.name, *result);
}

}  // namespace spcs::resources
