// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/plan_review.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/base/clock.h"

namespace spcs::resources {
namespace {

tf::Value SpecWith(const std::string& container, tf::Value image) {
  return tf::Value(tf::Value::Map{
      {"containers", tf::Value(tf::Value::Map{{container, tf::Value(tf::Value::Map{{"image", std::move(image)}})}})}});
}

class PlanReviewTest : public ::testing::Test {
 protected:
  std::vector<std::string> Paths(const tf::Value& prior, const tf::Value& spec) {
    tf::Diagnostics diagnostics;
    tf::PlanContext context{
        .stop = {}, .clock = clock_, .diagnostics = diagnostics, .private_state = {}, .requires_replace = {}};
    WarnOfMovingTags(context, prior, spec);
    std::vector<std::string> paths;
    for (const tf::Diagnostic& diagnostic : diagnostics.list()) paths.push_back(diagnostic.path.ToString());
    EXPECT_FALSE(diagnostics.HasErrors());
    return paths;
  }

  std::string Cost(const std::optional<PoolSize>& before, const PoolSize& after) {
    tf::Diagnostics diagnostics;
    tf::PlanContext context{
        .stop = {}, .clock = clock_, .diagnostics = diagnostics, .private_state = {}, .requires_replace = {}};
    WarnOfCost(context, "POOL", before, after);
    return diagnostics.empty() ? "" : diagnostics.list().front().summary + ". " + diagnostics.list().front().detail;
  }

  RealClock clock_;
};

TEST_F(PlanReviewTest, CostBeforeAndAfter) {
  const PoolSize two{.family = "GPU_NV_M", .min_nodes = 2, .max_nodes = 2};
  const PoolSize scaling{.family = "GPU_NV_M", .min_nodes = 2, .max_nodes = 3};
  EXPECT_THAT(Cost(std::nullopt, two), ::testing::HasSubstr("pool POOL: 0 → 5.36 credits an hour"));
  EXPECT_THAT(
      Cost(two, scaling),
      ::testing::HasSubstr("5.36 → 5.36 to 8.04 credits an hour. While it runs: 2 × GPU_NV_M → 2 to 3 × GPU_NV_M."));
  EXPECT_EQ(Cost(two, two), "");
  EXPECT_EQ(Cost(std::nullopt, {.family = "GPU_OF_TOMORROW", .min_nodes = 1, .max_nodes = 1}), "");
}

TEST_F(PlanReviewTest, TagsThatMove) {
  for (const char* image : {"/db/s/r/app", "/db/s/r/app:latest", "/db/s/r/app:Main", "host:5000/r/app", "app:dev"}) {
    EXPECT_TRUE(HasMovingTag(image)) << image;
  }
  for (const char* image : {"/db/s/r/app:1.0", "/db/s/r/app:2026-11-23", "app@sha256:0af", "host:5000/r/app:v2",
                            "/db/s/r/app:latest@sha256:0af"}) {
    EXPECT_FALSE(HasMovingTag(image)) << image;
  }
}

TEST_F(PlanReviewTest, OnlyWhatThePlanTouchesIsWarnedOf) {
  const tf::Value latest = SpecWith("ui", "/db/s/r/app:latest");
  EXPECT_EQ(Paths(tf::Value::Null(), latest), std::vector<std::string>{R"(spec.containers["ui"].image)"});
  EXPECT_EQ(Paths(latest, latest), std::vector<std::string>());
  EXPECT_EQ(Paths(SpecWith("ui", "/db/s/r/app:1.0"), latest).size(), 1u);
  EXPECT_EQ(Paths(tf::Value::Null(), SpecWith("ui", "/db/s/r/app:1.0")).size(), 0u);
  EXPECT_EQ(Paths(tf::Value::Null(), SpecWith("ui", tf::Value::Unknown())).size(), 0u);
  EXPECT_EQ(Paths(tf::Value::Null(), tf::Value::Unknown()).size(), 0u);
}

}  // namespace
}  // namespace spcs::resources
