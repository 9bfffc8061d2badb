// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/feasibility.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/ray/serve_config.h"

namespace spcs::ray {
namespace {

using nlohmann::json;
using Resources = std::map<std::string, double>;

// Ray counts in ten-thousandths.
constexpr double kTolerance = 1e-4 / 2;

// What one deployment asks for.
struct Demand {
  std::string deployment;
  int64_t replicas = 1;
  std::vector<Resources> bundles;  // of each replica
  std::string strategy;            // "": one bundle, no placement group
};

// The member, or null.
const json& Member(const json& object, const char* key) {
  static const json& null = *new json();
  return object.is_object() && object.contains(key) ? object.at(key) : null;
}

void Add(const json& amounts, Resources& resources) {
  if (!amounts.is_object()) return;
  for (const auto& [name, amount] : amounts.items()) {
    if (amount.is_number() && amount.get<double>() > 0) resources[name] += amount.get<double>();
  }
}

Resources ActorResources(const json& options) {
  Resources resources;
  const json& custom = Member(options, "resources");
  Add(custom, resources);
  Add({{"CPU", Member(options, "num_cpus")},
       {"GPU", Member(options, "num_gpus")},
       {"memory", Member(options, "memory")}},
      resources);
  return resources;
}

int64_t Replicas(const json& deployment) {
  const json& number = Member(deployment, "num_replicas");
  if (number.is_number_integer()) return number.get<int64_t>();
  if (number.is_number()) return std::llround(number.get<double>());
  const json& least = Member(Member(deployment, "autoscaling_config"), "min_replicas");
  return least.is_number() ? std::llround(least.get<double>()) : 1;
}

std::vector<Demand> Demands(const json& application) {
  std::vector<Demand> demands;
  const json& deployments = Member(application, "deployments");
  if (!deployments.is_array()) return demands;
  for (const json& deployment : deployments) {
    Demand demand{.deployment = JsonString(deployment, "name"), .replicas = Replicas(deployment)};
    const json& bundles = Member(deployment, "placement_group_bundles");
    if (bundles.is_array()) {
      demand.strategy = JsonString(deployment, "placement_group_strategy");
      if (demand.strategy.empty()) demand.strategy = "PACK";
      for (const json& bundle : bundles) Add(bundle, demand.bundles.emplace_back());
    } else {
      demand.bundles.push_back(ActorResources(Member(deployment, "ray_actor_options")));
    }
    demands.push_back(std::move(demand));
  }
  return demands;
}

void AddTotals(const std::vector<Demand>& demands, Resources& totals) {
  for (const Demand& demand : demands) {
    for (const Resources& bundle : demand.bundles) {
      for (const auto& [name, amount] : bundle) totals[name] += amount * static_cast<double>(demand.replicas);
    }
  }
}

Resources TotalsOf(const std::vector<Node>& nodes) {
  Resources totals;
  for (const Node& node : nodes) {
    if (node.state != "ALIVE") continue;
    for (const auto& [name, amount] : node.resources) totals[name] += amount;
  }
  return totals;
}

double AmountOf(const Resources& resources, const std::string& name) {
  const auto found = resources.find(name);
  return found == resources.end() ? 0 : found->second;
}

std::string Describe(const Resources& resources) {
  return absl::StrJoin(resources, ", ", [](std::string* out, const auto& resource) {
    absl::StrAppend(out, resource.first, " ", resource.second);
  });
}

// How many of these bundles fit on the node at once.
int64_t Room(const Node& node, const Resources& bundle) {
  double room = 1e6;
  for (const auto& [name, amount] : bundle) {
    room = std::min(room, std::floor((AmountOf(node.resources, name) + kTolerance) / amount));
  }
  return static_cast<int64_t>(room);
}

// Replicas that can be placed when all bundles are the same; exact.
int64_t PlaceableReplicas(const Demand& demand, const std::vector<int64_t>& rooms) {
  const auto bundles = static_cast<int64_t>(demand.bundles.size());
  int64_t placeable = 0;
  if (demand.strategy == "STRICT_PACK") {
    for (const int64_t room : rooms) placeable += room / bundles;
    return placeable;
  }
  if (demand.strategy == "STRICT_SPREAD") {
    // Each replica takes one place of `bundles` different nodes.
    for (placeable = demand.replicas; placeable > 0; --placeable) {
      int64_t places = 0;
      for (const int64_t room : rooms) places += std::min(room, placeable);
      if (places >= placeable * bundles) break;
    }
    return placeable;
  }
  for (const int64_t room : rooms) placeable += room;
  return placeable / bundles;
}

absl::Status Infeasible(const std::string& why, const std::vector<Node>& nodes) {
  return WithFact(absl::ResourceExhaustedError(absl::StrCat(why, "; the cluster has ", DescribeNodes(nodes))), kAdvice,
                  "Add or resume workers, give them larger instances, or ask for less.");
}

absl::Status CheckDemand(const Demand& demand, const std::vector<Node>& nodes) {
  if (demand.bundles.empty()) return absl::OkStatus();
  const bool same = std::all_of(demand.bundles.begin(), demand.bundles.end(),
                                [&](const Resources& bundle) { return bundle == demand.bundles[0]; });
  std::vector<int64_t> rooms;
  for (const Resources& bundle : demand.bundles) {
    rooms.clear();
    for (const Node& node : nodes) {
      if (node.state == "ALIVE") rooms.push_back(Room(node, bundle));
    }
    if (std::none_of(rooms.begin(), rooms.end(), [](int64_t room) { return room > 0; })) {
      return Infeasible(
          absl::StrCat("deployment ", demand.deployment, " wants {", Describe(bundle), "} on one node, which none has"),
          nodes);
    }
    if (same) break;
  }
  if (!same) return absl::OkStatus();
  const int64_t placeable = PlaceableReplicas(demand, rooms);
  if (placeable >= demand.replicas) return absl::OkStatus();
  const std::string group = absl::StrCat(demand.bundles.size(), " × {", Describe(demand.bundles[0]), "}",
                                         demand.strategy.empty() ? "" : absl::StrCat(" ", demand.strategy));
  return Infeasible(absl::StrCat("deployment ", demand.deployment, " wants ", demand.replicas, " replica(s) of ", group,
                                 ", and there is room for ", placeable, ": of such bundles ",
                                 absl::StrJoin(rooms, " + "), " fit on the nodes"),
                    nodes);
}

// What the other applications that run hold.
Resources HeldByOthers(const json& application, const json& answer, std::vector<std::string>& names) {
  Resources held;
  for (const auto& [name, entry] : Member(answer, "applications").items()) {
    if (name == JsonString(application, "name") || JsonString(entry, "status") != "RUNNING") continue;
    AddTotals(Demands(Member(entry, "deployed_app_config")), held);
    names.push_back(name);
  }
  return held;
}

}  // namespace

absl::Status CheckFeasible(const json& application, const json& answer, const std::vector<Node>& nodes) {
  const std::vector<Demand> demands = Demands(application);
  for (const Demand& demand : demands) RETURN_IF_ERROR(CheckDemand(demand, nodes));
  std::vector<std::string> others;
  const Resources held = HeldByOthers(application, answer, others);
  Resources wanted;
  AddTotals(demands, wanted);
  const Resources totals = TotalsOf(nodes);
  for (const auto& [name, amount] : wanted) {
    const double has = AmountOf(totals, name), taken = AmountOf(held, name);
    if (amount <= has - taken + kTolerance) continue;
    std::string why = absl::StrCat("the application wants ", name, " ", amount, " in all, and the cluster has ", has);
    if (taken > 0)
      absl::StrAppend(&why, ", of which other applications (", absl::StrJoin(others, ", "), ") hold ", taken);
    return Infeasible(why, nodes);
  }
  return absl::OkStatus();
}

std::string DescribeNodes(const std::vector<Node>& nodes) {
  int alive = 0, workers = 0;
  for (const Node& node : nodes) {
    if (node.state != "ALIVE") continue;
    ++alive;
    workers += node.is_head ? 0 : 1;
  }
  Resources totals = TotalsOf(nodes);
  for (auto resource = totals.begin(); resource != totals.end();) {
    const std::string& name = resource->first;
    const bool plain = name == "memory" || name == "object_store_memory" || absl::StartsWith(name, "node:");
    resource = plain ? totals.erase(resource) : ++resource;
  }
  return absl::StrCat(alive, " nodes (", workers, " workers): ", totals.empty() ? "no resources" : Describe(totals));
}

}  // namespace spcs::ray
