// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/plan.h"

#include "nlohmann/json.hpp"

namespace spcs::runtime::process {

using nlohmann::json;

json ToJson(const ContainerPlan& plan) {
  json mounts = json::array(), memory = json::array();
  for (const Mount& mount : plan.mounts) {
    mounts.push_back({{"from", mount.from}, {"to", mount.to}, {"read_only", mount.read_only}, {"stage", mount.stage}});
  }
  for (const MemoryMount& mount : plan.memory) memory.push_back({{"to", mount.to}, {"bytes", mount.bytes}});
  return {{"name", plan.name},
          {"instance", plan.instance},
          {"command", plan.command},
          {"env", plan.env},
          {"working_dir", plan.working_dir},
          {"log", plan.log},
          {"mounts", mounts},
          {"memory", memory},
          {"hidden", plan.hidden}};
}

json ToJson(const InstancePlan& plan) {
  json ports = json::array();
  for (const PortRange& range : plan.ports) ports.push_back({range.first, range.last});
  return {{"name", plan.name}, {"host_name", plan.host_name}, {"ip", plan.ip}, {"ports", ports}};
}

absl::StatusOr<ContainerPlan> ContainerFromJson(const json& value) {
  try {
    ContainerPlan plan;
    value.at("name").get_to(plan.name);
    value.at("instance").get_to(plan.instance);
    value.at("command").get_to(plan.command);
    value.at("env").get_to(plan.env);
    value.at("working_dir").get_to(plan.working_dir);
    value.at("log").get_to(plan.log);
    for (const json& mount : value.at("mounts")) {
      plan.mounts.push_back({mount.at("from"), mount.at("to"), mount.at("read_only"), mount.at("stage")});
    }
    for (const json& mount : value.at("memory")) plan.memory.push_back({mount.at("to"), mount.at("bytes")});
    value.at("hidden").get_to(plan.hidden);
    return plan;
  } catch (const json::exception&) {
    return absl::InvalidArgumentError("not the plan of a container");
  }
}

absl::StatusOr<InstancePlan> InstanceFromJson(const json& value) {
  try {
    InstancePlan plan{.name = value.at("name"), .host_name = value.at("host_name"), .ip = value.at("ip"), .ports = {}};
    for (const json& range : value.at("ports")) plan.ports.push_back({range.at(0), range.at(1)});
    return plan;
  } catch (const json::exception&) {
    return absl::InvalidArgumentError("not the plan of an instance");
  }
}

}  // namespace spcs::runtime::process
