// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/compute_pool.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/compute_pool_families.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/engine/pattern.h"
#include "emulator/runtime/compute_json.h"
#include "emulator/runtime/settle.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr int64_t kDefaultAutoSuspend = 3600;
constexpr int64_t kMaxNodes = 1000;
constexpr PropertyMap kMap = {{"MIN_NODES", "min_nodes"},
                              {"MAX_NODES", "max_nodes"},
                              {"INSTANCE_FAMILY", "instance_family"},
                              {"AUTO_RESUME", "auto_resume"},
                              {"AUTO_SUSPEND_SECS", "auto_suspend_secs"},
                              {"PLACEMENT_GROUP", "placement_group"},
                              {"COMMENT", "comment"}};

std::vector<Column> Columns(bool describe) {
  std::vector<Column> columns = {Text("name"),
                                 Text("state"),
                                 Fixed("min_nodes"),
                                 Fixed("max_nodes"),
                                 Text("instance_family"),
                                 Fixed("num_services"),
                                 Fixed("num_jobs"),
                                 Fixed("auto_suspend_secs"),
                                 Text("auto_resume"),
                                 Fixed("active_nodes"),
                                 Fixed("idle_nodes"),
                                 Fixed("target_nodes"),
                                 Timestamp("created_on"),
                                 Timestamp("resumed_on"),
                                 Timestamp("updated_on"),
                                 Text("owner"),
                                 Text("comment"),
                                 Text("is_exclusive"),
                                 Text("application"),
                                 Text("placement_group"),
                                 Text("backup_instance_families")};
  if (describe) {
    columns.push_back(Text("error_code"));
    columns.push_back(Text("status_message"));
  }
  return columns;
}

Cell Families(const Object& pool) {
  const auto families = pool.props.find("backup_instance_families");
  if (families == pool.props.end() || families->empty()) return std::nullopt;
  return absl::StrJoin(families->get<std::vector<std::string>>(), ",");
}

Row RowOf(const LoadedPool& pool, absl::Time now, bool describe) {
  const runtime::PoolView view = runtime::ViewPool(pool.world, now);
  const nlohmann::json& props = pool.record.props;
  const auto number = [&](const char* member) { return absl::StrCat(JsonInt(props, member)); };
  Row row = {pool.record.name,
             view.state,
             number("min_nodes"),
             number("max_nodes"),
             JsonString(props, "instance_family"),
             absl::StrCat(view.num_services),
             absl::StrCat(view.num_jobs),
             number("auto_suspend_secs"),
             BoolText(props.value("auto_resume", true)),
             absl::StrCat(view.active_nodes),
             absl::StrCat(view.idle_nodes),
             absl::StrCat(view.target_nodes),
             TimeText(pool.record.created_on),
             TimeOrNull(pool.world.pool.resumed_on),
             TimeText(runtime::TimeFromJson(props["updated_on"])),
             pool.record.owner,
             TextOrNull(JsonString(props, "comment")),
             BoolText(props.contains("application")),
             TextOrNull(JsonString(props, "application")),
             TextOrNull(JsonString(props, "placement_group")),
             Families(pool.record)};
  if (describe) {
    row.push_back(TextOrNull(view.error_code));
    row.push_back(TextOrNull(view.status_message));
  }
  return row;
}

absl::Status CheckFamily(ExecutionContext& context, const std::string& family, absl::string_view property) {
  if (FindFamily(family, context.options().legacy_families) != nullptr) return absl::OkStatus();
  return InvalidValue(family, property);
}

absl::Status CheckNodes(const nlohmann::json& props) {
  if (JsonInt(props, "min_nodes") <= JsonInt(props, "max_nodes")) return absl::OkStatus();
  return CompilationError(absl::StrCat("MIN_NODES (", JsonInt(props, "min_nodes"),
                                       ") must not be greater than MAX_NODES (", JsonInt(props, "max_nodes"), ")."));
}

// The properties of CREATE and SET onto the record, with their rules.
absl::Status ApplyProperties(ExecutionContext& context, const sql::Statement& statement, nlohmann::json& props) {
  RETURN_IF_ERROR(CheckInt(statement, "MIN_NODES", 1, kMaxNodes));
  RETURN_IF_ERROR(CheckInt(statement, "MAX_NODES", 1, kMaxNodes));
  RETURN_IF_ERROR(CheckInt(statement, "AUTO_SUSPEND_SECS", 0, INT32_MAX));
  if (const sql::Value* family = statement.Find("INSTANCE_FAMILY")) {
    RETURN_IF_ERROR(CheckFamily(context, family->text, "INSTANCE_FAMILY"));
  }
  if (const sql::Value* backups = statement.Find("BACKUP_INSTANCE_FAMILIES")) {
    if (backups->type != sql::Value::Type::kList) return InvalidValue(backups->text, "BACKUP_INSTANCE_FAMILIES");
    nlohmann::json families = nlohmann::json::array();
    for (const sql::Value& family : backups->list) {
      const std::string name = absl::AsciiStrToUpper(family.name.name());
      RETURN_IF_ERROR(CheckFamily(context, name, "BACKUP_INSTANCE_FAMILIES"));
      families.push_back(name);
    }
    props["backup_instance_families"] = std::move(families);
  }
  CopyProperties(statement, kMap, props);
  return CheckNodes(props);
}

absl::Status CheckRequired(const sql::Statement& statement) {
  std::vector<std::string> missing;
  for (const char* name : {"MIN_NODES", "MAX_NODES", "INSTANCE_FAMILY"}) {
    if (statement.Find(name) == nullptr) missing.emplace_back(name);
  }
  if (missing.empty()) return absl::OkStatus();
  return CompilationError(absl::StrCat("Missing option(s): ", absl::StrJoin(missing, ", ")));
}

class ComputePoolHandler : public KindHandler {
 public:
  explicit ComputePoolHandler(std::shared_ptr<const Fleet> fleet)
      : KindHandler(Kind::kComputePool), fleet_(std::move(fleet)) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const FullName name, context.Qualify(kind(), statement.name));
    RETURN_IF_ERROR(CheckPlainName("Compute pool", name));
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    RETURN_IF_ERROR(CheckRequired(statement));
    Object record = context.NewObject(kind(), name);
    record.props = {{"auto_resume", true},
                    {"auto_suspend_secs", kDefaultAutoSuspend},
                    {"comment", ""},
                    {"updated_on", runtime::TimeToJson(context.now())}};
    RETURN_IF_ERROR(ApplyProperties(context, statement, record.props));
    if (const auto application = statement.names.find("application"); application != statement.names.end()) {
      ASSIGN_OR_RETURN(const Object object, context.Require(Kind::kApplication, application->second));
      record.props["application"] = object.name;
    }
    context.store().Insert(record);
    LoadedPool pool = *fleet_->Load(context, name.name);
    const sql::Value* suspended = statement.Find("INITIALLY_SUSPENDED");
    pool.world.pool.suspended = suspended != nullptr && suspended->text == "TRUE";
    if (!pool.world.pool.suspended) pool.world.pool.resumed_on = context.now();
    fleet_->Save(context, pool);
    return Created("Compute Pool", name.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    absl::StatusOr<Object> found = context.Require(kind(), statement.name);
    if (!found.ok() && statement.if_exists && absl::IsNotFound(found.status())) return Done();
    RETURN_IF_ERROR(found.status());
    const bool sets = statement.action == "SET" || statement.action == "UNSET";
    RETURN_IF_ERROR(context.RequirePrivilege(*found, sets ? "MODIFY" : "OPERATE"));
    LoadedPool pool = *fleet_->Load(context, found->name);
    RETURN_IF_ERROR(Change(context, statement, pool));
    fleet_->Save(context, pool);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> record, StartDrop(context, kind(), statement));
    if (!record) return AlreadyDropped(statement);
    LoadedPool pool = *fleet_->Load(context, record->name);
    const bool has_services =
        std::any_of(pool.services.begin(), pool.services.end(), [](const Object& service) { return !IsJob(service); });
    if (has_services) {
      return Refused("395028", "55000",
                     absl::StrCat("Cannot drop compute pool ", record->name,
                                  " with active services. Drop the services, or stop all with ALTER COMPUTE POOL ",
                                  record->name, " STOP ALL, and try again."));
    }
    for (const Object& job : pool.services) context.store().Delete(job.id);
    context.store().Delete(record->id);
    return Dropped(record->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> visible, context.ListVisible(kind(), statement.show));
    const std::map<std::string, LoadedPool>& pools = fleet_->All(context);
    ResultBuilder rows(Columns(false));
    for (const Object& record : visible) rows.Add(RowOf(pools.at(record.name), context.now(), false));
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object record, context.Require(kind(), statement.name));
    ResultBuilder rows(Columns(true));
    rows.Add(RowOf(*fleet_->Find(context, record.name), context.now(), true));
    return std::move(rows).Build();
  }

  void ExchangeWithProcesses(ExecutionContext& context) override {
    if (context.options().processes != nullptr) fleet_->ExchangeWithProcesses(context);
  }
  void Advance(ExecutionContext& context) override { fleet_->Advance(context); }

  nlohmann::json AdminView(ExecutionContext& context, const Object& object) override {
    nlohmann::json view = object.props;
    view.erase("sim");
    AddCells(Columns(true), RowOf(*fleet_->Find(context, object.name), context.now(), true), view);
    return view;
  }

  // Besides {set: …}: {suspend: true|false}, {capacity: "ok"|"short"} for the pool's family.
  absl::Status Mutate(ExecutionContext& context, Object& object, const nlohmann::json& request) override {
    if (request.contains("capacity")) {
      const nlohmann::json& capacity = request["capacity"];
      if (capacity != "ok" && capacity != "short") {
        return absl::InvalidArgumentError("'capacity' must be \"ok\" or \"short\"");
      }
      fleet_->SetShortage(context, JsonString(object.props, "instance_family"), capacity == "short");
      return absl::OkStatus();
    }
    if (request.contains("suspend")) {
      if (!request["suspend"].is_boolean()) return absl::InvalidArgumentError("'suspend' must be true or false");
      LoadedPool pool = *fleet_->Load(context, object.name);
      if (request["suspend"].get<bool>()) {
        runtime::SuspendPool(pool.world, context.now());
      } else {
        runtime::ResumePool(pool.world, context.now());
      }
      fleet_->Save(context, pool);
      return absl::OkStatus();
    }
    Object changed = object;
    RETURN_IF_ERROR(KindHandler::Mutate(context, changed, request));
    changed.props["updated_on"] = runtime::TimeToJson(context.now());
    context.store().Update(changed);
    LoadedPool pool = *fleet_->Load(context, object.name);
    fleet_->Save(context, pool);
    return absl::OkStatus();
  }

 private:
  absl::Status Change(ExecutionContext& context, const sql::Statement& statement, LoadedPool& pool) const {
    if (statement.action == "SUSPEND") {
      runtime::SuspendPool(pool.world, context.now());
      return absl::OkStatus();
    }
    if (statement.action == "RESUME") {
      if (!pool.world.pool.suspended) {
        return Refused("395030", "22000", absl::StrCat("Compute pool ", pool.record.name, " is not suspended."));
      }
      runtime::ResumePool(pool.world, context.now());
      return absl::OkStatus();
    }
    if (statement.action == "STOP ALL") {
      for (runtime::Workload& workload : pool.world.workloads) {
        if (workload.job) {
          workload.cancelled = workload.cancelled || !workload.finished;
        } else {
          runtime::DeleteWorkload(pool.world, workload, context.now());
        }
      }
      return absl::OkStatus();
    }
    return ChangeProperties(context, statement, pool);
  }

  static absl::Status ChangeProperties(ExecutionContext& context, const sql::Statement& statement, LoadedPool& pool) {
    const sql::Value* family = statement.Find("INSTANCE_FAMILY");
    const bool resting = pool.world.pool.suspended && pool.world.pool.nodes.empty();
    if (family != nullptr && family->text != pool.world.pool.family && !resting) {
      return Refused("395029", "22000",
                     absl::StrCat("Cannot change INSTANCE_FAMILY of compute pool ", pool.record.name,
                                  " while it is not in state SUSPENDED."));
    }
    nlohmann::json& props = pool.record.props;
    RETURN_IF_ERROR(ApplyProperties(context, statement, props));
    for (const std::string& name : statement.unset) {
      if (name == "AUTO_SUSPEND_SECS") props["auto_suspend_secs"] = kDefaultAutoSuspend;
      if (name == "AUTO_RESUME") props["auto_resume"] = true;
      if (name == "BACKUP_INSTANCE_FAMILIES") props.erase("backup_instance_families");
      if (name == "COMMENT") props["comment"] = "";
    }
    props["updated_on"] = runtime::TimeToJson(context.now());
    pool.world.pool.family = JsonString(props, "instance_family");
    pool.world.pool.min_nodes = static_cast<int>(JsonInt(props, "min_nodes"));
    pool.world.pool.max_nodes = static_cast<int>(JsonInt(props, "max_nodes"));
    pool.world.pool.auto_suspend_secs = JsonInt(props, "auto_suspend_secs");
    return absl::OkStatus();
  }

  std::shared_ptr<const Fleet> fleet_;
};

absl::StatusOr<ResultSet> ShowFamilies(ExecutionContext& context, const sql::Statement& statement) {
  std::map<std::string, int> nodes;
  for (const Object& pool : context.store().List(Kind::kComputePool)) {
    const nlohmann::json& props = pool.props;
    nodes[JsonString(props, "instance_family")] +=
        props.contains("sim") ? static_cast<int>(props["sim"]["nodes"].size()) : 0;
  }
  ResultBuilder rows({Text("name"), Text("description"), Fixed("vcpu"), Fixed("memory_gib"), Fixed("storage_gib"),
                      Text("gpu"), Fixed("gpu_count"), Fixed("gpu_memory_gib"), Fixed("current_node_usage"),
                      Text("message")});
  for (const InstanceFamily& family : InstanceFamilies()) {
    if (family.legacy && !context.options().legacy_families) continue;
    const std::string name(family.name);
    if (statement.show.like && !LikeMatches(*statement.show.like, name)) continue;
    rows.Add({name, std::string(family.description), absl::StrCat(family.vcpu), absl::StrCat(family.memory_gib), "100",
              TextOrNull(std::string(family.gpu)), absl::StrCat(family.gpu_count), absl::StrCat(family.gpu_memory_gib),
              absl::StrCat(nodes[name]), std::nullopt});
  }
  return std::move(rows).Build();
}

}  // namespace

absl::Status CheckPlainName(absl::string_view what, const FullName& name) {
  for (const std::string* part : {&name.database, &name.schema, &name.name}) {
    if (part->empty() || sql::IsPlainName(*part)) continue;
    return SqlError(absl::StatusCode::kInvalidArgument, "395010", "22023",
                    absl::StrCat("Invalid name ", sql::ToSql(*part),
                                 ": quoted names and special characters are not "
                                 "supported for ",
                                 absl::AsciiStrToLower(what), "s and what holds them."));
  }
  return absl::OkStatus();
}

Cell TimeOrNull(const std::optional<absl::Time>& time) {
  return time ? Cell(TimeText(*time)) : Cell();
}

std::unique_ptr<KindHandler> MakeComputePoolHandler(std::shared_ptr<const Fleet> fleet) {
  return std::make_unique<ComputePoolHandler>(std::move(fleet));
}

void RegisterInstanceFamilies(Registry& registry) {
  registry.AddStatement("SHOW COMPUTE POOL INSTANCE FAMILIES", ShowFamilies);
}

}  // namespace spcs::engine
