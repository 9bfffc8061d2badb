// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/job.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/service.h"
#include "emulator/engine/kinds/service_plan.h"
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

absl::StatusOr<ResultSet> Execute(ExecutionContext& context, const Fleet& fleet, const sql::Statement& written) {
  const sql::Statement statement = Named(written);
  const sql::Value* async = statement.Find("ASYNC");
  if (async == nullptr || async->text != "TRUE") {
    return Unsupported("synchronous EXECUTE JOB SERVICE: the emulator runs jobs with ASYNC = TRUE only");
  }
  ASSIGN_OR_RETURN(const FullName name, context.Qualify(Kind::kService, statement.name));
  RETURN_IF_ERROR(CheckServiceName(name));
  ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, Kind::kService, statement));
  ASSIGN_OR_RETURN(LoadedPool pool, UsePool(context, fleet, statement.target));
  RETURN_IF_ERROR(CheckInt(statement, "REPLICAS", 1, kMaxReplicas));
  Object job = context.NewObject(Kind::kService, name);
  job.props = {{"compute_pool", pool.record.name},
               {"is_job", true},
               {"is_async_job", true},
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
  return StatusResult(absl::StrCat("Started Snowpark Container Services Job '", job.name, "'."));
}

}  // namespace

void RegisterJobs(Registry& registry, std::shared_ptr<const Fleet> fleet) {
  registry.AddStatement("EXECUTE JOB SERVICE",
                        [fleet = std::move(fleet)](ExecutionContext& context, const sql::Statement& statement) {
                          return Execute(context, *fleet, statement);
                        });
}

}  // namespace spcs::engine
