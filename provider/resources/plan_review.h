// SPDX-License-Identifier: MPL-2.0
// What a reviewer should know before agreeing to a plan, as warnings: downtime, cost, images by a tag that moves.
// Called by the resources' ReviewPlanModel; what the plan does not touch is never warned of. Each summary names its
// object, because clients fold warnings with equal summaries into one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "provider/tf/resource.h"
#include "provider/tf/value.h"

namespace spcs::resources {

// Warns of each container whose image the plan sets or changes to one without a tag, or with a tag that is commonly
// moved ("latest", "main", …): the service looks the tag up once, so the same plan may start something else tomorrow,
// and a tag that moves later starts nothing. `prior_spec` is null on create; unknown images are passed over.
void WarnOfMovingTags(tf::PlanContext& context, const tf::Value& prior_spec, const tf::Value& spec);

// Warns that the service, known as `name`, is destroyed and created again.
void WarnOfReplacedService(tf::PlanContext& context, const std::string& name);

// Warns that a service of one instance is updated: the instance ends before its successor starts.
void WarnOfUpdateWithoutPeer(tf::PlanContext& context, const std::string& name);

// Warns that the compute pool, known as `name`, is destroyed and created again.
void WarnOfReplacedPool(tf::PlanContext& context, const std::string& name);

// The nodes of a compute pool, as a plan knows them.
struct PoolSize {
  std::string family{};
  int64_t min_nodes = 0;
  int64_t max_nodes = 0;
  bool operator==(const PoolSize&) const = default;
};

// Warns that the plan changes what the pool costs an hour, from its families and node counts. Says nothing when both
// cost the same or a family's price is not known here. `before` is nullopt on create.
void WarnOfCost(tf::PlanContext& context, const std::string& name, const std::optional<PoolSize>& before,
                const PoolSize& after);

// Whether people commonly move that tag of an image reference; true without tag and digest.
bool HasMovingTag(absl::string_view image);

}  // namespace spcs::resources
