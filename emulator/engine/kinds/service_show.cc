// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service_show.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/compute_pool.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/runtime/compute_json.h"
#include "emulator/runtime/settle.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using runtime::InstanceView;
using runtime::Workload;

struct Layout {
  bool spec = false;   // DESCRIBE
  bool is_job = true;  // not when only one sort is listed
};

std::vector<Column> Columns(const Layout& layout) {
  std::vector<Column> columns = {Text("name"),        Text("status"), Text("database_name"),
                                 Text("schema_name"), Text("owner"),  Text("compute_pool")};
  if (layout.spec) columns.push_back(Text("spec"));
  for (Column& column : std::vector<Column>{
           Text("dns_name"), Fixed("current_instances"), Fixed("target_instances"), Fixed("min_ready_instances"),
           Fixed("min_instances"), Fixed("max_instances"), Text("auto_resume"), Text("external_access_integrations"),
           Timestamp("created_on"), Timestamp("updated_on"), Timestamp("resumed_on"), Timestamp("suspended_on"),
           Fixed("auto_suspend_secs"), Text("comment"), Text("owner_role_type"), Text("query_warehouse")}) {
    columns.push_back(std::move(column));
  }
  if (layout.is_job) columns.push_back(Text("is_job"));
  for (const char* name :
       {"is_async_job", "spec_digest", "is_upgrading", "managing_object_domain", "managing_object_name"}) {
    columns.push_back(Text(name));
  }
  return columns;
}

Cell Integrations(const Object& service) {
  const auto names = service.props.find("external_access_integrations");
  if (names == service.props.end() || names->empty()) return std::nullopt;
  return DumpJson(*names);
}

Row RowOf(const LoadedPool& pool, size_t index, absl::Time now, const Layout& layout, const Cell& spec) {
  const Object& service = pool.services[index];
  const Workload& workload = pool.world.workloads[index];
  const runtime::WorkloadView view = runtime::ViewWorkload(pool.world, workload, now);
  const nlohmann::json& props = service.props;
  const auto number = [&](const char* member) { return absl::StrCat(JsonInt(props, member)); };
  Row row = {service.name,   view.status,   service.database,
             service.schema, service.owner, JsonString(props, "compute_pool")};
  if (layout.spec) row.push_back(spec);
  for (Cell& cell : std::vector<Cell>{
           JsonString(props, "dns_name"), absl::StrCat(view.current_instances), absl::StrCat(view.target_instances),
           number("min_ready_instances"), number("min_instances"), number("max_instances"),
           BoolText(props.value("auto_resume", true)), Integrations(service), TimeText(service.created_on),
           TimeText(runtime::TimeFromJson(props["updated_on"])), TimeOrNull(workload.resumed_on),
           TimeOrNull(workload.suspended_on), number("auto_suspend_secs"), TextOrNull(JsonString(props, "comment")),
           Cell("ROLE"), TextOrNull(JsonString(props, "query_warehouse"))}) {
    row.push_back(std::move(cell));
  }
  if (layout.is_job) row.push_back(BoolText(workload.job));
  row.push_back(BoolText(props.value("is_async_job", false)));
  row.push_back(JsonString(props, "spec_digest"));
  row.push_back(BoolText(view.is_upgrading));
  row.push_back(std::nullopt);
  row.push_back(std::nullopt);
  return row;
}

size_t IndexOf(const LoadedPool& pool, int64_t service_id) {
  for (size_t i = 0; i < pool.services.size(); ++i) {
    if (pool.services[i].id == service_id) return i;
  }
  return 0;
}

// The service of a SHOW … IN SERVICE with its pool. MONITOR is needed for what runs, any privilege for the rest.
struct Found {
  const LoadedPool& pool;
  size_t index = 0;
  const Object& service() const { return pool.services[index]; }
  const Workload& workload() const { return pool.world.workloads[index]; }
};

absl::StatusOr<Found> Find(ExecutionContext& context, const Fleet& fleet, const sql::Statement& statement,
                           bool monitor) {
  ASSIGN_OR_RETURN(const Object service, context.Require(Kind::kService, statement.name));
  if (monitor) RETURN_IF_ERROR(context.RequirePrivilege(service, "MONITOR"));
  const LoadedPool* pool = fleet.Find(context, JsonString(service.props, "compute_pool"));
  if (pool == nullptr) return absl::InternalError(absl::StrCat("service ", service.name, " has no compute pool"));
  return Found{.pool = *pool, .index = IndexOf(*pool, service.id)};
}

absl::StatusOr<ResultSet> ShowInstances(ExecutionContext& context, const Fleet& fleet,
                                        const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Found found, Find(context, fleet, statement, true));
  const runtime::WorkloadView service = runtime::ViewWorkload(found.pool.world, found.workload(), context.now());
  ResultBuilder rows({Text("database_name"), Text("schema_name"), Text("service_name"), Text("service_status"),
                      Text("instance_id"), Text("status"), Text("spec_digest"), Text("creation_time"),
                      Text("start_time"), Text("ip_address")});
  for (const runtime::Instance& instance : found.workload().instances) {
    const InstanceView view = runtime::ViewInstance(found.pool.world, found.workload(), instance, context.now());
    rows.Add({found.service().database, found.service().schema, found.service().name, service.status,
              absl::StrCat(instance.id), view.status, instance.digest, TimeText(instance.created),
              TimeOrNull(view.start_time), instance.placed ? Cell(instance.ip) : Cell()});
  }
  return std::move(rows).Build();
}

absl::StatusOr<ResultSet> ShowContainers(ExecutionContext& context, const Fleet& fleet,
                                         const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Found found, Find(context, fleet, statement, true));
  const Object& object = found.service();
  const runtime::WorkloadView service = runtime::ViewWorkload(found.pool.world, found.workload(), context.now());
  ResultBuilder rows({Text("database_name"), Text("schema_name"), Text("service_name"), Text("service_status"),
                      Text("instance_id"), Text("instance_status"), Text("container_name"), Text("status"),
                      Text("message"), Text("image_name"), Text("image_digest"), Fixed("restart_count"),
                      Text("start_time"), Fixed("last_exit_code"), Text("last_restart_time")});
  for (const runtime::Instance& instance : found.workload().instances) {
    const InstanceView view = runtime::ViewInstance(found.pool.world, found.workload(), instance, context.now());
    for (const runtime::ContainerView& container : view.containers) {
      const auto& exit = container.state.last_exit_code;
      rows.Add({object.database, object.schema, object.name, service.status, absl::StrCat(instance.id), view.status,
                container.name, container.status, container.message, container.image, container.image_digest,
                absl::StrCat(container.state.restart_count), TimeOrNull(container.state.started),
                exit ? Cell(absl::StrCat(*exit)) : Cell(), TimeOrNull(container.state.last_restart)});
    }
  }
  ResultSet result = std::move(rows).Build();
  if (result.rows.empty()) {
    // The service answers one row even when nothing runs.
    Row row = {object.database, object.schema, object.name, service.status};
    row.resize(result.columns.size());
    result.rows.push_back(std::move(row));
  }
  return result;
}

std::vector<Column> EndpointColumns() {
  return {Text("name"), Fixed("port"), Text("port_range"), Text("protocol"), Text("is_public"), Text("ingress_url")};
}

// The rows of the service's endpoints, in the order of its specification.
std::vector<Row> EndpointRows(ExecutionContext& context, const Object& service, const Workload& workload) {
  const auto& first_ready = workload.first_ready;
  const bool provisioned =
      first_ready && *first_ready + runtime::AtSpeed(runtime::kIngressDelay, context.options().speed) <= context.now();
  std::vector<Row> rows;
  const spec::Document document = CurrentSpec(service);
  for (const spec::Document& endpoint : spec::ListAt(document, {"spec", "endpoints"})) {
    const std::string name = spec::TextOf(endpoint, "name");
    const bool is_public = endpoint.value("public", false);
    Cell url;
    if (is_public) url = provisioned ? IngressHostOf(context, service, name) : kEndpointPlaceholder;
    rows.push_back({name, endpoint.contains("port") ? Cell(absl::StrCat(endpoint["port"].get<int64_t>())) : Cell(),
                    TextOrNull(spec::TextOf(endpoint, "portRange")), spec::TextOf(endpoint, "protocol"),
                    BoolText(is_public), url});
  }
  return rows;
}

absl::StatusOr<ResultSet> ShowEndpoints(ExecutionContext& context, const Fleet& fleet,
                                        const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Found found, Find(context, fleet, statement, false));
  ResultBuilder rows(EndpointColumns());
  for (Row& row : EndpointRows(context, found.service(), found.workload())) rows.Add(std::move(row));
  return std::move(rows).Build();
}

nlohmann::json JsonOf(const runtime::Instance& instance, const InstanceView& seen) {
  nlohmann::json containers = nlohmann::json::array();
  for (const runtime::ContainerView& container : seen.containers) {
    const Cell started = TimeOrNull(container.state.started);
    containers.push_back({{"name", container.name},
                          {"status", container.status},
                          {"message", container.message},
                          {"image", container.image},
                          {"restart_count", container.state.restart_count},
                          {"start_time", started ? nlohmann::json(*started) : nlohmann::json()}});
  }
  return {{"id", instance.id},
          {"status", seen.status},
          {"spec_digest", instance.digest},
          {"node", instance.node},
          {"containers", std::move(containers)}};
}

absl::StatusOr<ResultSet> ShowRoles(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object service, context.Require(Kind::kService, statement.name));
  ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("comment")});
  std::vector<std::string> roles = spec::ServiceRolesOf(CurrentSpec(service));
  roles.insert(roles.begin(), "ALL_ENDPOINTS_USAGE");
  for (const std::string& role : roles) rows.Add({TimeText(service.created_on), role, std::nullopt});
  return std::move(rows).Build();
}

}  // namespace

absl::StatusOr<ResultSet> ShowServices(ExecutionContext& context, const Fleet& fleet, const sql::Statement& statement) {
  const bool only_jobs = statement.command == "SHOW JOB SERVICES", no_jobs = statement.HasFlag("EXCLUDE JOBS");
  sql::ShowClauses all = statement.show;  // what LIMIT counts is known only after the jobs are sorted out
  all.limit = std::nullopt;
  all.from = std::nullopt;
  std::string in_pool;
  if (all.in == "COMPUTE POOL") {
    ASSIGN_OR_RETURN(const Object pool, context.Require(Kind::kComputePool, all.in_name));
    in_pool = pool.name;
  }
  ASSIGN_OR_RETURN(std::vector<Object> visible, context.ListVisible(Kind::kService, all));
  std::erase_if(visible, [&](const Object& service) {
    const bool job = IsJob(service);
    return (only_jobs && !job) || (no_jobs && job) ||
           (!in_pool.empty() && JsonString(service.props, "compute_pool") != in_pool);
  });
  std::vector<std::string> names;
  for (const Object& service : visible) names.push_back(service.name);
  const std::map<std::string, LoadedPool>& pools = fleet.All(context);
  const Layout layout{.spec = false, .is_job = !only_jobs && !no_jobs};
  ResultBuilder rows(Columns(layout));
  for (const size_t i : FilterNames(statement.show, names)) {
    const auto pool = pools.find(JsonString(visible[i].props, "compute_pool"));
    if (pool == pools.end()) continue;
    rows.Add(RowOf(pool->second, IndexOf(pool->second, visible[i].id), context.now(), layout, std::nullopt));
  }
  return std::move(rows).Build();
}

ResultSet DescribeService(ExecutionContext& context, const Fleet& fleet, const Object& service) {
  const Layout layout{.spec = true};
  ResultBuilder rows(Columns(layout));
  const LoadedPool* pool = fleet.Find(context, JsonString(service.props, "compute_pool"));
  const Cell spec = context.Owns(service) ? Cell(JsonString(service.props, "spec_text")) : Cell();
  if (pool != nullptr) rows.Add(RowOf(*pool, IndexOf(*pool, service.id), context.now(), layout, spec));
  return std::move(rows).Build();
}

nlohmann::json ServiceView(ExecutionContext& context, const Fleet& fleet, const Object& service) {
  nlohmann::json view = service.props;
  for (const char* member : {"sim", "versions", "logs"}) view.erase(member);
  const LoadedPool* pool = fleet.Find(context, JsonString(service.props, "compute_pool"));
  if (pool == nullptr) return view;
  const size_t index = IndexOf(*pool, service.id);
  const Workload& workload = pool->world.workloads[index];
  const Layout layout;
  AddCells(Columns(layout), RowOf(*pool, index, context.now(), layout, std::nullopt), view);
  view["instances"] = nlohmann::json::array();
  for (const runtime::Instance& instance : workload.instances) {
    const InstanceView seen = runtime::ViewInstance(pool->world, workload, instance, context.now());
    view["instances"].push_back(JsonOf(instance, seen));
  }
  view["endpoints"] = nlohmann::json::array();
  for (const Row& row : EndpointRows(context, service, workload)) {
    AddCells(EndpointColumns(), row, view["endpoints"].emplace_back(nlohmann::json::object()));
  }
  return view;
}

void RegisterServiceShows(Registry& registry, std::shared_ptr<const Fleet> fleet) {
  const auto add = [&](absl::string_view command, auto function) {
    registry.AddStatement(command, [fleet, function](ExecutionContext& context, const sql::Statement& statement) {
      return function(context, *fleet, statement);
    });
  };
  add("SHOW JOB SERVICES", ShowServices);
  add("SHOW SERVICE INSTANCES", ShowInstances);
  add("SHOW SERVICE CONTAINERS", ShowContainers);
  add("SHOW ENDPOINTS", ShowEndpoints);
  registry.AddStatement("SHOW ROLES IN SERVICE", ShowRoles);
}

}  // namespace spcs::engine
