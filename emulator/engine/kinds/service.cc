// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/engine/kinds/service_show.h"
#include "emulator/runtime/compute_json.h"
#include "emulator/runtime/settle.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr int64_t kMaxInstances = 1000;
constexpr int64_t kShortestAutoSuspend = 300;
constexpr PropertyMap kMap = {{"MIN_INSTANCES", "min_instances"},
                              {"MAX_INSTANCES", "max_instances"},
                              {"MIN_READY_INSTANCES", "min_ready_instances"},
                              {"AUTO_RESUME", "auto_resume"},
                              {"AUTO_SUSPEND_SECS", "auto_suspend_secs"},
                              {"LOG_LEVEL", "log_level"}};

absl::Status CheckNumbers(const nlohmann::json& props) {
  const int64_t low = JsonInt(props, "min_instances"), high = JsonInt(props, "max_instances");
  const int64_t ready = JsonInt(props, "min_ready_instances");
  if (low > high) {
    return CompilationError(
        absl::StrCat("MIN_INSTANCES (", low, ") must not be greater than MAX_INSTANCES (", high, ")."));
  }
  if (ready > low) {
    return CompilationError(
        absl::StrCat("MIN_READY_INSTANCES (", ready, ") must not be greater than MIN_INSTANCES (", low, ")."));
  }
  return absl::OkStatus();
}

absl::Status CheckAutoSuspend(const Object& service) {
  const int64_t seconds = JsonInt(service.props, "auto_suspend_secs");
  if (seconds == 0) return absl::OkStatus();
  if (seconds < kShortestAutoSuspend) {
    return CompilationError(absl::StrCat("AUTO_SUSPEND_SECS must be 0 or at least ", kShortestAutoSuspend, "."));
  }
  if (spec::HasPublicEndpoint(CurrentSpec(service))) {
    return CompilationError("AUTO_SUSPEND_SECS is not supported for services with public endpoints.");
  }
  return absl::OkStatus();
}

// The properties of CREATE and SET onto the record. At CREATE, MAX_INSTANCES and MIN_READY_INSTANCES follow
// MIN_INSTANCES when they are not written.
absl::Status ApplyProperties(ExecutionContext& context, const sql::Statement& statement, bool create, Object& service) {
  for (const char* name : {"MIN_INSTANCES", "MAX_INSTANCES", "MIN_READY_INSTANCES"}) {
    RETURN_IF_ERROR(CheckInt(statement, name, 1, kMaxInstances));
  }
  RETURN_IF_ERROR(CheckInt(statement, "AUTO_SUSPEND_SECS", 0, INT32_MAX));
  RETURN_IF_ERROR(CheckWord(statement, "LOG_LEVEL", {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"}));
  CopyProperties(statement, kMap, service.props);
  if (create) {
    for (const auto& [property, member] :
         {std::pair("MAX_INSTANCES", "max_instances"), std::pair("MIN_READY_INSTANCES", "min_ready_instances")}) {
      if (statement.Find(property) == nullptr) service.props[member] = service.props["min_instances"];
    }
  }
  RETURN_IF_ERROR(CheckNumbers(service.props));
  RETURN_IF_ERROR(CheckAutoSuspend(service));
  return ApplySharedProperties(context, statement, service.props);
}

void UnsetProperties(const sql::Statement& statement, nlohmann::json& props) {
  for (const std::string& name : statement.unset) {
    if (name == "MIN_INSTANCES") props["min_instances"] = 1;
  }
  for (const std::string& name : statement.unset) {
    if (name == "MAX_INSTANCES") props["max_instances"] = props["min_instances"];
    if (name == "MIN_READY_INSTANCES") props["min_ready_instances"] = props["min_instances"];
    if (name == "AUTO_RESUME") props["auto_resume"] = true;
    if (name == "AUTO_SUSPEND_SECS") props["auto_suspend_secs"] = 0;
    if (name == "LOG_LEVEL") props["log_level"] = "";
    if (name == "QUERY_WAREHOUSE") props["query_warehouse"] = "";
    if (name == "COMMENT") props["comment"] = "";
    if (name == "EXTERNAL_ACCESS_INTEGRATIONS") props["external_access_integrations"] = nlohmann::json::array();
  }
}

class ServiceHandler : public KindHandler {
 public:
  explicit ServiceHandler(std::shared_ptr<const Fleet> fleet) : KindHandler(Kind::kService), fleet_(std::move(fleet)) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const FullName name, context.Qualify(kind(), statement.name));
    RETURN_IF_ERROR(CheckServiceName(name));
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    ASSIGN_OR_RETURN(LoadedPool pool, UsePool(context, *fleet_, statement.target));
    Object service = context.NewObject(kind(), name);
    service.props = {{"compute_pool", pool.record.name},
                     {"is_job", false},
                     {"is_async_job", false},
                     {"min_instances", 1},
                     {"auto_resume", true},
                     {"auto_suspend_secs", 0},
                     {"comment", ""},
                     {"query_warehouse", ""},
                     {"log_level", ""},
                     {"external_access_integrations", nlohmann::json::array()},
                     {"dns_name", DnsNameOf(context, name)}};
    ASSIGN_OR_RETURN(const PreparedSpec prepared, PrepareSpec(context, *fleet_, name, pool, *statement.spec));
    SetSpec(prepared, context.now(), service);
    RETURN_IF_ERROR(ApplyProperties(context, statement, true, service));
    context.store().Insert(service);
    fleet_->Add(pool, service);
    fleet_->Save(context, pool);
    return Created("Service", service.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    absl::StatusOr<Object> found = context.Require(kind(), statement.name);
    if (!found.ok() && statement.if_exists && absl::IsNotFound(found.status())) return Done();
    RETURN_IF_ERROR(found.status());
    const bool operates = statement.action == "SUSPEND" || statement.action == "RESUME";
    RETURN_IF_ERROR(context.RequirePrivilege(*found, operates ? "OPERATE" : "OWNERSHIP"));
    if (IsJob(*found)) {
      return Refused("395019", "0A000", absl::StrCat("Job service ", found->name, " cannot be altered."));
    }
    LoadedPool pool = *fleet_->Load(context, JsonString(found->props, "compute_pool"));
    const auto record = std::find_if(pool.services.begin(), pool.services.end(),
                                     [&](const Object& service) { return service.id == found->id; });
    RETURN_IF_ERROR(Change(context, statement, pool, *record));
    fleet_->Save(context, pool);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> service, StartDrop(context, kind(), statement));
    if (!service) return AlreadyDropped(statement);
    if (spec::HasBlockVolume(CurrentSpec(*service)) && !statement.HasFlag("FORCE")) {
      return Refused("395085", "22000",
                     absl::StrCat("Failed to drop service ", service->name,
                                  " since it contains block storage volumes. Please use DROP SERVICE ", service->name,
                                  " FORCE to drop the service and its block storage volumes."));
    }
    LoadedPool pool = *fleet_->Load(context, JsonString(service->props, "compute_pool"));
    runtime::DeleteWorkload(pool.world, pool.WorkloadOf(service->id), context.now());
    fleet_->Save(context, pool);
    return Dropped(service->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    return ShowServices(context, *fleet_, statement);
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object service, context.Require(kind(), statement.name));
    return DescribeService(context, *fleet_, service);
  }

  void DropWithParent(ExecutionContext& context, const Object& object) override {
    context.store().Delete(object.id);
    // What runs on the pool now may be less.
    std::optional<LoadedPool> pool = fleet_->Load(context, JsonString(object.props, "compute_pool"));
    if (pool) fleet_->Save(context, *pool);
  }

  nlohmann::json AdminView(ExecutionContext& context, const Object& object) override {
    return ServiceView(context, *fleet_, object);
  }

  absl::Status Mutate(ExecutionContext& context, Object& object, const nlohmann::json& request) override {
    return MutateService(context, *fleet_, object, request);
  }

 private:
  absl::Status Change(ExecutionContext& context, const sql::Statement& statement, LoadedPool& pool,
                      Object& service) const {
    runtime::Workload& workload = pool.WorkloadOf(service.id);
    if (statement.action == "SUSPEND") {
      runtime::SuspendWorkload(workload, context.now());
      return absl::OkStatus();
    }
    if (statement.action == "RESUME") {
      RETURN_IF_ERROR(WakePool(context, pool));
      runtime::ResumeWorkload(workload, context.now());
      return absl::OkStatus();
    }
    if (statement.action == "FROM SPECIFICATION") {
      ASSIGN_OR_RETURN(const PreparedSpec prepared,
                       PrepareSpec(context, *fleet_, NameOf(service), pool, *statement.spec));
      SetSpec(prepared, context.now(), service);
      RETURN_IF_ERROR(CheckAutoSuspend(service));
    } else {
      RETURN_IF_ERROR(ApplyProperties(context, statement, false, service));
      UnsetProperties(statement, service.props);
      RETURN_IF_ERROR(CheckNumbers(service.props));
      service.props["updated_on"] = runtime::TimeToJson(context.now());
    }
    workload = engine::WorkloadOf(service, fleet_->scenarios());
    return absl::OkStatus();
  }

  std::shared_ptr<const Fleet> fleet_;
};

}  // namespace

void SetSpec(const PreparedSpec& prepared, absl::Time now, Object& service) {
  service.props["updated_on"] = runtime::TimeToJson(now);
  const spec::Document current = CurrentSpec(service);
  if (!current.empty() && spec::DigestOf(current) == prepared.digest) return;
  service.props["spec_text"] = prepared.text;
  service.props["spec_digest"] = prepared.digest;
  service.props["versions"][prepared.digest] = nlohmann::json(prepared.document);
}

std::unique_ptr<KindHandler> MakeServiceHandler(std::shared_ptr<const Fleet> fleet) {
  return std::make_unique<ServiceHandler>(std::move(fleet));
}

}  // namespace spcs::engine
