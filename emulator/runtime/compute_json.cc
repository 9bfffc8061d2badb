// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/compute_json.h"

namespace spcs::runtime {
namespace {

using nlohmann::json;

void Put(json& object, const char* key, const std::optional<absl::Time>& time) {
  if (time) object[key] = TimeToJson(*time);
}

std::optional<absl::Time> Take(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return TimeFromJson(*found);
}

// How a process of a job ended: what is left of it once it no longer runs.
json EndToJson(const ContainerState& state) {
  json object = {{"phase", static_cast<int>(state.phase)}, {"exit_code", state.last_exit_code.value_or(0)}};
  Put(object, "started", state.started);
  Put(object, "ended", state.ended);
  return object;
}

ContainerState EndFromJson(const json& object) {
  ContainerState state;
  state.phase = static_cast<Phase>(object.value("phase", 0));
  state.last_exit_code = object.value("exit_code", 0);
  state.started = Take(object, "started");
  state.ended = Take(object, "ended");
  return state;
}

json InstanceToJson(const Instance& instance) {
  json object = {{"id", instance.id},
                 {"digest", instance.digest},
                 {"ip", instance.ip},
                 {"node", instance.node},
                 {"created", TimeToJson(instance.created)}};
  Put(object, "placed", instance.placed);
  Put(object, "gone_at", instance.gone_at);
  Put(object, "ended", instance.ended);
  Put(object, "evicted_at", instance.evicted_at);
  for (const auto& [container, kills] : instance.kills) {
    for (const absl::Time kill : kills) object["kills"][container].push_back(TimeToJson(kill));
  }
  // Before the end this says what has been started, so that a job is not run again by the emulator's next start.
  for (const auto& [container, state] : instance.observed) {
    if (instance.ended || state.started) object[instance.ended ? "ends" : "started"][container] = EndToJson(state);
  }
  return object;
}

// What a process of a job is known to be while nobody has seen it in this life of the emulator: killed, if it ran.
ContainerState Lost(ContainerState state) {
  if (state.ended) return state;
  state.phase = Phase::kFailed;
  state.last_exit_code = kKilledExitCode;
  state.ended = state.started;
  return state;
}

Instance InstanceFromJson(const json& object, bool job) {
  Instance instance;
  instance.id = object.value("id", 0);
  instance.digest = object.value("digest", "");
  instance.ip = object.value("ip", "");
  instance.node = object.value("node", 0);
  instance.created = Take(object, "created").value_or(absl::UnixEpoch());
  instance.placed = Take(object, "placed");
  instance.gone_at = Take(object, "gone_at");
  instance.ended = Take(object, "ended");
  instance.evicted_at = Take(object, "evicted_at");
  if (object.contains("kills")) {
    for (const auto& [container, kills] : object["kills"].items()) {
      for (const json& kill : kills) instance.kills[container].push_back(TimeFromJson(kill));
    }
  }
  if (object.contains("started") && job) {
    for (const auto& [container, end] : object["started"].items())
      instance.observed[container] = Lost(EndFromJson(end));
  }
  if (object.contains("ends")) {
    for (const auto& [container, end] : object["ends"].items()) instance.observed[container] = EndFromJson(end);
  }
  return instance;
}

}  // namespace

json TimeToJson(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "never";
  return absl::ToUnixMicros(time);
}

absl::Time TimeFromJson(const json& value) {
  return value.is_number() ? absl::FromUnixMicros(value.get<int64_t>()) : absl::InfiniteFuture();
}

json PoolToJson(const Pool& pool) {
  json object = {{"suspended", pool.suspended}, {"last_node", pool.last_node}, {"settled", TimeToJson(pool.settled)}};
  object["nodes"] = json::array();
  for (const Node& node : pool.nodes) {
    object["nodes"].push_back({{"id", node.id},
                               {"requested", TimeToJson(node.requested)},
                               {"up", TimeToJson(node.up)},
                               {"short_until", TimeToJson(node.short_until)}});
  }
  Put(object, "idle_since", pool.idle_since);
  Put(object, "surplus_since", pool.surplus_since);
  Put(object, "stop_at", pool.stop_at);
  Put(object, "resumed_on", pool.resumed_on);
  return object;
}

void PoolFromJson(const json& object, Pool& pool) {
  pool.suspended = object.value("suspended", false);
  pool.last_node = object.value("last_node", 0);
  pool.settled = Take(object, "settled").value_or(absl::UnixEpoch());
  pool.idle_since = Take(object, "idle_since");
  pool.surplus_since = Take(object, "surplus_since");
  pool.stop_at = Take(object, "stop_at");
  pool.resumed_on = Take(object, "resumed_on");
  for (const json& node : object.value("nodes", json::array())) {
    pool.nodes.push_back({.id = node.value("id", 0),
                          .requested = TimeFromJson(node.at("requested")),
                          .up = TimeFromJson(node.at("up")),
                          .short_until = TimeFromJson(node.at("short_until"))});
  }
}

json WorkloadToJson(const Workload& workload) {
  json object = {{"suspended", workload.suspended}, {"cancelled", workload.cancelled}};
  object["instances"] = json::array();
  for (const Instance& instance : workload.instances) object["instances"].push_back(InstanceToJson(instance));
  Put(object, "delete_at", workload.delete_at);
  Put(object, "finished", workload.finished);
  Put(object, "first_ready", workload.first_ready);
  Put(object, "suspended_on", workload.suspended_on);
  Put(object, "resumed_on", workload.resumed_on);
  return object;
}

void WorkloadFromJson(const json& object, Workload& workload) {
  workload.suspended = object.value("suspended", false);
  workload.cancelled = object.value("cancelled", false);
  workload.delete_at = Take(object, "delete_at");
  workload.finished = Take(object, "finished");
  workload.first_ready = Take(object, "first_ready");
  workload.suspended_on = Take(object, "suspended_on");
  workload.resumed_on = Take(object, "resumed_on");
  for (const json& instance : object.value("instances", json::array())) {
    workload.instances.push_back(InstanceFromJson(instance, workload.job));
  }
}

}  // namespace spcs::runtime
