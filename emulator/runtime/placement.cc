// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/placement.h"

#include <algorithm>
#include <functional>

namespace spcs::runtime {
namespace {

constexpr absl::Duration kKeepSurplus = absl::Minutes(5);

// A number that depends on nothing but its input, so that a restarted emulator plays the same times.
uint64_t Hash(const std::string& text, uint64_t salt) {
  uint64_t hash = 14695981039346656037ULL ^ salt;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash ^ (hash >> 29);
}

// How long the node takes to come up: 60 to 120 s, 90 to 180 s with GPUs.
absl::Duration StartTime(const World& world, int node) {
  const uint64_t hash = Hash(world.pool.name, static_cast<uint64_t>(node) * 7919);
  return world.rules.node.gpus > 0 ? absl::Seconds(90 + hash % 91) : absl::Seconds(60 + hash % 61);
}

void ForEachOn(World& world, int node, const std::function<void(Workload&, Instance&)>& visit) {
  for (Workload& workload : world.workloads) {
    for (Instance& instance : workload.instances) {
      if (instance.node == node && !instance.ended) visit(workload, instance);
    }
  }
}

Resources RequestOf(const Workload& workload, const Instance& instance) {
  const auto plan = workload.plans.find(instance.digest);
  return plan == workload.plans.end() ? Resources{} : plan->second.request;
}

Resources RoomOn(World& world, int node) {
  Resources room = world.rules.node;
  ForEachOn(world, node, [&](Workload& workload, Instance& instance) { room -= RequestOf(workload, instance); });
  return room;
}

void AddNode(World& world, absl::Time now) {
  Node& node = world.pool.nodes.emplace_back();
  node.id = ++world.pool.last_node;
  node.requested = now;
  node.short_until = now + AtSpeed(world.rules.shortage, world.rules.speed);
  node.up = world.rules.short_of_capacity ? absl::InfiniteFuture()
                                          : node.short_until + AtSpeed(StartTime(world, node.id), world.rules.speed);
}

std::vector<std::pair<Workload*, Instance*>> Waiting(World& world) {
  std::vector<std::pair<Workload*, Instance*>> waiting;
  for (Workload& workload : world.workloads) {
    for (Instance& instance : workload.instances) {
      if (instance.node == 0 && !instance.gone_at && !instance.ended) waiting.emplace_back(&workload, &instance);
    }
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const auto& a, const auto& b) { return a.second->created < b.second->created; });
  return waiting;
}

// What the loss of the node costs: nothing when idle, else more for jobs and for low instance numbers.
int CostOf(World& world, const Node& node, absl::Time now) {
  int cost = 0;
  ForEachOn(world, node.id, [&](Workload& workload, Instance& instance) {
    cost += workload.job ? 1'000'000 : 1000 - std::min(instance.id, 900);
  });
  return cost == 0 && node.up > now ? -1 : cost;  // the one that is not there yet goes first
}

void Evict(World& world, int node, absl::Time now) {
  ForEachOn(world, node, [&](Workload& workload, Instance& instance) {
    if (workload.job) {
      instance.evicted_at = now;
    } else if (!instance.gone_at) {
      instance.node = 0;
      instance.placed = std::nullopt;
      instance.created = now;
      instance.kills.clear();
    }
  });
}

int NeededNodes(World& world) {
  int used = 0;
  for (const Node& node : world.pool.nodes) {
    bool busy = false;
    ForEachOn(world, node.id, [&](Workload&, Instance&) { busy = true; });
    used += busy ? 1 : 0;
  }
  return std::max(used, world.pool.min_nodes);
}

void RemoveCheapest(World& world, absl::Time now) {
  auto& nodes = world.pool.nodes;
  size_t cheapest = 0;
  for (size_t i = 1; i < nodes.size(); ++i) {
    if (CostOf(world, nodes[i], now) <= CostOf(world, nodes[cheapest], now)) cheapest = i;
  }
  Evict(world, nodes[cheapest].id, now);
  nodes.erase(nodes.begin() + static_cast<long>(cheapest));
}

}  // namespace

bool PlaceInstances(World& world, absl::Time now) {
  bool changed = false;
  if (world.pool.suspended) return changed;
  while (static_cast<int>(world.pool.nodes.size()) < world.pool.min_nodes) {
    AddNode(world, now);
    changed = true;
  }
  std::map<int, Resources> coming;  // room on the nodes that are not up yet
  for (const Node& node : world.pool.nodes) {
    if (node.up > now) coming[node.id] = world.rules.node;
  }
  for (const auto& [workload, instance] : Waiting(world)) {
    const Resources request = RequestOf(*workload, *instance);
    const auto node = std::find_if(world.pool.nodes.begin(), world.pool.nodes.end(),
                                   [&](const Node& n) { return n.up <= now && request.Fits(RoomOn(world, n.id)); });
    if (node != world.pool.nodes.end()) {
      instance->node = node->id;
      instance->placed = now;
      changed = true;
      continue;
    }
    auto later = std::find_if(coming.begin(), coming.end(), [&](const auto& n) { return request.Fits(n.second); });
    if (later != coming.end()) {
      later->second -= request;
    } else if (static_cast<int>(world.pool.nodes.size()) < world.pool.max_nodes && request.Fits(world.rules.node)) {
      AddNode(world, now);
      Resources room = world.rules.node;
      coming[world.pool.last_node] = room -= request;
      changed = true;
    }
  }
  return changed;
}

bool RemoveNodes(World& world, absl::Time now) {
  bool changed = false;
  if (world.pool.suspended) return changed;
  while (static_cast<int>(world.pool.nodes.size()) > world.pool.max_nodes) {
    RemoveCheapest(world, now);
    changed = true;
  }
  const int surplus = static_cast<int>(world.pool.nodes.size()) - NeededNodes(world);
  if (surplus <= 0 || !Waiting(world).empty()) {
    changed |= world.pool.surplus_since.has_value();
    world.pool.surplus_since = std::nullopt;
    return changed;
  }
  if (!world.pool.surplus_since) {
    world.pool.surplus_since = now;
    return true;
  }
  if (now < NextRemoval(world)) return changed;
  for (int i = 0; i < surplus; ++i) RemoveCheapest(world, now);
  world.pool.surplus_since = std::nullopt;
  return true;
}

absl::Time NextRemoval(const World& world) {
  // Not at the emulator's speed: like auto-suspension, it is a policy and not a transition.
  return world.pool.surplus_since ? *world.pool.surplus_since + kKeepSurplus : absl::InfiniteFuture();
}

bool WatchCapacity(World& world, absl::Time now) {
  bool changed = false;
  for (Node& node : world.pool.nodes) {
    if (node.up <= now) continue;
    if (world.rules.short_of_capacity && node.up != absl::InfiniteFuture()) {
      node.up = absl::InfiniteFuture();
      changed = true;
    } else if (!world.rules.short_of_capacity && node.up == absl::InfiniteFuture()) {
      node.short_until = now;
      node.up = now + AtSpeed(StartTime(world, node.id), world.rules.speed);
      changed = true;
    }
  }
  return changed;
}

bool IsWanted(const World& world) {
  return std::any_of(world.workloads.begin(), world.workloads.end(), [](const Workload& workload) {
    const bool resting = workload.suspended || workload.finished.has_value() || workload.delete_at.has_value();
    return !resting || (!workload.finished && !workload.instances.empty());
  });
}

}  // namespace spcs::runtime
