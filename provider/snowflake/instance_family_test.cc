// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/instance_family.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace spcs::snowflake {
namespace {

TEST(InstanceFamilyTest, FindsByNameInAnyCase) {
  const auto family = FindInstanceFamily("gpu_nv_m");
  ASSERT_TRUE(family.has_value());
  EXPECT_EQ(family->name, "GPU_NV_M");
  EXPECT_EQ(family->gpu_count, 4);
  EXPECT_EQ(family->vcpu, 44);
  EXPECT_EQ(family->memory_gib, 178);
  EXPECT_EQ(family->clouds, std::vector<std::string>{"aws"});
}

TEST(InstanceFamilyTest, UnknownIsNoAnswer) {
  EXPECT_FALSE(FindInstanceFamily("GPU_NV_NEXT_YEAR").has_value());
  EXPECT_FALSE(FindInstanceFamily("").has_value());
  EXPECT_FALSE(FindInstanceFamily("GPU_7").has_value());
}

TEST(InstanceFamilyTest, TheTableIsConsistent) {
  std::set<std::string> names;
  for (const InstanceFamily& family : KnownInstanceFamilies()) {
    EXPECT_TRUE(names.insert(family.name).second) << family.name;
    EXPECT_EQ(family.name, absl::AsciiStrToUpper(family.name));
    EXPECT_GT(family.vcpu, 0) << family.name;
    EXPECT_GT(family.memory_gib, family.vcpu) << family.name;
    EXPECT_FALSE(family.clouds.empty()) << family.name;
    EXPECT_EQ(family.gpu_count > 0, absl::StartsWith(family.name, "GPU_")) << family.name;
    EXPECT_EQ(family.gpu_count > 0, !family.gpu_model.empty()) << family.name;
  }
  EXPECT_EQ(names.size(), 47u);
}

TEST(InstanceFamilyTest, LegacyNamesHaveKnownSuccessors) {
  for (const char* name : {"GPU_3", "GPU_5", "GPU_7", "GPU_10", "STANDARD_1", "STANDARD_5", "HIGH_MEMORY_2"}) {
    const auto legacy = FindLegacyFamily(name);
    ASSERT_TRUE(legacy.has_value()) << name;
    EXPECT_TRUE(FindInstanceFamily(legacy->successor).has_value()) << legacy->successor;
  }
  EXPECT_EQ(FindLegacyFamily("gpu_7")->successor, "GPU_NV_M");
  EXPECT_EQ(FindLegacyFamily("gpu_3")->successor, "GPU_NV_S");
  EXPECT_EQ(ConfidenceName(FindLegacyFamily("GPU_7")->confidence), "high");
  EXPECT_EQ(ConfidenceName(FindLegacyFamily("GPU_5")->confidence), "low");
  EXPECT_EQ(ConfidenceName(FindLegacyFamily("STANDARD_1")->confidence), "medium");
  EXPECT_FALSE(FindLegacyFamily("GPU_NV_S").has_value());
}

}  // namespace
}  // namespace spcs::snowflake
