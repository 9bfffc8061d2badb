// SPDX-License-Identifier: MPL-2.0
// The expected bytes are worked out by hand from the msgpack specification and what the clients were seen to write.
#include "provider/tf/msgpack_writer.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace spcs::tf {
namespace {

std::string Hex(const Value& value, const Type& type) {
  MsgpackWriter writer;
  writer.Write(value, type);
  return absl::BytesToHexString(writer.Take());
}

TEST(MsgpackWriterTest, NullUnknownAndBooleans) {
  EXPECT_EQ(Hex(Value::Null(), Type::String()), "c0");
  EXPECT_EQ(Hex(Value::Unknown(), Type::String()), "d40000");
  EXPECT_EQ(Hex(true, Type::Bool()), "c3");
  EXPECT_EQ(Hex(false, Type::Bool()), "c2");
}

TEST(MsgpackWriterTest, IntegersTakeTheShortestForm) {
  const std::vector<std::pair<int64_t, std::string>> cases = {
      {0, "00"},
      {127, "7f"},
      {128, "d10080"},
      {-1, "ff"},
      {-32, "e0"},
      {-33, "d1ffdf"},
      {32767, "d17fff"},
      {32768, "d200008000"},
      {-32769, "d2ffff7fff"},
      {2147483648, "d30000000080000000"},
      {std::numeric_limits<int64_t>::max(), "d37fffffffffffffff"},
      {std::numeric_limits<int64_t>::min(), "d38000000000000000"},
  };
  for (const auto& [value, bytes] : cases) EXPECT_EQ(Hex(value, Type::Number()), bytes) << value;
}

TEST(MsgpackWriterTest, OtherNumbers) {
  EXPECT_EQ(Hex(0.5, Type::Number()), "cb3fe0000000000000");
  EXPECT_EQ(Hex(-0.25, Type::Number()), "cbbfd0000000000000");
  // One tenth is no float64, so it travels as text.
  EXPECT_EQ(Hex(0.1, Type::Number()), "a3302e31");
  Number big;
  ASSERT_TRUE(Number::Parse("123456789012345678901234567890", big));
  EXPECT_EQ(Hex(big, Type::Number()), "be" + absl::BytesToHexString("123456789012345678901234567890"));
  EXPECT_EQ(Hex(std::numeric_limits<double>::infinity(), Type::Number()), "cb7ff0000000000000");
}

TEST(MsgpackWriterTest, StringsByLength) {
  EXPECT_EQ(Hex("", Type::String()), "a0");
  EXPECT_EQ(Hex("abc", Type::String()), "a3616263");
  EXPECT_EQ(Hex("\xc3\xa9", Type::String()), "a2c3a9");
  EXPECT_EQ(Hex(std::string(31, 'x'), Type::String()).substr(0, 4), "bf78");
  EXPECT_EQ(Hex(std::string(32, 'x'), Type::String()).substr(0, 6), "d92078");
  EXPECT_EQ(Hex(std::string(255, 'x'), Type::String()).substr(0, 6), "d9ff78");
  EXPECT_EQ(Hex(std::string(256, 'x'), Type::String()).substr(0, 8), "da010078");
  EXPECT_EQ(Hex(std::string(65535, 'x'), Type::String()).substr(0, 8), "daffff78");
  EXPECT_EQ(Hex(std::string(65536, 'x'), Type::String()).substr(0, 12), "db0001000078");
}

TEST(MsgpackWriterTest, ListsByLength) {
  const Type type = Type::List(Type::Bool());
  EXPECT_EQ(Hex(Value::List{}, type), "90");
  EXPECT_EQ(Hex(Value::List{true, Value::Null(), Value::Unknown()}, type), "93c3c0d40000");
  EXPECT_EQ(Hex(Value::List(15, true), type).substr(0, 4), "9fc3");
  EXPECT_EQ(Hex(Value::List(16, true), type).substr(0, 8), "dc0010c3");
  EXPECT_EQ(Hex(Value::List(65536, true), type).substr(0, 12), "dd00010000c3");
  EXPECT_EQ(Hex(Value::List{1, "a"}, Type::Tuple({Type::Number(), Type::String()})), "9201a161");
}

TEST(MsgpackWriterTest, ObjectsHaveEveryAttributeOfTheirTypeInOrder) {
  const Type type = Type::Object({{"b", Type::Number()}, {"a", Type::String()}});
  EXPECT_EQ(Hex(Value::Map{{"a", "x"}, {"b", 1}}, type), "82a161a178a16201");
  EXPECT_EQ(Hex(Value::Map{{"b", 1}, {"surplus", true}}, type), "82a161c0a16201");
  EXPECT_EQ(Hex(Value::Map{}, Type::Object({})), "80");
}

TEST(MsgpackWriterTest, MapsByLength) {
  const Type type = Type::Map(Type::Number());
  EXPECT_EQ(Hex(Value::Map{}, type), "80");
  EXPECT_EQ(Hex(Value::Map{{"k", 1}}, type), "81a16b01");
  Value::Map sixteen;
  for (int i = 0; i < 16; ++i) sixteen[std::string(1, static_cast<char>('a' + i))] = i;
  EXPECT_EQ(Hex(sixteen, type).substr(0, 12), "de0010a16100");
}

TEST(MsgpackWriterTest, DynamicValuesTravelWithTheirType) {
  Value value("x");
  value.set_dynamic_type(std::make_shared<Type>(Type::String()));
  EXPECT_EQ(Hex(value, Type::Dynamic()), "92c408" + absl::BytesToHexString("\"string\"") + "a178");
  EXPECT_EQ(Hex(Value::Null(), Type::Dynamic()), "c0");
  EXPECT_EQ(Hex(Value::Unknown(), Type::Dynamic()), "d40000");
}

TEST(MsgpackWriterTest, ADynamicValueWithoutTypeIsWrittenAsItLooks) {
  EXPECT_EQ(Hex(true, Type::Dynamic()), "92c406" + absl::BytesToHexString("\"bool\"") + "c3");
  EXPECT_EQ(Hex(Value::List{1}, Type::Dynamic()),
            "92c414" + absl::BytesToHexString("[\"tuple\",[\"number\"]]") + "9101");
  EXPECT_EQ(Hex(Value::Map{{"a", Value::Null()}}, Type::Dynamic()),
            "92c41a" + absl::BytesToHexString("[\"object\",{\"a\":\"dynamic\"}]") + "81a161c0");
}

TEST(MsgpackWriterTest, TheTypeOfADynamicValueMayBeLong) {
  std::map<std::string, Type> attributes;
  Value::Map members;
  for (int i = 0; i < 40; ++i) {
    attributes["attribute" + std::to_string(i)] = Type::String();
    members["attribute" + std::to_string(i)] = "x";
  }
  Value value(members);
  value.set_dynamic_type(std::make_shared<Type>(Type::Object(attributes)));
  EXPECT_EQ(Hex(value, Type::Dynamic()).substr(0, 8), "92c60000");
}

}  // namespace
}  // namespace spcs::tf
