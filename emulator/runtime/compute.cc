// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/compute.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace spcs::runtime {
namespace {

// The plan of the instance; nullptr only for a record that lost it.
const InstancePlan* PlanOf(const Workload& workload, const Instance& instance) {
  const auto found = workload.plans.find(instance.digest);
  return found == workload.plans.end() ? nullptr : &found->second;
}

bool NodesAreMissing(const World& world, absl::Time now) {
  return std::any_of(world.pool.nodes.begin(), world.pool.nodes.end(), [&](const Node& node) { return node.up > now; });
}

bool IsShort(const World& world, absl::Time now) {
  return std::any_of(world.pool.nodes.begin(), world.pool.nodes.end(), [&](const Node& node) {
    return node.up > now && (world.rules.short_of_capacity || node.short_until > now);
  });
}

std::string WaitingMessage(const World& world, absl::Time now) {
  return NodesAreMissing(world, now) && !IsShort(world, now) ? "Compute pool node(s) are being provisioned."
                                                             : "Unschedulable due to insufficient resources.";
}

void Describe(const ContainerPlan& plan, const ContainerState& state, ContainerView& view) {
  switch (state.phase) {
    case Phase::kPulling:
      view.status = "PENDING";
      view.message = "Waiting to start";
      return;
    case Phase::kPullFailed:
      view.status = "PENDING";
      view.message = absl::StrCat("Failed to pull image ", plan.image, ".");
      return;
    case Phase::kStarting:
      view.status = "PENDING";
      view.message = plan.probe.empty() ? "Starting" : absl::StrCat("Readiness probe is failing at ", plan.probe, ".");
      return;
    case Phase::kReady:
      view.status = "READY";
      view.message = "Running";
      return;
    case Phase::kDone:
      view.status = "DONE";
      view.message = "Completed successfully";
      return;
    case Phase::kFailed:
      view.status = "FAILED";
      view.message = absl::StrCat("Encountered fatal error while running, check container logs. Exit code ",
                                  state.last_exit_code.value_or(1), ".");
      return;
  }
}

std::string InstanceStatus(const Workload& workload, const Instance& instance,
                           const std::vector<ContainerState>& states) {
  if (instance.gone_at) return "TERMINATING";
  if (instance.evicted_at) return "FAILED";
  if (states.empty()) return "PENDING";
  const InstancePlan* plan = PlanOf(workload, instance);
  bool failed = false, done = true, running = true;
  for (size_t i = 0; i < states.size(); ++i) {
    failed |= states[i].phase == Phase::kFailed;
    if (!plan->containers[i].sidecar) done &= states[i].phase == Phase::kDone;
    running &= states[i].phase == Phase::kReady || states[i].phase == Phase::kDone;
  }
  if (failed) return "FAILED";
  if (done) return workload.job ? "SUCCEEDED" : "FAILED";
  return running ? "READY" : "PENDING";
}

std::string JobStatus(const World& world, const Workload& job, absl::Time now) {
  if (job.cancelled) return job.instances.empty() || job.finished ? "CANCELLED" : "CANCELLING";
  bool failed = false, running = false, done = !job.instances.empty();
  for (const Instance& instance : job.instances) {
    const auto states = ContainerStates(job, instance, world.rules.speed, now);
    const std::string status = InstanceStatus(job, instance, states);
    failed |= status == "FAILED";
    done &= status == "SUCCEEDED";
    running |= status == "READY" || status == "SUCCEEDED" ||
               std::any_of(states.begin(), states.end(), [](const ContainerState& s) { return s.started.has_value(); });
  }
  return failed ? "FAILED" : done ? "DONE" : running ? "RUNNING" : "PENDING";
}

std::string ServiceStatus(const World& world, const Workload& service, absl::Time now) {
  if (service.suspended) return service.instances.empty() ? "SUSPENDED" : "SUSPENDING";
  int ready = 0;
  bool failed = false;
  for (const Instance& instance : service.instances) {
    const std::string status =
        InstanceStatus(service, instance, ContainerStates(service, instance, world.rules.speed, now));
    ready += status == "READY" ? 1 : 0;
    failed |= status == "FAILED";
  }
  if (ready > 0 && ready >= std::min(service.min_ready, service.wanted)) return "RUNNING";
  return failed ? "FAILED" : "PENDING";
}

}  // namespace

Resources& Resources::operator+=(const Resources& other) {
  milli_cpu += other.milli_cpu;
  memory += other.memory;
  gpus += other.gpus;
  return *this;
}

Resources& Resources::operator-=(const Resources& other) {
  milli_cpu -= other.milli_cpu;
  memory -= other.memory;
  gpus -= other.gpus;
  return *this;
}

ContainerRun RunOf(const Workload& workload, const Instance& instance, const std::string& container) {
  ContainerRun run{.placed = instance.placed.value_or(absl::InfiniteFuture()), .kills = {}, .job = workload.job};
  if (const auto seen = instance.observed.find(container); seen != instance.observed.end()) run.observed = seen->second;
  if (const auto kills = instance.kills.find(container); kills != instance.kills.end()) run.kills = kills->second;
  if (instance.evicted_at) run.kills.push_back(*instance.evicted_at);
  return run;
}

std::vector<ContainerState> ContainerStates(const Workload& workload, const Instance& instance, double speed,
                                            absl::Time now) {
  std::vector<ContainerState> states;
  const InstancePlan* plan = PlanOf(workload, instance);
  if (plan == nullptr || !instance.placed || *instance.placed > now) return states;
  for (const ContainerPlan& container : plan->containers) {
    states.push_back(StateAt(container.behaviour, RunOf(workload, instance, container.name), now, speed));
  }
  return states;
}

bool IsReady(const Workload& workload, const Instance& instance, double speed, absl::Time now) {
  return InstanceStatus(workload, instance, ContainerStates(workload, instance, speed, now)) == "READY";
}

bool IsUpgrading(const Workload& workload, double speed, absl::Time now) {
  if (workload.job || workload.suspended) return false;
  const bool outdated = std::any_of(workload.instances.begin(), workload.instances.end(),
                                    [&](const Instance& i) { return i.digest != workload.digest; });
  if (outdated) return true;
  // The last one replaced still starts: only after a change of version, when older plans are still kept.
  return workload.plans.size() > 1 && std::any_of(workload.instances.begin(), workload.instances.end(),
                                                  [&](const Instance& i) { return !IsReady(workload, i, speed, now); });
}

InstanceView ViewInstance(const World& world, const Workload& workload, const Instance& instance, absl::Time now) {
  InstanceView view;
  const std::vector<ContainerState> states = ContainerStates(workload, instance, world.rules.speed, now);
  view.status = InstanceStatus(workload, instance, states);
  const InstancePlan* plan = PlanOf(workload, instance);
  for (size_t i = 0; plan != nullptr && i < plan->containers.size(); ++i) {
    const ContainerPlan& container = plan->containers[i];
    ContainerView& seen = view.containers.emplace_back();
    seen.name = container.name;
    seen.image = container.image;
    seen.image_digest = container.image_digest;
    if (i < states.size()) {
      seen.state = states[i];
      Describe(container, states[i], seen);
      if (states[i].started && (!view.start_time || *states[i].started < *view.start_time)) {
        view.start_time = states[i].started;
      }
    } else {
      seen.status = "PENDING";
      seen.message = WaitingMessage(world, now);
    }
    if (container.sidecar && instance.ended) {
      seen.status = "DONE";
      seen.message = "Completed successfully";
    }
    if (instance.gone_at) {
      seen.status = "TERMINATING";
      seen.message = "Terminating";
    }
  }
  return view;
}

WorkloadView ViewWorkload(const World& world, const Workload& workload, absl::Time now) {
  WorkloadView view;
  view.status = workload.delete_at ? "DELETING"
                : workload.job     ? JobStatus(world, workload, now)
                                   : ServiceStatus(world, workload, now);
  view.current_instances = static_cast<int>(workload.instances.size());
  if (workload.job && (workload.finished || workload.cancelled)) view.current_instances = 0;
  const bool wants_none = workload.suspended || workload.cancelled || workload.finished || workload.delete_at;
  view.target_instances = wants_none ? 0 : workload.wanted;
  view.is_upgrading = IsUpgrading(workload, world.rules.speed, now);
  return view;
}

PoolView ViewPool(const World& world, absl::Time now) {
  PoolView view;
  for (const Workload& workload : world.workloads) {
    if (!workload.job) ++view.num_services;
    if (workload.job && !workload.finished) ++view.num_jobs;
  }
  int up = 0;
  for (const Node& node : world.pool.nodes) {
    if (node.up > now) continue;
    ++up;
    bool used = false;
    for (const Workload& workload : world.workloads) {
      used |= std::any_of(workload.instances.begin(), workload.instances.end(),
                          [&](const Instance& i) { return i.node == node.id && !i.ended; });
    }
    ++(used ? view.active_nodes : view.idle_nodes);
  }
  const int all = static_cast<int>(world.pool.nodes.size());
  view.target_nodes = world.pool.suspended ? 0 : all;
  view.state = world.pool.suspended    ? (all == 0 ? "SUSPENDED" : "STOPPING")
               : up == 0               ? "STARTING"
               : up < all              ? "RESIZING"
               : view.active_nodes > 0 ? "ACTIVE"
                                       : "IDLE";
  if (!world.pool.suspended && IsShort(world, now)) {
    view.error_code = kCapacityErrorCode;
    view.status_message = absl::StrCat("Compute pool ", world.pool.name, " cannot get nodes of instance family ",
                                       world.pool.family, ": insufficient capacity. The request is being retried.");
  }
  return view;
}

}  // namespace spcs::runtime
