// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/service_health.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace spcs::resources {
namespace {

bool LacksCapacity(const ContainerHealth& container) {
  return absl::StrContains(absl::AsciiStrToLower(container.message), "unschedulable") ||
         absl::StrContains(absl::AsciiStrToLower(container.message), "insufficient resources");
}

// A container of a service runs for ever: ended is broken, and so is one that ended and is being started again.
bool IsBroken(const ContainerHealth& container) {
  const bool ended = container.status == "FAILED" || container.status == "DONE";
  const bool restarting = container.status != "READY" && container.restart_count > 0 && container.last_exit_code;
  return ended || restarting || HopelessMessage(container.message);
}

std::string Describe(const ContainerHealth& container) {
  std::string text =
      absl::StrCat("container ", container.name, " of instance ", container.instance_id, " is ", container.status);
  if (!container.message.empty()) absl::StrAppend(&text, ": ", container.message);
  if (container.last_exit_code) absl::StrAppend(&text, " (exit code ", *container.last_exit_code, ")");
  absl::StrAppend(&text, " (restarts: ", container.restart_count, ")");
  return text;
}

ServiceHealth About(Health health, const ContainerHealth& container) {
  return {.health = health, .container = container, .summary = Describe(container), .without_capacity = 0};
}

ServiceHealth Waiting(std::string summary) {
  return {.health = Health::kWaiting, .container = std::nullopt, .summary = std::move(summary), .without_capacity = 0};
}

// Instances whose specification is not in force any more: what their containers show is the past.
std::set<std::string> OutdatedInstances(const ObjectRow& service, const std::vector<ObjectRow>& instances) {
  const std::string digest = service.Text("spec_digest");
  std::set<std::string> outdated;
  for (const ObjectRow& instance : instances) {
    const std::string own = instance.Text("spec_digest");
    if (!own.empty() && own != digest) outdated.insert(instance.Text("instance_id"));
  }
  return outdated;
}

// Every wanted instance is there, ready, and runs the specification that is in force.
bool InstancesAreCurrent(const ObjectRow& service, const std::vector<ObjectRow>& instances) {
  const int64_t wanted = std::max<int64_t>(1, service.Int("target_instances"));
  const std::string digest = service.Text("spec_digest");
  const auto current = [&](const ObjectRow& instance) {
    return instance.Text("status") == "READY" && instance.Text("spec_digest") == digest;
  };
  return static_cast<int64_t>(instances.size()) >= wanted && std::all_of(instances.begin(), instances.end(), current);
}

// The first container for which there is no room, and how many instances are like it.
std::optional<ServiceHealth> FindShortage(const std::vector<ContainerHealth>& containers) {
  std::optional<ServiceHealth> shortage;
  std::set<std::string> instances;
  for (const ContainerHealth& container : containers) {
    if (!LacksCapacity(container)) continue;
    if (!shortage) shortage = About(Health::kNoCapacity, container);
    instances.insert(container.instance_id);
  }
  if (shortage) shortage->without_capacity = static_cast<int64_t>(instances.size());
  return shortage;
}

}  // namespace

bool HopelessMessage(const std::string& message) {
  for (const char* sign : {"failed to retrieve image", "failed to pull image", "manifest unknown", "manifest not found",
                           "image not found", "invalid image", "errimagepull", "imagepullbackoff"}) {
    if (absl::StrContains(absl::AsciiStrToLower(message), sign)) return true;
  }
  return false;
}

std::vector<ContainerHealth> ReadContainers(const std::vector<ObjectRow>& rows) {
  std::vector<ContainerHealth> containers;
  for (const ObjectRow& row : rows) {
    if (row.Text("container_name").empty()) continue;
    ContainerHealth container{.instance_id = row.Text("instance_id"),
                              .name = row.Text("container_name"),
                              .status = row.Text("status"),
                              .message = row.Text("message"),
                              .restart_count = row.Int("restart_count"),
                              .last_exit_code = std::nullopt,
                              .start_time = row.Text("start_time")};
    if (!row.Text("last_exit_code").empty()) container.last_exit_code = row.Int("last_exit_code");
    containers.push_back(std::move(container));
  }
  return containers;
}

ServiceHealth JudgeService(const ObjectRow& service, const std::vector<ObjectRow>& instances,
                           const std::vector<ContainerHealth>& all_containers) {
  const std::string status = service.Text("status");
  const std::set<std::string> outdated = OutdatedInstances(service, instances);
  std::vector<ContainerHealth> containers;
  std::copy_if(all_containers.begin(), all_containers.end(), std::back_inserter(containers),
               [&](const ContainerHealth& container) { return outdated.count(container.instance_id) == 0; });
  for (const ContainerHealth& container : containers) {
    if (IsBroken(container)) return About(Health::kBroken, container);
  }
  if (status == "FAILED" || status == "INTERNAL_ERROR" || status == "DELETING" || status == "DELETED") {
    ServiceHealth broken = Waiting(absl::StrCat("the service is ", status));
    broken.health = Health::kBroken;
    return broken;
  }
  if (auto shortage = FindShortage(containers)) return *std::move(shortage);
  for (const ContainerHealth& container : containers) {
    if (container.status != "READY") return About(Health::kWaiting, container);
  }
  if (service.Bool("is_upgrading")) return Waiting("the new specification is still being rolled out");
  if (!outdated.empty()) return Waiting("not every instance runs the new specification yet");
  if (containers.empty()) return Waiting(absl::StrCat("the service is ", status, " and has no instance yet"));
  if (!InstancesAreCurrent(service, instances)) return Waiting("not every instance runs the new specification yet");
  if (status != "RUNNING") return Waiting(absl::StrCat("the service is ", status));
  ServiceHealth ready = Waiting("ready");
  ready.health = Health::kReady;
  return ready;
}

std::string EndpointUrl(absl::string_view host) {
  const bool local = absl::EndsWith(host.substr(0, host.find(':')), ".localhost");
  return absl::StrCat(local ? "http://" : "https://", host);
}

std::map<std::string, std::string> ReadUrls(const std::vector<ObjectRow>& endpoints, bool& complete) {
  std::map<std::string, std::string> urls;
  complete = true;
  for (const ObjectRow& endpoint : endpoints) {
    if (!endpoint.Bool("is_public")) continue;
    const std::string url = endpoint.Text("ingress_url");
    // A sentence stands here while the endpoint is being made.
    if (!absl::StrContains(url, '.') || absl::StrContains(url, ' ')) {
      complete = false;
      continue;
    }
    urls[endpoint.Text("name")] = EndpointUrl(url);
  }
  return urls;
}

}  // namespace spcs::resources
