// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/feasibility.h"

#include "provider/ray/deployer_fixture_for_test.h"

namespace spcs::ray {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

Node MakeNode(double cpus, double gpus, bool head = false) {
  return {.id = "n", .state = "ALIVE", .is_head = head, .resources = {{"CPU", cpus}, {"GPU", gpus}, {"memory", 1e9}}};
}

// A head without GPUs and two workers with 4 each.
std::vector<Node> TwoWorkers() {
  return {MakeNode(2, 0, true), MakeNode(5, 4), MakeNode(5, 4)};
}

json Groups(int replicas, std::vector<json> bundles, const std::string& strategy) {
  return {{"name", "chat"},
          {"deployments",
           {{{"name", "LLM"},
             {"num_replicas", replicas},
             {"placement_group_bundles", std::move(bundles)},
             {"placement_group_strategy", strategy}}}}};
}

json Gpus(int replicas, int bundles, const std::string& strategy, double each = 1) {
  return Groups(replicas, std::vector<json>(size_t(bundles), {{"GPU", each}}), strategy);
}

bool Fits(const json& application, const std::vector<Node>& nodes = TwoWorkers()) {
  return CheckFeasible(application, json::object(), nodes).ok();
}

TEST(FeasibilityTest, PackAndSpreadUseEveryNode) {
  for (const char* strategy : {"PACK", "SPREAD"}) {
    EXPECT_TRUE(Fits(Gpus(1, 8, strategy)));
    EXPECT_FALSE(Fits(Gpus(1, 9, strategy)));
    EXPECT_TRUE(Fits(Gpus(2, 4, strategy)));
    EXPECT_FALSE(Fits(Gpus(3, 3, strategy)));
    EXPECT_TRUE(Fits(Gpus(2, 1, strategy, 4)));
    // Eight GPUs in all, but only one such bundle fits on a node.
    EXPECT_FALSE(Fits(Gpus(3, 1, strategy, 2.5)));
  }
}

TEST(FeasibilityTest, StrictPackNeedsOneNode) {
  EXPECT_TRUE(Fits(Gpus(2, 4, "STRICT_PACK")));
  EXPECT_FALSE(Fits(Gpus(1, 5, "STRICT_PACK")));
  EXPECT_FALSE(Fits(Gpus(3, 3, "STRICT_PACK"))) << "one for each node";
}

TEST(FeasibilityTest, StrictSpreadNeedsANodeForEachBundle) {
  EXPECT_TRUE(Fits(Gpus(4, 2, "STRICT_SPREAD")));
  EXPECT_FALSE(Fits(Gpus(1, 3, "STRICT_SPREAD")));
  EXPECT_FALSE(Fits(Gpus(5, 2, "STRICT_SPREAD")));
  EXPECT_TRUE(Fits(Gpus(1, 3, "STRICT_SPREAD", 1), {MakeNode(1, 1), MakeNode(1, 1), MakeNode(1, 1)}));
}

TEST(FeasibilityTest, ActorsWithoutAGroupCountToo) {
  json application = {
      {"name", "a"}, {"deployments", {{{"name", "D"}, {"num_replicas", 3}, {"ray_actor_options", {{"num_gpus", 4}}}}}}};
  EXPECT_FALSE(Fits(application));
  application["deployments"][0]["num_replicas"] = 2;
  EXPECT_TRUE(Fits(application));
  application["deployments"][0]["ray_actor_options"]["resources"] = {{"label", 0.01}};
  const absl::Status missing = CheckFeasible(application, json::object(), TwoWorkers());
  EXPECT_THAT(std::string(missing.message()), HasSubstr("wants {GPU 4, label 0.01} on one node, which none has"));
}

TEST(FeasibilityTest, FractionsAreCountedAsRayCounts) {
  EXPECT_TRUE(Fits(Gpus(1, 80, "PACK", 0.1)));
  EXPECT_FALSE(Fits(Gpus(1, 81, "PACK", 0.1)));
}

TEST(FeasibilityTest, WhatIsNotCertainIsNotRefused) {
  // Bundles of two kinds: they fit one by one, and in all.
  EXPECT_TRUE(Fits(Groups(1, {{{"GPU", 4}}, {{"GPU", 3}}, {{"GPU", 1}}}, "PACK")));
  EXPECT_FALSE(Fits(Groups(1, {{{"GPU", 4}}, {{"GPU", 4}}, {{"GPU", 1}}}, "PACK")));
  EXPECT_FALSE(Fits(Groups(1, {{{"GPU", 5}}, {{"GPU", 1}}}, "PACK")));
  // A builder that asks in code.
  EXPECT_TRUE(Fits({{"name", "a"}, {"deployments", {{{"name", "D"}}}}}));
  EXPECT_TRUE(Fits({{"name", "a"}}));
  EXPECT_TRUE(Fits({{"name", "a"}, {"deployments", {{{"name", "D"}, {"num_replicas", "auto"}}}}}));
}

TEST(FeasibilityTest, DeadNodesCountForNothing) {
  std::vector<Node> nodes = TwoWorkers();
  nodes[2].state = "DEAD";
  EXPECT_FALSE(Fits(Gpus(1, 8, "PACK"), nodes));
  EXPECT_EQ(DescribeNodes(nodes), "2 nodes (1 workers): CPU 7, GPU 4");
}

TEST(FeasibilityTest, WhatOthersHoldIsTaken) {
  json other = Gpus(1, 6, "PACK");
  other["name"] = "other";
  const auto answer = [&](const char* status) {
    return json{{"applications", {{"other", {{"status", status}, {"deployed_app_config", other}}}}}};
  };
  const absl::Status taken = CheckFeasible(Gpus(1, 4, "PACK"), answer("RUNNING"), TwoWorkers());
  EXPECT_TRUE(absl::IsResourceExhausted(taken)) << taken;
  EXPECT_THAT(std::string(taken.message()),
              HasSubstr("wants GPU 4 in all, and the cluster has 8, of which other applications (other) hold 6"));
  EXPECT_TRUE(CheckFeasible(Gpus(1, 2, "PACK"), answer("RUNNING"), TwoWorkers()).ok());
  EXPECT_TRUE(CheckFeasible(Gpus(1, 4, "PACK"), answer("DELETING"), TwoWorkers()).ok());
  // What it holds itself is free for it.
  EXPECT_TRUE(CheckFeasible(other, answer("RUNNING"), TwoWorkers()).ok());
}

}  // namespace
}  // namespace spcs::ray
