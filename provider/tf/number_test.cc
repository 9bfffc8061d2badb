// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/number.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace spcs::tf {
namespace {

Number Parsed(const std::string& text) {
  Number number;
  EXPECT_TRUE(Number::Parse(text, number)) << text;
  return number;
}

TEST(NumberTest, SpellingsOfOneNumberAreEqual) {
  EXPECT_EQ(Parsed("12"), Number(int64_t{12}));
  EXPECT_EQ(Parsed("+0012"), Number(int64_t{12}));
  EXPECT_EQ(Parsed("12.0"), Number(int64_t{12}));
  EXPECT_EQ(Parsed("1.2e1"), Number(int64_t{12}));
  EXPECT_EQ(Parsed("120E-1"), Number(int64_t{12}));
  EXPECT_EQ(Parsed("-0.0"), Number(int64_t{0}));
  EXPECT_EQ(Parsed("0.50000000000000000000000000"), Parsed("0.5"));
  EXPECT_EQ(Parsed("0.10000000000000000000000000"), Parsed("1e-1"));
  EXPECT_EQ(Parsed("1e30"), Parsed("1000000000000000000000000000000"));
}

TEST(NumberTest, IntegersOf64BitsAreInts) {
  EXPECT_EQ(Parsed("9223372036854775807").AsInt(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Parsed("-9223372036854775808").AsInt(), std::numeric_limits<int64_t>::min());
  EXPECT_FALSE(Parsed("9223372036854775808").IsInt());
  EXPECT_TRUE(Number(4.0).IsInt());
  EXPECT_FALSE(Number(4.5).IsInt());
}

TEST(NumberTest, KeepsWhatNoFloat64Holds) {
  for (const char* text : {"123456789012345678901234567890", "-98765432109876543210", "18446744073709551615", "0.1",
                           "3.14159265358979323846264338327950288", "0.30000000000000004"}) {
    EXPECT_EQ(Parsed(text).ToString(), text);
    EXPECT_EQ(Parsed(Parsed(text).ToString()), Parsed(text));
  }
}

TEST(NumberTest, ExactFractionsAreFloat64) {
  EXPECT_TRUE(std::holds_alternative<double>(Parsed("0.5").raw()));
  EXPECT_TRUE(std::holds_alternative<double>(Parsed("-1234.0625").raw()));
  EXPECT_TRUE(std::holds_alternative<std::string>(Parsed("0.1").raw()));
  EXPECT_TRUE(std::holds_alternative<std::string>(Parsed("0.15").raw()));
}

TEST(NumberTest, ADoubleMeansItsShortestDecimal) {
  EXPECT_EQ(Number(0.1), Parsed("0.1"));
  EXPECT_EQ(Number(0.1).ToString(), "0.1");
  EXPECT_EQ(Number(1e21), Parsed("1000000000000000000000"));
  EXPECT_EQ(Number(2.5e-7).ToString(), "0.00000025");
  for (const double value : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -123.456, 0.5}) {
    EXPECT_EQ(Number(value).AsDouble(), value);
  }
}

TEST(NumberTest, BitsMeanExactlyThemselves) {
  EXPECT_EQ(Number::FromBinary(0.5), Parsed("0.5"));
  EXPECT_EQ(Number::FromBinary(3.0), Number(int64_t{3}));
  EXPECT_NE(Number::FromBinary(0.1), Parsed("0.1"));
  EXPECT_EQ(Number::FromBinary(0.1).ToString(), "0.1000000000000000055511151231257827021181583404541015625");
  EXPECT_EQ(Parsed(Number::FromBinary(0.1).ToString()), Number::FromBinary(0.1));
  EXPECT_EQ(Number::FromBinary(5e-324).AsDouble(), 5e-324);
  EXPECT_EQ(Parsed(Number::FromBinary(5e-324).ToString()), Number::FromBinary(5e-324));
}

TEST(NumberTest, InfinityStaysInfinite) {
  EXPECT_TRUE(std::isinf(Number(std::numeric_limits<double>::infinity()).AsDouble()));
  EXPECT_EQ(Number::FromBinary(-std::numeric_limits<double>::infinity()).ToString(), "-inf");
}

TEST(NumberTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", ".5", "1.", "1e", "1e+", "0x10", "1 ", " 1", "12a", "nan", "inf", "--1", "1e1001",
                           "1e99999999999999999999", "1.2.3"}) {
    Number number(int64_t{7});
    EXPECT_FALSE(Number::Parse(text, number)) << text;
    EXPECT_EQ(number, Number(int64_t{7})) << text;
  }
}

}  // namespace
}  // namespace spcs::tf
