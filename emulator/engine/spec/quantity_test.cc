// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/quantity.h"

#include <gtest/gtest.h>

namespace spcs::spec {
namespace {

TEST(QuantityTest, Cpu) {
  EXPECT_EQ(ParseCpu("0.5"), 500);
  EXPECT_EQ(ParseCpu("2"), 2000);
  EXPECT_EQ(ParseCpu("250m"), 250);
  for (const char* wrong : {"", "m", "-1", "1e3", "2 ", "half", "1..2", "0.5Gi"}) {
    EXPECT_EQ(ParseCpu(wrong), std::nullopt) << wrong;
  }
}

TEST(QuantityTest, MemoryNeedsAUnit) {
  EXPECT_EQ(ParseMemory("1Ki"), 1024);
  EXPECT_EQ(ParseMemory("512M"), 512'000'000);
  EXPECT_EQ(ParseMemory("20.16Gi"), 21'646'635'172);
  EXPECT_EQ(ParseMemory("3k"), 3000);
  for (const char* wrong : {"", "12", "12GB", "Gi", "-1Gi", "1e9Gi", "1 Gi", "99999999999999Gi"}) {
    EXPECT_EQ(ParseMemory(wrong), std::nullopt) << wrong;
  }
}

TEST(QuantityTest, PrintsShort) {
  EXPECT_EQ(PrintCpu(500), "0.5");
  EXPECT_EQ(PrintCpu(6000), "6");
  EXPECT_EQ(PrintMemory(1LL << 29), "0.5Gi");
  EXPECT_EQ(PrintMemory(13LL << 30), "13Gi");
}

}  // namespace
}  // namespace spcs::spec
