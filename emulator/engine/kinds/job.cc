// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/job.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/service.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/runtime/settle.h"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr int64_t kMaxReplicas = 1000;

// Without a NAME the job is called JOB_<uuid>.
sql::Statement Named(const sql::Statement& statement) {
  sql::Statement named = statement;
  if (named.name.empty()) {
    const std::string id = absl::StrReplaceAll(absl::AsciiStrToUpper(NewUuid()), {{"-", "_"}});
    named.name.parts.push_back({.name = absl::StrCat("JOB_", id)});
  }
  return named;
}

// The synchronous form ends when the job does. How a failed one is worded is inferred.
absl::StatusOr<ResultSet> Await(ExecutionContext& context, const Fleet& fleet, const Object& job) {
  const std::optional<Object> record = context.store().Get(job.id);
  const LoadedPool* pool = record ? fleet.Find(context, JsonString(record->props, "compute_pool")) : nullptr;
  std::string status = "CANCELLED";  // a job that was dropped
  for (size_t i = 0; pool != nullptr && i < pool->services.size(); ++i) {
    if (pool->services[i].id != job.id) continue;
    status = runtime::ViewWorkload(pool->world, pool->world.workloads[i], context.now()).status;
  }
  if (status == "DONE") {
    return StatusResult(absl::StrCat("Job ", job.name, " completed successfully with status: DONE."));
  }
  for (const absl::string_view end : {"FAILED", "CANCELLED", "INTERNAL_ERROR"}) {
    if (status != end) continue;
    return Refused("395017", "23001",
                   absl::StrCat("Job ", job.name, " ended with status: ", status,
                                ". See SYSTEM$GET_SERVICE_LOGS for what its containers wrote."));
  }
  ResultSet result = StatusResult(absl::StrCat("Job ", job.name, " is ", status, "."));
  result.goes_on = [&fleet, job](ExecutionContext& later) { return Await(later, fleet, job); };
  return result;
}

absl::StatusOr<ResultSet> Execute(ExecutionContext& context, const Fleet& fleet, const sql::Statement& written) {
  const sql::Statement statement = Named(written);
  const sql::Value* async = statement.Find("ASYNC");
  const bool is_async = async != nullptr && async->text == "TRUE";
  ASSIGN_OR_RETURN(const FullName name, context.Qualify(Kind::kService, statement.name));
  RETURN_IF_ERROR(CheckServiceName(name));
  ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, Kind::kService, statement));
  ASSIGN_OR_RETURN(LoadedPool pool, UsePool(context, fleet, statement.target));
  RETURN_IF_ERROR(CheckInt(statement, "REPLICAS", 1, kMaxReplicas));
  Object job = context.NewObject(Kind::kService, name);
  job.props = {{"compute_pool", pool.record.name},
               {"is_job", true},
               {"is_async_job", is_async},
               {"replicas", 1},
               {"auto_resume", false},
               {"auto_suspend_secs", 0},
               {"comment", ""},
               {"query_warehouse", ""},
               {"external_access_integrations", nlohmann::json::array()},
               {"dns_name", DnsNameOf(context, name)}};
  CopyProperties(statement, {{"REPLICAS", "replicas"}}, job.props);
  for (const char* member : {"min_instances", "max_instances", "min_ready_instances"}) {
    job.props[member] = job.props["replicas"];
  }
  RETURN_IF_ERROR(ApplySharedProperties(context, statement, job.props));
  ASSIGN_OR_RETURN(const PreparedSpec prepared, PrepareSpec(context, fleet, name, pool, *statement.spec));
  SetSpec(prepared, context.now(), job);
  context.store().Insert(job);
  fleet.Add(pool, job);
  fleet.Save(context, pool);
  ResultSet result = StatusResult(absl::StrCat("Started Snowpark Container Services Job '", job.name, "'."));
  // Asked in another transaction, even when the job has failed already: its record stays.
  if (!is_async) result.goes_on = [&fleet, job](ExecutionContext& later) { return Await(later, fleet, job); };
  return result;
}

}  // namespace

void RegisterJobs(Registry& registry, std::shared_ptr<const Fleet> fleet) {
  registry.AddStatement("EXECUTE JOB SERVICE",
                        [fleet = std::move(fleet)](ExecutionContext& context, const sql::Statement& statement) {
                          return Execute(context, *fleet, statement);
                        });
}

}  // namespace spcs::engine
