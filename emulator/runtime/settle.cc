// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/settle.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "emulator/runtime/placement.h"

namespace spcs::runtime {
namespace {

constexpr absl::Duration kStopping = absl::Seconds(20);
constexpr absl::Duration kDeleting = absl::Seconds(3);
// More consequences at one instant, or more events in one call, mean a defect: better a late state than a hang.
constexpr int kMaxRounds = 1000;
constexpr int kMaxEvents = 50'000;

absl::Duration TerminationOf(const Workload& workload, const Instance& instance) {
  absl::Duration longest = absl::ZeroDuration();
  const auto plan = workload.plans.find(instance.digest);
  if (!instance.placed || plan == workload.plans.end()) return longest;
  for (const ContainerPlan& container : plan->second.containers) {
    longest = std::max(longest, container.behaviour.terminate);
  }
  return longest;
}

// Whether something of the instance runs as a process.
bool HasProcesses(const Workload& workload, const Instance& instance) {
  const auto plan = workload.plans.find(instance.digest);
  return instance.placed && plan != workload.plans.end() &&
         std::any_of(plan->second.containers.begin(), plan->second.containers.end(),
                     [](const ContainerPlan& container) { return container.behaviour.process; });
}

// Processes are gone when they are seen to be, which no clock foretells.
bool Terminate(const Workload& workload, Instance& instance, double speed, absl::Time now) {
  if (instance.gone_at) return false;
  instance.gone_at = HasProcesses(workload, instance) ? absl::InfiniteFuture()
                                                      : now + AtSpeed(TerminationOf(workload, instance), speed);
  return true;
}

bool IsGone(const Workload& workload, const Instance& instance, absl::Time now) {
  if (!instance.gone_at) return false;
  if (!HasProcesses(workload, instance)) return *instance.gone_at <= now;
  return std::all_of(instance.observed.begin(), instance.observed.end(),
                     [](const auto& one) { return one.second.ended.has_value() || !one.second.started; });
}

bool RemoveTerminated(Workload& workload, absl::Time now) {
  return std::erase_if(workload.instances, [&](const Instance& i) { return IsGone(workload, i, now); }) > 0;
}

constexpr size_t kAddressesInARow = 250;

std::string AddressAt(size_t place) {
  return absl::StrCat("10.244.", place % kAddressesInARow + 1, ".", place / kAddressesInARow % kAddressesInARow + 1);
}

bool IsTaken(const World& world, const std::string& address) {
  for (const Workload& workload : world.workloads) {
    for (const Instance& instance : workload.instances) {
      if (instance.ip == address) return true;
    }
  }
  return false;
}

// By the name, so that it is the same in every run; the next one when an instance of the pool has it.
std::string FreeAddress(const World& world, const std::string& name) {
  const size_t first = std::hash<std::string>()(name) % (kAddressesInARow * kAddressesInARow);
  size_t place = first;
  while (IsTaken(world, AddressAt(place)) && place < first + kAddressesInARow * kAddressesInARow) ++place;
  return AddressAt(place);
}

void AddInstance(const World& world, Workload& workload, int id, absl::Time now) {
  Instance instance;
  instance.id = id;
  instance.digest = workload.digest;
  instance.created = now;
  instance.ip = FreeAddress(world, absl::StrCat(world.pool.name, "/", workload.name, "/", id));
  const auto place = std::find_if(workload.instances.begin(), workload.instances.end(),
                                  [&](const Instance& other) { return other.id > id; });
  workload.instances.insert(place, std::move(instance));
}

// The number of instances: the missing with the lowest free numbers, the surplus from the highest number down.
bool Scale(const World& world, Workload& workload, absl::Time now) {
  bool changed = false;
  const bool stopped = workload.suspended || workload.delete_at || workload.cancelled;
  if (workload.job && (workload.finished || (!workload.instances.empty() && !stopped))) return false;
  const int wanted = stopped ? 0 : workload.wanted;
  for (Instance& instance : workload.instances) {
    if (instance.id >= wanted && !instance.ended) {
      changed |= Terminate(workload, instance, world.rules.speed, now);
    }
  }
  for (int id = 0; id < wanted; ++id) {
    const bool taken = std::any_of(workload.instances.begin(), workload.instances.end(),
                                   [&](const Instance& instance) { return instance.id == id; });
    if (taken) continue;
    AddInstance(world, workload, id, now);
    changed = true;
  }
  return changed;
}

// A rolling change of version: one instance at a time, the highest number first.
bool Upgrade(const World& world, Workload& workload, absl::Time now) {
  if (workload.job || workload.suspended || workload.delete_at) return false;
  const double speed = world.rules.speed;
  for (const Instance& instance : workload.instances) {
    const bool in_transit =
        instance.gone_at || (instance.digest == workload.digest && !IsReady(workload, instance, speed, now));
    if (in_transit) return false;
  }
  for (auto instance = workload.instances.rbegin(); instance != workload.instances.rend(); ++instance) {
    if (instance->digest != workload.digest) return Terminate(workload, *instance, speed, now);
  }
  // All run the newest version and are ready: the older plans are no longer needed.
  return std::erase_if(workload.plans, [&](const auto& plan) { return plan.first != workload.digest; }) > 0;
}

// Instances that wait for a node have nothing to roll: they take the newest version at once.
bool UpgradeWaiting(Workload& workload) {
  bool changed = false;
  for (Instance& instance : workload.instances) {
    if (instance.placed || instance.digest == workload.digest) continue;
    instance.digest = workload.digest;
    changed = true;
  }
  return changed;
}

bool EndJob(const World& world, Workload& job, absl::Time now) {
  if (!job.job || job.finished) return false;
  bool changed = false, all = true;
  for (Instance& instance : job.instances) {
    if (instance.ended) continue;
    const auto states = ContainerStates(job, instance, world.rules.speed, now);
    // The first failure ends the instance; without one, the last container does.
    absl::Time end = instance.evicted_at.value_or(absl::InfinitePast());
    bool ended = !states.empty() || instance.evicted_at;
    for (size_t i = 0; i < states.size(); ++i) {
      if (states[i].phase == Phase::kFailed) {
        end = *states[i].ended;
        ended = true;
        break;
      }
      if (job.plans.at(instance.digest).containers[i].sidecar) continue;
      ended &= states[i].phase == Phase::kDone;
      if (states[i].ended) end = std::max(end, *states[i].ended);
    }
    if (ended) {
      instance.ended = end;
      changed = true;
    }
    all &= ended;
  }
  if (all && !(job.instances.empty() && !job.cancelled)) {
    job.finished = now;
    changed = true;
  }
  return changed;
}

// Being dropped and nothing runs any more, or a job's record that is too old.
bool Leave(const World& world, Workload& workload, absl::Time now) {
  if (workload.gone) return false;
  const bool dropped = workload.delete_at && *workload.delete_at <= now &&
                       std::all_of(workload.instances.begin(), workload.instances.end(),
                                   [](const Instance& instance) { return instance.ended.has_value(); });
  const bool expired = workload.finished && *workload.finished + world.rules.job_record <= now;
  workload.gone = dropped || expired;
  return workload.gone;
}

bool NoteFirstReady(const World& world, Workload& workload, absl::Time now) {
  if (workload.job || workload.first_ready) return false;
  for (const Instance& instance : workload.instances) {
    if (!IsReady(workload, instance, world.rules.speed, now)) continue;
    workload.first_ready = now;
    return true;
  }
  return false;
}

bool StepWorkload(const World& world, Workload& workload, absl::Time now) {
  bool changed = RemoveTerminated(workload, now);
  changed |= Scale(world, workload, now);
  changed |= UpgradeWaiting(workload);
  changed |= Upgrade(world, workload, now);
  changed |= EndJob(world, workload, now);
  changed |= NoteFirstReady(world, workload, now);
  return changed | Leave(world, workload, now);
}

bool AllNodesUp(const Pool& pool, absl::Time now) {
  return std::all_of(pool.nodes.begin(), pool.nodes.end(), [&](const Node& node) { return node.up <= now; });
}

// Suspended: the nodes go when nothing runs on them any more.
bool StepStopping(World& world, absl::Time now) {
  Pool& pool = world.pool;
  if (!pool.suspended || pool.nodes.empty()) return false;
  for (const Workload& workload : world.workloads) {
    for (const Instance& instance : workload.instances) {
      if (instance.node != 0 && !instance.ended) return false;
    }
  }
  const bool none_up =
      std::all_of(pool.nodes.begin(), pool.nodes.end(), [&](const Node& node) { return node.up > now; });
  if (!pool.stop_at && !none_up) {
    pool.stop_at = now + AtSpeed(kStopping, world.rules.speed);
    return true;
  }
  if (!none_up && *pool.stop_at > now) return false;
  pool.nodes.clear();
  pool.stop_at = std::nullopt;
  return true;
}

bool StepIdle(World& world, absl::Time now) {
  Pool& pool = world.pool;
  const bool idle = !pool.suspended && !IsWanted(world) && AllNodesUp(pool, now);
  if (!idle) {
    const bool changed = pool.idle_since.has_value();
    pool.idle_since = std::nullopt;
    return changed;
  }
  if (!pool.idle_since) {
    pool.idle_since = now;
    return true;
  }
  // A setting of the user's, so it passes on the emulator's clock and not at its speed.
  if (pool.auto_suspend_secs <= 0 || now < *pool.idle_since + absl::Seconds(pool.auto_suspend_secs)) return false;
  pool.suspended = true;
  pool.idle_since = std::nullopt;
  return true;
}

bool Step(World& world, absl::Time now) {
  bool changed = false;
  for (Workload& workload : world.workloads) changed |= StepWorkload(world, workload, now);
  std::erase_if(world.workloads, [](const Workload& workload) { return workload.gone && workload.id == 0; });
  changed |= WatchCapacity(world, now);
  changed |= RemoveNodes(world, now);
  changed |= PlaceInstances(world, now);
  changed |= StepStopping(world, now);
  return changed | StepIdle(world, now);
}

// When something of the workload changes by itself after `now`.
absl::Time NextOf(const World& world, const Workload& workload, absl::Time now) {
  absl::Time next = absl::InfiniteFuture();
  const auto consider = [&](std::optional<absl::Time> time) {
    if (time && *time > now) next = std::min(next, *time);
  };
  if (workload.gone) return next;
  consider(workload.delete_at);
  if (workload.finished) consider(*workload.finished + world.rules.job_record);
  // What containers do matters only while somebody waits for it.
  const bool waited_for = workload.job ? !workload.finished : !workload.first_ready || workload.plans.size() > 1;
  for (const Instance& instance : workload.instances) {
    consider(instance.gone_at);
    if (!waited_for || instance.ended) continue;
    for (const ContainerState& state : ContainerStates(workload, instance, world.rules.speed, now)) {
      consider(state.next);
    }
  }
  return next;
}

}  // namespace

absl::Time NextEvent(const World& world) {
  const Pool& pool = world.pool;
  const absl::Time now = pool.settled;
  absl::Time next = absl::InfiniteFuture();
  const auto consider = [&](absl::Time time) {
    if (time > now) next = std::min(next, time);
  };
  for (const Node& node : pool.nodes) consider(node.up);
  if (pool.stop_at) consider(*pool.stop_at);
  if (pool.idle_since && pool.auto_suspend_secs > 0) {
    consider(*pool.idle_since + absl::Seconds(pool.auto_suspend_secs));
  }
  consider(NextRemoval(world));
  for (const Workload& workload : world.workloads) consider(NextOf(world, workload, now));
  return next;
}

void Reconsider(World& world, absl::Time now) {
  for (int round = 0; round < kMaxRounds && Step(world, now); ++round) {
  }
  world.pool.settled = std::max(world.pool.settled, now);
}

void Settle(World& world, absl::Time now) {
  for (int event = 0; event < kMaxEvents; ++event) {
    const absl::Time next = NextEvent(world);
    if (next > now) return;
    Reconsider(world, next);
  }
  Reconsider(world, now);
}

void SuspendPool(World& world, absl::Time now) {
  world.pool.suspended = true;
  world.pool.idle_since = std::nullopt;
  world.pool.surplus_since = std::nullopt;
  for (Workload& workload : world.workloads) {
    if (!workload.job) SuspendWorkload(workload, now);
  }
}

void ResumePool(World& world, absl::Time now) {
  if (!world.pool.suspended) return;
  world.pool.suspended = false;
  world.pool.stop_at = std::nullopt;
  world.pool.resumed_on = now;
}

void SuspendWorkload(Workload& workload, absl::Time now) {
  if (workload.suspended) return;
  workload.suspended = true;
  workload.suspended_on = now;
}

void ResumeWorkload(Workload& workload, absl::Time now) {
  if (!workload.suspended) return;
  workload.suspended = false;
  workload.resumed_on = now;
}

void DeleteWorkload(const World& world, Workload& workload, absl::Time now) {
  if (!workload.delete_at) workload.delete_at = now + AtSpeed(kDeleting, world.rules.speed);
}

void RelabelWorkload(Workload& workload, const std::string& digest) {
  auto plan = workload.plans.extract(workload.digest);
  if (!plan.empty()) {
    plan.key() = digest;
    workload.plans.insert(std::move(plan));
  }
  for (Instance& instance : workload.instances) {
    if (instance.digest == workload.digest) instance.digest = digest;
  }
  workload.digest = digest;
}

bool KillContainer(Workload& workload, int id, const std::string& container, absl::Time now) {
  for (Instance& instance : workload.instances) {
    if (instance.id != id || !instance.placed || instance.ended) continue;
    const auto plan = workload.plans.find(instance.digest);
    if (plan == workload.plans.end()) return false;
    for (const ContainerPlan& one : plan->second.containers) {
      if (one.name != container) continue;
      instance.kills[container].push_back(now);
      return true;
    }
  }
  return false;
}

}  // namespace spcs::runtime
