// SPDX-License-Identifier: MPL-2.0
// The provider and the emulator each have a table of what nodes cost: here they are held against each other.
#include <gtest/gtest.h>

#include "emulator/engine/kinds/compute_pool_families.h"
#include "provider/snowflake/node_credits.h"

namespace spcs {
namespace {

TEST(CreditsTest, EmulatorAndProviderAgree) {
  int priced = 0;
  for (const engine::InstanceFamily& family : engine::InstanceFamilies()) {
    EXPECT_EQ(family.credits, snowflake::CreditsOfNode(family.name).value_or(0)) << family.name;
    priced += family.credits > 0 ? 1 : 0;
  }
  EXPECT_GE(priced, 34);
}

}  // namespace
}  // namespace spcs
