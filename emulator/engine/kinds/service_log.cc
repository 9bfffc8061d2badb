// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service_log.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/runtime/container_timeline.h"
#include "emulator/runtime/placeholder.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

// The last start of a container of another service of the same schema.
std::optional<absl::Time> StartOf(ExecutionContext& context, const Fleet& fleet, const Object& from,
                                  absl::string_view name, absl::string_view container, absl::Time at) {
  const FullName full{.database = from.database, .schema = from.schema, .name = runtime::ServiceNameOf(name)};
  const std::optional<Object> service = context.Find(Kind::kService, full);
  if (!service) return std::nullopt;
  const runtime::Workload workload = WorkloadOf(*service, fleet.scenarios());
  for (const runtime::Instance& instance : workload.instances) {
    const auto plan = workload.plans.find(instance.digest);
    const auto states = runtime::ContainerStates(workload, instance, context.options().speed, at);
    for (size_t i = 0; i < states.size(); ++i) {
      if (container.empty() || plan->second.containers[i].name == container) return states[i].started;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string RenderLog(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index, int instance,
                      const std::string& container, absl::Time at) {
  const Object& service = pool.services[index];
  const runtime::Workload& workload = pool.world.workloads[index];
  for (const runtime::Instance& one : workload.instances) {
    const auto version = service.props["versions"].find(one.digest);
    if (one.id != instance || !one.placed || *one.placed > at || version == service.props["versions"].end()) continue;
    const spec::Document document = *version;
    for (const spec::Document& described : spec::ListAt(document, {"spec", "containers"})) {
      if (spec::TextOf(described, "name") != container) continue;
      const runtime::ContainerFacts facts = FactsOf(service, described, instance);
      const runtime::Behaviour behaviour = fleet.scenarios().For(facts);
      std::vector<std::string> lines =
          runtime::LogAt(behaviour, runtime::RunOf(workload, one, container), at, pool.world.rules.speed);
      const runtime::StartLookup lookup = [&](absl::string_view name, absl::string_view of) {
        return StartOf(context, fleet, service, name, of, at);
      };
      for (std::string& line : lines) line = runtime::Expand(line, facts, lookup);
      return absl::StrJoin(lines, "\n");
    }
  }
  return "";
}

nlohmann::json RenderAllLogs(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index,
                             absl::Time at) {
  nlohmann::json logs = nlohmann::json::object();
  for (const runtime::Instance& instance : pool.world.workloads[index].instances) {
    const auto plan = pool.world.workloads[index].plans.find(instance.digest);
    if (plan == pool.world.workloads[index].plans.end()) continue;
    for (const runtime::ContainerPlan& container : plan->second.containers) {
      logs[absl::StrCat(instance.id, "/", container.name)] =
          RenderLog(context, fleet, pool, index, instance.id, container.name, at);
    }
  }
  return logs;
}

}  // namespace spcs::engine
