// SPDX-License-Identifier: MPL-2.0
// Outside changes of services and jobs, for tests of drift and of restarts:
//
//   {"set": {"comment": "x", "min_instances": 2}}              columns
//   {"set": {"spec": "spec: …"}}                               another specification
//   {"set": {"spec.containers.head.image": "/db/sc/r/i:2"}}    one value of it; list items by their name
//   {"reserialize": true}                                      other words and digest, the same meaning
//   {"restart_container": "head"} or {"instance": 0, "container": "head"} as its value
//   {"suspend": true}                                          or false
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/engine/kinds/service.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/engine/spec/write.h"
#include "emulator/runtime/compute_json.h"
#include "emulator/runtime/settle.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using spec::Document;

// One step of a path: the member of an object, or the item of a list by its name or number.
Document* Step(Document& value, const std::string& step) {
  if (value.is_object()) return &value[step];
  if (!value.is_array()) return nullptr;
  for (Document& item : value) {
    if (spec::TextOf(item, "name") == step) return &item;
  }
  size_t index = 0;
  if (absl::SimpleAtoi(step, &index) && index < value.size()) return &value[index];
  return nullptr;
}

// The specification with one value changed, as a user would write it.
absl::StatusOr<std::string> WithValue(const Object& service, absl::string_view path, const nlohmann::json& value) {
  Document document = CurrentSpec(service);
  for (Document& container : document["spec"]["containers"]) container.erase("sha256");
  const std::vector<std::string> steps = absl::StrSplit(path, '.');
  Document* place = &document;
  for (size_t i = 0; i < steps.size() && place != nullptr; ++i) {
    // "nvidia.com/gpu" is one step.
    const bool gpu = steps[i] == "nvidia" && i + 1 < steps.size();
    place = Step(*place, gpu ? absl::StrCat(steps[i], ".", steps[i + 1]) : steps[i]);
    i += gpu ? 1 : 0;
  }
  if (place == nullptr) return absl::InvalidArgumentError(absl::StrCat("the specification has no '", path, "'"));
  *place = value;
  return spec::Write(document);
}

absl::Status SetColumn(Object& service, const std::string& column, const nlohmann::json& value) {
  static constexpr absl::string_view kColumns[] = {
      "comment",     "min_instances",     "max_instances",   "min_ready_instances",
      "auto_resume", "auto_suspend_secs", "query_warehouse", "external_access_integrations",
      "log_level",   "is_async_job"};
  if (column == "owner" && value.is_string()) {
    service.owner = value.get<std::string>();
    return absl::OkStatus();
  }
  if (std::find(std::begin(kColumns), std::end(kColumns), column) == std::end(kColumns)) {
    return absl::InvalidArgumentError(absl::StrCat("SERVICE has no column '", column, "' that can be set"));
  }
  const auto known = service.props.find(column);
  if (known != service.props.end() && known->type() != value.type() &&
      !(known->is_number() && value.is_number_integer())) {
    return absl::InvalidArgumentError(absl::StrCat("'", column, "' must be of type ", known->type_name()));
  }
  service.props[column] = value;
  return absl::OkStatus();
}

absl::Status Set(ExecutionContext& context, const Fleet& fleet, const nlohmann::json& columns, LoadedPool& pool,
                 Object& service) {
  for (const auto& [column, value] : columns.items()) {
    if (column != "spec" && !absl::StartsWith(column, "spec.")) {
      RETURN_IF_ERROR(SetColumn(service, column, value));
      continue;
    }
    std::string text;
    if (column == "spec") {
      if (!value.is_string()) return absl::InvalidArgumentError("'spec' must be the text of a specification");
      text = value.get<std::string>();
    } else {
      ASSIGN_OR_RETURN(text, WithValue(service, column, value));
    }
    ASSIGN_OR_RETURN(const PreparedSpec prepared, PrepareSpec(context, fleet, NameOf(service), pool, text));
    SetSpec(prepared, context.now(), service);
  }
  service.props["updated_on"] = runtime::TimeToJson(context.now());
  return absl::OkStatus();
}

// The same specification in other words: text and digest change, nothing is started again.
void Reserialize(LoadedPool& pool, Object& service) {
  const Document document = CurrentSpec(service);
  const int64_t times = JsonInt(service.props, "reserialized") + 1;
  const std::string text = times % 2 == 1 ? spec::WriteOtherwise(document) : spec::Write(document);
  const std::string digest = spec::Sha256(absl::StrCat(text, "#", times));
  service.props["reserialized"] = times;
  service.props["spec_text"] = text;
  service.props["versions"].erase(JsonString(service.props, "spec_digest"));
  service.props["versions"][digest] = nlohmann::json(document);
  service.props["spec_digest"] = digest;
  runtime::RelabelWorkload(pool.WorkloadOf(service.id), digest);
}

absl::Status RestartContainer(const nlohmann::json& value, absl::Time now, runtime::Workload& workload) {
  const std::string container = value.is_string() ? value.get<std::string>() : JsonString(value, "container");
  const int instance = static_cast<int>(JsonInt(value, "instance"));
  if (runtime::KillContainer(workload, instance, container, now)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("instance ", instance, " runs no container '", container, "'"));
}

absl::Status CheckMembers(const nlohmann::json& request) {
  int changes = 0;
  for (const auto& [member, value] : request.items()) {
    if (member == "kind" || member == "name") continue;
    if (member != "set" && member != "reserialize" && member != "restart_container" && member != "suspend") {
      return absl::InvalidArgumentError(absl::StrCat("SERVICE cannot be changed by '", member, "'"));
    }
    ++changes;
  }
  if (changes == 1) return absl::OkStatus();
  return absl::InvalidArgumentError("one of 'set', 'reserialize', 'restart_container' and 'suspend' is needed");
}

}  // namespace

absl::Status MutateService(ExecutionContext& context, const Fleet& fleet, const Object& object,
                           const nlohmann::json& request) {
  RETURN_IF_ERROR(CheckMembers(request));
  std::optional<LoadedPool> pool = fleet.Load(context, JsonString(object.props, "compute_pool"));
  if (!pool) return absl::InternalError(absl::StrCat("service ", object.name, " has no compute pool"));
  Object& service = *std::find_if(pool->services.begin(), pool->services.end(),
                                  [&](const Object& one) { return one.id == object.id; });
  runtime::Workload& workload = pool->WorkloadOf(object.id);
  if (request.contains("set")) {
    if (!request["set"].is_object()) return absl::InvalidArgumentError("'set' must be an object");
    RETURN_IF_ERROR(Set(context, fleet, request["set"], *pool, service));
    workload = WorkloadOf(service, fleet.scenarios());
  } else if (request.contains("reserialize")) {
    if (request["reserialize"] != true) return absl::InvalidArgumentError("'reserialize' must be true");
    Reserialize(*pool, service);
  } else if (request.contains("restart_container")) {
    RETURN_IF_ERROR(RestartContainer(request["restart_container"], context.now(), workload));
  } else if (request["suspend"] == true) {
    runtime::SuspendWorkload(workload, context.now());
  } else {
    RETURN_IF_ERROR(WakePool(context, *pool));
    runtime::ResumeWorkload(workload, context.now());
  }
  fleet.Save(context, *pool);
  return absl::OkStatus();
}

}  // namespace spcs::engine
