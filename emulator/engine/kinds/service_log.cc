// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service_log.h"

#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"
#include "emulator/engine/kinds/process_plan.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/runtime/container_timeline.h"
#include "emulator/runtime/placeholder.h"
#include "emulator/runtime/process/runtime.h"
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

constexpr char kMemorySpace[] = "memory";

// Where a container's memory is kept; nullopt when its scenario speaks of none.
std::optional<std::string> MemoryKey(const Object& service, const runtime::Behaviour& behaviour,
                                     const runtime::ContainerFacts& facts, const runtime::StartLookup& lookup) {
  if (!behaviour.memory) return std::nullopt;
  return absl::StrCat(service.database, ".", service.schema, "/",
                      runtime::Expand(behaviour.memory->key, facts, lookup));
}

void Keep(ExecutionContext& context, const std::string& key, const std::string& value) {
  if (value.empty()) {
    context.store().DeleteRecord(kMemorySpace, key);
  } else {
    context.store().PutRecord(kMemorySpace, key, value);
  }
}

// One container of one instance, as its scenario plays it.
struct Play {
  runtime::ContainerFacts facts;
  runtime::Behaviour behaviour;
  runtime::ContainerRun run;
  std::string process;  // its name, where it runs as one
};

// nullopt when the instance has no such container, or was placed after `at`.
std::optional<Play> FindPlay(const Fleet& fleet, const LoadedPool& pool, size_t index, int instance,
                             const std::string& container, absl::Time at) {
  const Object& service = pool.services[index];
  const runtime::Workload& workload = pool.world.workloads[index];
  for (const runtime::Instance& one : workload.instances) {
    const auto version = service.props["versions"].find(one.digest);
    if (one.id != instance || !one.placed || *one.placed > at || version == service.props["versions"].end()) continue;
    const spec::Document document = *version;
    for (const spec::Document& described : spec::ListAt(document, {"spec", "containers"})) {
      if (spec::TextOf(described, "name") != container) continue;
      Play play{.facts = FactsOf(service, described, instance), .behaviour = {}, .run = {}, .process = {}};
      play.behaviour = fleet.scenarios().For(play.facts);
      play.run = runtime::RunOf(workload, one, container);
      play.process = ProcessName(service.id, one, container);
      return play;
    }
  }
  return std::nullopt;
}

// The vendor says that this may be asked only of a container that was started again; the words and number are ours.
absl::Status NoProcessBefore(const LogPlace& place) {
  return Refused("395016", "22000",
                 absl::StrCat("Container ", place.container, " of instance ", place.instance,
                              " has not been restarted: there is no previous log."));
}

std::string KeyOf(const LogPlace& place) {
  return absl::StrCat(place.instance, "/", place.container);
}

}  // namespace

absl::StatusOr<std::vector<runtime::PrintedLine>> ReadLog(ExecutionContext& context, const Fleet& fleet,
                                                          const LoadedPool& pool, size_t index, const LogPlace& place,
                                                          absl::Time at) {
  std::optional<Play> play = FindPlay(fleet, pool, index, place.instance, place.container, at);
  if (!play && place.previous) return NoProcessBefore(place);
  if (!play) return std::vector<runtime::PrintedLine>();
  const Object& service = pool.services[index];
  const double speed = pool.world.rules.speed;
  if (play->behaviour.process) {
    const bool restarted = play->run.observed && play->run.observed->restart_count > 0;
    if (place.previous && !restarted) return NoProcessBefore(place);
    return context.options().processes->LogTail(play->process, place.previous);
  }
  const runtime::StartLookup lookup = [&](absl::string_view name, absl::string_view of) {
    return StartOf(context, fleet, service, name, of, at);
  };
  const auto key = MemoryKey(service, play->behaviour, play->facts, lookup);
  if (key) play->facts.memory = context.store().GetRecord(kMemorySpace, *key);
  std::optional<std::vector<runtime::PrintedLine>> lines =
      place.previous ? runtime::PreviousLogAt(play->behaviour, play->run, at, speed)
                     : runtime::LogAt(play->behaviour, play->run, at, speed);
  if (!lines) return NoProcessBefore(place);
  for (runtime::PrintedLine& line : *lines) line.text = runtime::Expand(line.text, play->facts, lookup);
  return *std::move(lines);
}

void KeepMemories(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index, absl::Time at) {
  const Object& service = pool.services[index];
  const runtime::StartLookup lookup = [&](absl::string_view name, absl::string_view of) {
    return StartOf(context, fleet, service, name, of, at);
  };
  for (const runtime::Instance& instance : pool.world.workloads[index].instances) {
    const auto plan = pool.world.workloads[index].plans.find(instance.digest);
    if (plan == pool.world.workloads[index].plans.end()) continue;
    for (const runtime::ContainerPlan& container : plan->second.containers) {
      const auto play = FindPlay(fleet, pool, index, instance.id, container.name, at);
      if (!play || !play->behaviour.memory || !play->behaviour.memory->keep) continue;
      if (!runtime::StateAt(play->behaviour, play->run, at, pool.world.rules.speed).ended) continue;
      const auto key = MemoryKey(service, play->behaviour, play->facts, lookup);
      Keep(context, *key, runtime::Expand(*play->behaviour.memory->keep, play->facts, lookup));
    }
  }
}

nlohmann::json RenderAllLogs(ExecutionContext& context, const Fleet& fleet, const LoadedPool& pool, size_t index,
                             absl::Time at) {
  nlohmann::json logs = nlohmann::json::object();
  for (const runtime::Instance& instance : pool.world.workloads[index].instances) {
    const auto plan = pool.world.workloads[index].plans.find(instance.digest);
    if (plan == pool.world.workloads[index].plans.end()) continue;
    for (const runtime::ContainerPlan& container : plan->second.containers) {
      const LogPlace place{.instance = instance.id, .container = container.name};
      nlohmann::json& kept = logs[KeyOf(place)] = nlohmann::json::array();
      const auto lines = ReadLog(context, fleet, pool, index, place, at);
      if (!lines.ok()) continue;
      for (const runtime::PrintedLine& line : *lines) kept.push_back({absl::ToUnixNanos(line.at), line.text});
    }
  }
  return logs;
}

std::vector<runtime::PrintedLine> KeptLog(const nlohmann::json& logs, const LogPlace& place) {
  std::vector<runtime::PrintedLine> lines;
  const auto kept = logs.find(KeyOf(place));
  if (kept == logs.end()) return lines;
  for (const nlohmann::json& line : *kept) {
    lines.push_back({absl::FromUnixNanos(line.at(0).get<int64_t>()), line.at(1).get<std::string>()});
  }
  return lines;
}

}  // namespace spcs::engine
