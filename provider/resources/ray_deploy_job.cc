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
    RETURN_IF_ERROR(DropAndWait(context, session, name, /*force=*/false, kDropTimeout));
  }
  return absl::OkStatus();
}

// What the deployer reads (provider/ray/deploy_run.h).
absl::StatusOr<json> DeployerRequest(const RayServeModel& model, const std::string& action, const json& application,
                                     absl::Duration timeout) {
  ASSIGN_OR_RETURN(const Identifier head, Identifier::Parse(model.head_service.value()));
  json request = {{"action", action},
                  {"application", model.name.value()},
                  {"head", ServiceHost(head)},
                  {"config_hash", application.is_null() ? "" : ConfigHash(application)},
                  {"config", application},
                  {"timeout_seconds", std::max<int64_t>(1, absl::ToInt64Seconds(timeout * kDeployersPart))}};
  // Services that were waited for have registered their nodes.
  if (model.worker_services.IsKnown()) request["settle_seconds"] = absl::ToInt64Seconds(kSettleOfReadyWorkers);
  return request;
}

absl::StatusOr<JobRequest> MakeRequest(const RayServeModel& model, const std::string& action, const json& application,
                                       absl::Duration timeout) {
  const std::string hash = application.is_null() ? "" : ConfigHash(application);
  ASSIGN_OR_RETURN(const json request, DeployerRequest(model, action, application, timeout));
  snowflake::Container container;
  container.image = model.image.value();
  container.env = {{"SPCS_RAY_DEPLOY_REQUEST", DumpJson(request)}};
  snowflake::ServiceSpec spec;
  spec.containers["deploy"] = std::move(container);
  const std::string name =
      absl::StrCat(Prefix(model.name.value()), hash.empty() ? action : hash.substr(0, 8), "_", RandomName(6));
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

// The last line of the deployer's log.
absl::StatusOr<DeployAnswer> ReadAnswer(const ObjectName& name, const JobResult& result) {
  const auto container = result.containers.find("deploy");
  const std::string log = container == result.containers.end() ? "" : container->second.log;
  const std::vector<absl::string_view> lines = absl::StrSplit(absl::StripTrailingAsciiWhitespace(log), '\n');
  const absl::StatusOr<json> answer = ParseJson(lines.back());
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

}  // namespace

std::string ServiceHost(const Identifier& service) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(service.value()), {{"_", "-"}});
}

absl::StatusOr<DeployAnswer> RunDeployJob(tf::Context& context, Session& session, const RayServeModel& model,
                                          const std::string& action, const json& application, absl::Duration timeout) {
  if (!model.compute_pool.IsKnown() || !model.image.IsKnown()) {
    return absl::FailedPreconditionError("compute_pool or image is null: the deployment job needs both");
  }
  if (action != "status") RETURN_IF_ERROR(DropLeftovers(context, session, model));
  ASSIGN_OR_RETURN(const JobRequest request, MakeRequest(model, action, application, timeout));
  ASSIGN_OR_RETURN(const Statement statement, ExecuteJobStatement(request));
  const absl::Time deadline = context.clock.Now() + timeout;
  RETURN_IF_ERROR(session.Change(std::nullopt, request.name, statement, context.stop));
  const absl::StatusOr<JobResult> result = AwaitJob(context, session, request.name, deadline);
  // A stopped run leaves its job: the next one finds it by its comment. Otherwise nothing is left, failed or not.
  absl::Status dropped;
  if (!context.stop.stop_requested()) {
    dropped = DropAndWait(context, session, request.name, /*force=*/false, kDropTimeout);
  }
  RETURN_IF_ERROR(result.status());
  RETURN_IF_ERROR(JudgeJob(request.name, *result));
  RETURN_IF_ERROR(dropped);
  return ReadAnswer(request.name, *result);
}

}  // namespace spcs::resources
