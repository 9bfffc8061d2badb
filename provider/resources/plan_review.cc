// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/plan_review.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/snowflake/node_credits.h"

namespace spcs::resources {
namespace {

// Tags that name a place in somebody's process rather than a build.
constexpr absl::string_view kMovingTags[] = {"latest",  "main",    "master", "trunk", "dev",     "develop", "edge",
                                             "nightly", "staging", "stable", "prod",  "current", "test"};

// "0.57" for a fixed size, "0.57 to 1.14" for one that scales; nullopt when the price is not known.
std::optional<std::string> HourlyCost(const PoolSize& size) {
  const std::optional<double> node = snowflake::CreditsOfNode(size.family);
  if (!node) return std::nullopt;
  const std::string fewest = snowflake::CreditsText(*node * static_cast<double>(size.min_nodes));
  const std::string most = snowflake::CreditsText(*node * static_cast<double>(size.max_nodes));
  return fewest == most ? fewest : absl::StrCat(fewest, " to ", most);
}

std::string Nodes(const PoolSize& size) {
  const std::string count = size.min_nodes == size.max_nodes ? absl::StrCat(size.min_nodes)
                                                             : absl::StrCat(size.min_nodes, " to ", size.max_nodes);
  return absl::StrCat(count, " × ", size.family);
}

}  // namespace

bool HasMovingTag(absl::string_view image) {
  if (absl::StrContains(image, "@sha256:")) return false;
  const size_t slash = image.rfind('/');
  const absl::string_view name = slash == absl::string_view::npos ? image : image.substr(slash + 1);
  const size_t colon = name.find(':');
  if (colon == absl::string_view::npos) return true;
  const std::string tag = absl::AsciiStrToLower(name.substr(colon + 1));
  return std::find(std::begin(kMovingTags), std::end(kMovingTags), tag) != std::end(kMovingTags);
}

void WarnOfMovingTags(tf::PlanContext& context, const tf::Value& prior_spec, const tf::Value& spec) {
  const tf::Value& containers = spec.Get("containers");
  if (!containers.IsMap()) return;
  for (const auto& [name, container] : containers.AsMap()) {
    const tf::Value& image = container.Get("image");
    if (!image.IsString() || !HasMovingTag(image.AsString())) continue;
    const tf::Value& before = prior_spec.Get("containers").Get(name).Get("image");
    if (before.IsString() && before.AsString() == image.AsString()) continue;
    context.diagnostics.AddWarning(
        (tf::Path("spec") / "containers").Key(name) / "image",
        absl::StrCat("Image by a tag that moves: ", image.AsString()),
        absl::StrCat(
            "Container \"", name,
            "\": the service looks the tag up once, when it is created or updated. A later push under the same "
            "tag starts nothing, and this configuration applied elsewhere may start another image. Name a tag "
            "that is never pushed again, or the digest (NAME@sha256:…), an attribute of spcs_image."));
  }
}

void WarnOfReplacedService(tf::PlanContext& context, const std::string& name) {
  context.diagnostics.AddWarning(
      tf::Path(), absl::StrCat("Downtime: service ", name, " is replaced"),
      "It is dropped and created again: nothing answers in between, what its containers hold in memory and on local "
      "volumes is lost, its public endpoints get new URLs, and grants of its service roles go with it.");
}

void WarnOfUpdateWithoutPeer(tf::PlanContext& context, const std::string& name) {
  context.diagnostics.AddWarning(
      tf::Path(), absl::StrCat("Downtime: service ", name, " of one instance is updated"),
      "A service replaces its instances one by one, and this one has a single one: requests fail from the end of the "
      "old instance until the new one is ready. With min_instances = 2 one of them answers meanwhile.");
}

void WarnOfReplacedPool(tf::PlanContext& context, const std::string& name) {
  context.diagnostics.AddWarning(
      tf::Path(), absl::StrCat("Downtime: compute pool ", name, " is replaced"),
      "It is dropped and created again; its services run again only after new nodes have started, which takes minutes. "
      "Services that do not carry the pool's created_on in compute_pool_created_on are not planned with it.");
}

void WarnOfCost(tf::PlanContext& context, const std::string& name, const std::optional<PoolSize>& before,
                const PoolSize& after) {
  const std::optional<std::string> was = before ? HourlyCost(*before) : "0";
  const std::optional<std::string> becomes = HourlyCost(after);
  if (!was || !becomes || *was == *becomes) return;
  context.diagnostics.AddWarning(
      tf::Path(), absl::StrCat("Cost of compute pool ", name, ": ", *was, " → ", *becomes, " credits an hour"),
      absl::StrCat("While it runs: ", before ? absl::StrCat(Nodes(*before), " → ") : "", Nodes(after),
                   ". An estimate from public figures of 2026; a suspended pool costs nothing."));
}

}  // namespace spcs::resources
