// SPDX-License-Identifier: MPL-2.0
// The SYSTEM$ functions about services and jobs.
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/engine/kinds/service.h"
#include "emulator/engine/kinds/service_log.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/sql/parse_name.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Arguments = std::vector<sql::Value>;

absl::Status WrongArguments(absl::string_view function, absl::string_view usage) {
  return SqlError(absl::StatusCode::kInvalidArgument, "000938", "22023",
                  absl::StrCat("SQL compilation error:\nwrong arguments for function ", function, ": ", usage));
}

absl::StatusOr<sql::QualifiedName> ParseName(const std::string& text) {
  absl::StatusOr<sql::QualifiedName> name = sql::ParseWholeName(text);
  if (!name.ok()) return CompilationError(absl::StrCat("invalid object name '", text, "'"));
  return name;
}

struct Found {
  LoadedPool pool;
  size_t index = 0;
};

// The service named by the text, for a role that has the privilege.
absl::StatusOr<Found> FindService(ExecutionContext& context, const Fleet& fleet, const std::string& text,
                                  absl::string_view privilege) {
  ASSIGN_OR_RETURN(const sql::QualifiedName name, ParseName(text));
  ASSIGN_OR_RETURN(const Object service, context.RequireFor(Kind::kService, name, privilege));
  std::optional<LoadedPool> pool = fleet.Load(context, JsonString(service.props, "compute_pool"));
  if (!pool) return absl::InternalError(absl::StrCat("service ", service.name, " has no compute pool"));
  Found found{.pool = *std::move(pool)};
  for (size_t i = 0; i < found.pool.services.size(); ++i) {
    if (found.pool.services[i].id == service.id) found.index = i;
  }
  return found;
}

// Whether the service runs such a container at all.
absl::Status CheckContainer(const Found& found, int instance, const std::string& container) {
  const runtime::Workload& workload = found.pool.world.workloads[found.index];
  const std::string& service = found.pool.services[found.index].name;
  for (const runtime::Instance& one : workload.instances) {
    if (one.id != instance) continue;
    const auto plan = workload.plans.find(one.digest);
    if (plan == workload.plans.end()) break;
    for (const runtime::ContainerPlan& candidate : plan->second.containers) {
      if (candidate.name == container) return absl::OkStatus();
    }
    return Refused("395015", "02000",
                   absl::StrCat("Container ", container, " does not exist in service ", service, "."));
  }
  return Refused("395014", "02000", absl::StrCat("Instance ", instance, " of service ", service, " does not exist."));
}

struct LogQuery {
  LogPlace place;
  size_t lines = std::numeric_limits<size_t>::max();
  absl::Time since = absl::InfinitePast();
  bool timestamps = false;
};

// (service, instance, container[, lines[, previous[, since[, timestamps]]]]). The first five are published; the last
// two are those that the vendor's CLI sends.
absl::StatusOr<LogQuery> ParseLogQuery(const Arguments& arguments) {
  const absl::Status wrong = WrongArguments(
      "SYSTEM$GET_SERVICE_LOGS",
      "'<service>', '<instance>', '<container>' [, <lines> [, <previous> [, '<since, RFC 3339>' [, <timestamps>]]]]");
  LogQuery query;
  const auto text = [&](size_t index) { return index < arguments.size() ? arguments[index].text : ""; };
  if (arguments.size() < 3 || arguments.size() > 7 || !absl::SimpleAtoi(text(1), &query.place.instance)) return wrong;
  query.place.container = text(2);
  if (arguments.size() > 3 && (!absl::SimpleAtoi(text(3), &query.lines) || query.lines < 1)) return wrong;
  if (arguments.size() > 4 && !absl::SimpleAtob(text(4), &query.place.previous)) return wrong;
  std::string ignored;
  if (!text(5).empty() && !absl::ParseTime(absl::RFC3339_full, text(5), &query.since, &ignored)) return wrong;
  if (arguments.size() > 6 && !absl::SimpleAtob(text(6), &query.timestamps)) return wrong;
  return query;
}

// The last of the lines from `since` on.
std::string ShowLines(const std::vector<runtime::PrintedLine>& lines, const LogQuery& query) {
  std::vector<std::string> shown;
  for (const runtime::PrintedLine& line : lines) {
    if (line.at < query.since) continue;
    const std::string time =
        query.timestamps ? absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ ", line.at, absl::UTCTimeZone()) : "";
    shown.push_back(absl::StrCat(time, line.text));
  }
  if (shown.size() > query.lines) shown.erase(shown.begin(), shown.end() - static_cast<long>(query.lines));
  return absl::StrJoin(shown, "\n");
}

absl::StatusOr<Cell> GetLogs(ExecutionContext& context, const Fleet& fleet, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const LogQuery query, ParseLogQuery(arguments));
  ASSIGN_OR_RETURN(const Found found, FindService(context, fleet, arguments[0].text, "MONITOR"));
  RETURN_IF_ERROR(CheckContainer(found, query.place.instance, query.place.container));
  const nlohmann::json& props = found.pool.services[found.index].props;
  std::vector<runtime::PrintedLine> lines;
  if (props.contains("logs") && !query.place.previous) {
    lines = KeptLog(props["logs"], query.place);
  } else {
    ASSIGN_OR_RETURN(lines, ReadLog(context, fleet, found.pool, found.index, query.place, context.now()));
  }
  return ShowLines(lines, query);
}

std::string IsoTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// (service[, timeout]): the containers as a JSON text.
absl::StatusOr<Cell> GetStatus(ExecutionContext& context, const Fleet& fleet, const Arguments& arguments) {
  if (arguments.empty() || arguments.size() > 2) {
    return WrongArguments("SYSTEM$GET_SERVICE_STATUS", "'<service>' [, <timeout>]");
  }
  ASSIGN_OR_RETURN(const Found found, FindService(context, fleet, arguments[0].text, "MONITOR"));
  const runtime::Workload& workload = found.pool.world.workloads[found.index];
  nlohmann::json list = nlohmann::json::array();
  for (const runtime::Instance& instance : workload.instances) {
    const runtime::InstanceView view = runtime::ViewInstance(found.pool.world, workload, instance, context.now());
    for (const runtime::ContainerView& container : view.containers) {
      list.push_back({{"status", container.status},
                      {"message", container.message},
                      {"containerName", container.name},
                      {"instanceId", absl::StrCat(instance.id)},
                      {"serviceName", found.pool.services[found.index].name},
                      {"image", container.image},
                      {"restartCount", container.state.restart_count},
                      {"startTime", container.state.started ? IsoTime(*container.state.started) : ""}});
    }
  }
  return DumpJson(list);
}

absl::StatusOr<Cell> GetDnsDomain(ExecutionContext& context, const Arguments& arguments) {
  if (arguments.size() != 1) return WrongArguments("SYSTEM$GET_SERVICE_DNS_DOMAIN", "'<database>.<schema>'");
  ASSIGN_OR_RETURN(const sql::QualifiedName name, ParseName(arguments[0].text));
  ASSIGN_OR_RETURN(const Object schema, context.Require(Kind::kSchema, name));
  return DnsDomainOf(context, schema.database, schema.name);
}

absl::StatusOr<Cell> CancelJob(ExecutionContext& context, const Fleet& fleet, const Arguments& arguments) {
  if (arguments.size() != 1) return WrongArguments("SYSTEM$CANCEL_JOB", "'<job>'");
  ASSIGN_OR_RETURN(Found found, FindService(context, fleet, arguments[0].text, "OPERATE"));
  runtime::Workload& job = found.pool.world.workloads[found.index];
  if (!job.job) {
    return Refused("395020", "22000",
                   absl::StrCat(found.pool.services[found.index].name, " is a service and not a job."));
  }
  job.cancelled = job.cancelled || !job.finished;
  const std::string name = found.pool.services[found.index].name;
  fleet.Save(context, found.pool);
  return absl::StrCat("Job ", name, " successfully cancelled.");
}

}  // namespace

void RegisterServiceFunctions(Registry& registry, std::shared_ptr<const Fleet> fleet) {
  const auto add = [&](absl::string_view name, auto function) {
    registry.AddFunction(name, [fleet, function](ExecutionContext& context, const Arguments& arguments) {
      return function(context, *fleet, arguments);
    });
  };
  add("SYSTEM$GET_SERVICE_LOGS", GetLogs);
  add("SYSTEM$GET_SERVICE_STATUS", GetStatus);
  add("SYSTEM$CANCEL_JOB", CancelJob);
  registry.AddFunction("SYSTEM$GET_SERVICE_DNS_DOMAIN", GetDnsDomain);
}

}  // namespace spcs::engine
