// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/node_credits.h"

#include <gtest/gtest.h>

#include "provider/snowflake/instance_family.h"

namespace spcs::snowflake {
namespace {

TEST(NodeCreditsTest, KnownAndUnknownFamilies) {
  EXPECT_EQ(CreditsOfNode("GPU_NV_M"), 2.68);
  EXPECT_EQ(CreditsOfNode("gpu_nv_m"), 2.68);
  EXPECT_EQ(CreditsOfNode("GPU_OF_TOMORROW"), std::nullopt);
  EXPECT_EQ(CreditsOfNode(""), std::nullopt);
}

TEST(NodeCreditsTest, EveryKnownFamilyHasAFigure) {
  for (const InstanceFamily& family : KnownInstanceFamilies()) {
    EXPECT_GT(CreditsOfNode(family.name).value_or(0), 0) << family.name;
  }
}

TEST(NodeCreditsTest, Text) {
  EXPECT_EQ(CreditsText(0.57), "0.57");
  EXPECT_EQ(CreditsText(5.36), "5.36");
  EXPECT_EQ(CreditsText(1.1), "1.1");
  EXPECT_EQ(CreditsText(0.084), "0.084");
  EXPECT_EQ(CreditsText(12), "12");
  EXPECT_EQ(CreditsText(0), "0");
}

}  // namespace
}  // namespace spcs::snowflake
