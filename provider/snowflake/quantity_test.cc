// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/quantity.h"

#include <gtest/gtest.h>

#include <string>

namespace spcs::snowflake {
namespace {

TEST(QuantityTest, CpuIsCountedInMillicores) {
  EXPECT_EQ(*ParseCpu("0.5"), 500);
  EXPECT_EQ(*ParseCpu("500m"), 500);
  EXPECT_EQ(*ParseCpu("2"), 2000);
  EXPECT_EQ(*ParseCpu("0"), 0);
  EXPECT_EQ(*ParseCpu("1.250"), 1250);
}

TEST(QuantityTest, BadCpuSaysWhatIsAllowed) {
  for (const char* text : {"", "m", ".", "-1", "+1", ".5", "1.", "0.0001", "0.5m", "1e3", "2 ", " 2", "1Gi", "1.2.3",
                           "99999999999", "0x10"}) {
    const auto result = ParseCpu(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_NE(std::string(result.status().message()).find("\"500m\""), std::string::npos) << result.status();
  }
}

TEST(QuantityTest, MemoryIsCountedInBytes) {
  EXPECT_EQ(*ParseMemory("16Gi"), int64_t{16} << 30);
  EXPECT_EQ(*ParseMemory("512M"), 512'000'000);
  EXPECT_EQ(*ParseMemory("512Mi"), int64_t{512} << 20);
  EXPECT_EQ(*ParseMemory("4Ki"), 4096);
  EXPECT_EQ(*ParseMemory("1k"), 1000);
  EXPECT_EQ(*ParseMemory("0.5Gi"), int64_t{512} << 20);
  EXPECT_EQ(*ParseMemory("20.16Gi"), 21646635172);
}

TEST(QuantityTest, MemoryNeedsAUnit) {
  for (const char* text :
       {"", "16", "Gi", "16 Gi", "16gi", "16GB", "-1Gi", "16GiB", "1e3Mi", "99999999999999999Ti", "16m", "1.Gi"}) {
    const auto result = ParseMemory(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_NE(std::string(result.status().message()).find("with a unit"), std::string::npos) << result.status();
  }
}

TEST(QuantityTest, Durations) {
  EXPECT_EQ(*ParseDuration("7d"), 7 * 86400);
  EXPECT_EQ(*ParseDuration("1h30m"), 5400);
  EXPECT_EQ(*ParseDuration("90m"), 5400);
  EXPECT_EQ(*ParseDuration("45s"), 45);
  for (const char* text : {"", "7", "d", "1m1h", "1h1h", "1w", "-1h", "1.5h", "99999999999h"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

TEST(QuantityTest, ComparesByMeaning) {
  EXPECT_TRUE(SameCpu("0.5", "500m"));
  EXPECT_FALSE(SameCpu("0.5", "5"));
  EXPECT_TRUE(SameMemory("1Gi", "1024Mi"));
  EXPECT_FALSE(SameMemory("1Gi", "1G"));
  EXPECT_TRUE(SameDuration("1h30m", "90m"));
  EXPECT_TRUE(SameMemory("odd", "odd"));
  EXPECT_FALSE(SameMemory("odd", "other"));
}

TEST(QuantityTest, CanonicalSpelling) {
  EXPECT_EQ(FormatCpu(500), "500m");
  EXPECT_EQ(FormatCpu(2000), "2");
  EXPECT_EQ(FormatMemory(int64_t{16} << 30), "16Gi");
  EXPECT_EQ(FormatMemory(int64_t{512} << 20), "512Mi");
  EXPECT_EQ(FormatMemory(21646635172), "20.16Gi");
}

}  // namespace
}  // namespace spcs::snowflake
