// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/codec.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "provider/base/status.h"

namespace spcs::tf {
namespace {

std::string Bytes(absl::string_view hex) {
  return absl::HexStringToBytes(hex);
}

absl::StatusOr<Value> FromHex(absl::string_view hex, const Type& type, Shape shape = Shape::kExact) {
  return DecodeMsgpack(Bytes(hex), type, shape);
}

std::string PathOf(const absl::Status& status) {
  return FactOf(status, kAttributePath).value_or("");
}

// Everything at once: each kind of type, nested.
Type WideType() {
  const Type inner = Type::Object({{"n", Type::Number()}, {"flags", Type::Set(Type::Bool())}});
  return Type::Object({{"text", Type::String()},
                       {"list", Type::List(inner)},
                       {"map", Type::Map(inner)},
                       {"single", inner},
                       {"tuple", Type::Tuple({Type::String(), Type::Number()})},
                       {"any", Type::Dynamic()}});
}

Value WideValue() {
  const Value inner(Value::Map{{"n", 1.5}, {"flags", Value(Value::List{false, true})}});
  const Value partly(Value::Map{{"n", Value::Unknown()}, {"flags", Value::Null()}});
  Value any(Value::List{"x", "y"});
  any.set_dynamic_type(std::make_shared<Type>(Type::List(Type::String())));
  return Value(Value::Map{{"text", "\xe2\x82\xac"},
                          {"list", Value(Value::List{inner, partly, Value::Unknown(), Value::Null()})},
                          {"map", Value(Value::Map{{"", partly}, {"k", inner}, {"u", Value::Unknown()}})},
                          {"single", inner},
                          {"tuple", Value(Value::List{"t", -40000})},
                          {"any", any}});
}

TEST(CodecTest, KnownNullAndUnknownSurviveARoundTripAtEachLevel) {
  const Type type = WideType();
  const auto decoded = Decode(Encode(WideValue(), type), type);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, WideValue());
  ASSERT_NE(decoded->Get("any").dynamic_type(), nullptr);
  EXPECT_TRUE(*decoded->Get("any").dynamic_type() == Type::List(Type::String()));
  for (const Value& whole : {Value::Null(), Value::Unknown()}) {
    EXPECT_EQ(*Decode(Encode(whole, type), type), whole);
  }
  const Value wide = WideValue();
  for (const auto& [name, member] : wide.AsMap()) {
    Value changed = wide;
    for (const Value& value : {Value::Null(), Value::Unknown()}) {
      changed.AsMap()[name] = value;
      EXPECT_EQ(*Decode(Encode(changed, type), type), changed) << name;
    }
  }
}

TEST(CodecTest, NothingAtAllIsNull) {
  const auto decoded = Decode(DynamicValue{}, WideType());
  ASSERT_TRUE(decoded.ok());
  EXPECT_TRUE(decoded->IsNull());
}

TEST(CodecTest, EveryExtensionIsUnknown) {
  // Refined: not null, prefix "beta-".
  EXPECT_EQ(*FromHex("c70a0c8201c202a5626574612d", Type::String()), Value::Unknown());
  EXPECT_EQ(*FromHex("d40000", Type::String()), Value::Unknown());
  EXPECT_EQ(*FromHex("c7000c", Type::Number()), Value::Unknown());
  EXPECT_EQ(*FromHex("d8050102030405060708090a0b0c0d0e0f10", Type::Bool()), Value::Unknown());
  EXPECT_EQ(*FromHex("92d40000c3", Type::List(Type::Bool())), Value(Value::List{Value::Unknown(), true}));
}

TEST(CodecTest, NumbersInEveryForm) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"7f", "127"},
      {"e0", "-32"},
      {"cc80", "128"},
      {"cdffff", "65535"},
      {"ceffffffff", "4294967295"},
      {"cfffffffffffffffff", "18446744073709551615"},
      {"cf7fffffffffffffff", "9223372036854775807"},
      {"d080", "-128"},
      {"d3ffffffffffffffff", "-1"},
      {"cb3fe0000000000000", "0.5"},
      {"ca3f000000", "0.5"},
      {"cb4008000000000000", "3"},
      {"a3302e31", "0.1"},
      {"be" + absl::BytesToHexString("123456789012345678901234567890"), "123456789012345678901234567890"},
  };
  for (const auto& [hex, text] : cases) {
    const auto decoded = FromHex(hex, Type::Number());
    ASSERT_TRUE(decoded.ok()) << hex;
    EXPECT_EQ(decoded->AsNumber().ToString(), text) << hex;
  }
}

TEST(CodecTest, TheBytesOfANumberComeBack) {
  for (const char* hex : {"cb3fb999999999999a", "a3302e31", "cb3fe0000000000000", "cb7ff0000000000000"}) {
    const auto decoded = FromHex(hex, Type::Number());
    ASSERT_TRUE(decoded.ok()) << hex;
    EXPECT_EQ(absl::BytesToHexString(Encode(*decoded, Type::Number()).msgpack), hex);
  }
}

TEST(CodecTest, RefusesNumbersThatAreNone) {
  EXPECT_FALSE(FromHex("cb7ff8000000000000", Type::Number()).ok());  // NaN
  EXPECT_FALSE(FromHex("a3616263", Type::Number()).ok());            // "abc"
  EXPECT_FALSE(FromHex("c3", Type::Number()).ok());
  EXPECT_FALSE(DecodeJson("1e999", Type::Number()).ok());
}

TEST(CodecTest, RefusesTextThatIsNotUtf8) {
  EXPECT_FALSE(FromHex("a1ff", Type::String()).ok());
  EXPECT_FALSE(FromHex("a2c328", Type::String()).ok());
  EXPECT_FALSE(FromHex("a3eda080", Type::String()).ok());             // a surrogate
  EXPECT_FALSE(FromHex("81a1ff01", Type::Map(Type::Number())).ok());  // a key
  EXPECT_FALSE(FromHex("c402c328", Type::String()).ok());             // bin
  EXPECT_FALSE(FromHex("92c401ffc0", Type::Dynamic()).ok());          // a type
  EXPECT_FALSE(DecodeJson("\"\xff\"", Type::String()).ok());
  EXPECT_FALSE(DecodeJson("{\"\xc3\x28\": 1}", Type::Map(Type::Number())).ok());
}

TEST(CodecTest, RefusesDeepNesting) {
  Type type = Type::String();
  for (int i = 0; i < kMaxValueDepth; ++i) type = Type::List(type);
  EXPECT_TRUE(DecodeMsgpack(std::string(kMaxValueDepth, '\x91') + "\xa0", type).ok());
  type = Type::List(type);
  EXPECT_FALSE(DecodeMsgpack(std::string(kMaxValueDepth + 1, '\x91') + "\xa0", type).ok());
  EXPECT_FALSE(DecodeMsgpack(std::string(1'000'000, '\x91'), type).ok());
  EXPECT_FALSE(DecodeMsgpack(Bytes("81a0") + std::string(1'000'000, '\x91'), type).ok());
  EXPECT_FALSE(DecodeJson(std::string(1'000'000, '['), type).ok());
}

TEST(CodecTest, RefusesEveryTruncation) {
  const Type type = WideType();
  const std::string bytes = Encode(WideValue(), type).msgpack;
  for (size_t length = 1; length < bytes.size(); ++length) {
    EXPECT_FALSE(DecodeMsgpack(bytes.substr(0, length), type).ok()) << length;
  }
  EXPECT_FALSE(DecodeMsgpack("", type).ok());
  EXPECT_FALSE(DecodeMsgpack(bytes + '\xc0', type).ok()) << "bytes after the value";
}

TEST(CodecTest, AnyFlippedByteIsDecodedOrRefused) {
  const Type type = WideType();
  const std::string bytes = Encode(WideValue(), type).msgpack;
  int refused = 0;
  for (size_t place = 0; place < bytes.size(); ++place) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[place] = static_cast<char>(changed[place] ^ (1 << bit));
      const auto decoded = DecodeMsgpack(changed, type);
      refused += decoded.ok() ? 0 : 1;
      // What is accepted can be written and read again.
      if (decoded.ok()) {
        EXPECT_EQ(*Decode(Encode(*decoded, type), type), *decoded) << place << "/" << bit;
      }
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(CodecTest, LengthsAreNotBelieved) {
  for (const char* hex : {"ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff", "c9ffffffff00", "ddffffffffc0"}) {
    EXPECT_FALSE(FromHex(hex, Type::List(Type::String())).ok()) << hex;
    EXPECT_FALSE(FromHex(hex, Type::String()).ok()) << hex;
  }
}

TEST(CodecTest, ObjectsHaveExactlyTheirAttributes) {
  const Type type = Type::Object({{"a", Type::String()}, {"b", Type::String()}});
  EXPECT_TRUE(FromHex("82a161c0a162c0", type).ok());
  const auto empty = FromHex("80", type);
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(empty.status().message(), "2 attributes"));
  EXPECT_FALSE(FromHex("81a161c0", type).ok());
  EXPECT_FALSE(FromHex("82a161c0a163c0", type).ok()) << "another attribute";
  EXPECT_FALSE(FromHex("83a161c0a162c0a163c0", type).ok());
  EXPECT_TRUE(FromHex("80", Type::Object({})).ok());
}

TEST(CodecTest, ErrorsNameThePlaceAndNotTheValue) {
  const Type type = Type::Object({{"m", Type::Map(Type::List(Type::Object({{"x", Type::Bool()}})))}});
  // {"m": {"k": [{"x": "secret"}]}}
  const auto decoded = FromHex("81a16d81a16b9181a178a6736563726574", type);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(PathOf(decoded.status()), "m[\"k\"][0].x");
  EXPECT_FALSE(absl::StrContains(decoded.status().ToString(), "secret"));
}

TEST(CodecTest, RefusesTheWrongKind) {
  const Type types[] = {
      Type::Bool(),    Type::String(), Type::List(Type::String()), Type::Map(Type::String()), Type::Object({}),
      Type::Tuple({}), Type::Dynamic()};
  EXPECT_FALSE(FromHex("01", Type::Bool()).ok());
  EXPECT_FALSE(FromHex("01", Type::String()).ok());
  for (const Type& type : types) EXPECT_FALSE(FromHex("01", type).ok()) << type.ToJson();
  EXPECT_FALSE(FromHex("80", Type::List(Type::String())).ok());
  EXPECT_FALSE(FromHex("90", Type::Map(Type::String())).ok());
  EXPECT_FALSE(FromHex("91c3", Type::Tuple({Type::Bool(), Type::Bool()})).ok());
  EXPECT_FALSE(FromHex("810101", Type::Map(Type::Number())).ok()) << "a key that is no string";
}

TEST(CodecTest, SetsAreSortedAndFreeOfRepeats) {
  const Type type = Type::Set(Type::String());
  EXPECT_EQ(*FromHex("94a162a161a162a163", type), Value(Value::List{"a", "b", "c"}));
  EXPECT_EQ(*FromHex("94a162a161a162a163", Type::List(Type::String())), Value(Value::List{"b", "a", "b", "c"}));
  EXPECT_EQ(FromHex("92d40000d40000", type)->AsList().size(), 2u) << "two unknown elements may become different";
}

TEST(CodecTest, DynamicValuesComeWithTheirType) {
  const std::string type_text = absl::BytesToHexString("[\"set\",\"string\"]");
  const auto decoded = FromHex("92c410" + type_text + "92a162a161", Type::Dynamic());
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, Value(Value::List{"a", "b"}));
  EXPECT_TRUE(*decoded->dynamic_type() == Type::Set(Type::String()));
  EXPECT_TRUE(FromHex("92b0" + type_text + "92a162a161", Type::Dynamic()).ok()) << "the type as str";
  EXPECT_TRUE(FromHex("c0", Type::Dynamic())->IsNull());
  EXPECT_TRUE(FromHex("d40000", Type::Dynamic())->IsUnknown());
  EXPECT_FALSE(FromHex("92a3626164c0", Type::Dynamic()).ok());
  EXPECT_FALSE(FromHex("92c406" + absl::BytesToHexString("\"text\"") + "c0", Type::Dynamic()).ok());
  EXPECT_FALSE(FromHex("91a0", Type::Dynamic()).ok());
}

TEST(CodecTest, DynamicValuesInJsonAreObjects) {
  const auto decoded =
      DecodeJson(R"({"a": {"value": ["x", "y"], "type": ["list", "string"]}})", Type::Object({{"a", Type::Dynamic()}}));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->Get("a"), Value(Value::List{"x", "y"}));
  EXPECT_TRUE(*decoded->Get("a").dynamic_type() == Type::List(Type::String()));
  EXPECT_TRUE(DecodeJson(R"({"value": {"b": 1}, "type": ["object", {"b": "number"}]})", Type::Dynamic()).ok());
  EXPECT_FALSE(DecodeJson(R"({"value": 1, "type": 7})", Type::Dynamic()).ok());
  EXPECT_FALSE(DecodeJson(R"({"value": "x"})", Type::Dynamic()).ok());
}

TEST(CodecTest, StateOfAnEarlierVersionIsReadLeniently) {
  const Type type = Type::Object({{"a", Type::String()},
                                  {"new", Type::List(Type::String())},
                                  {"nested", Type::Object({{"x", Type::Number()}, {"y", Type::Bool()}})}});
  const char* text = R"({"a": "1", "old": {"deep": [1]}, "nested": {"x": "12", "z": 3}})";
  EXPECT_FALSE(DecodeJson(text, type).ok());
  const auto decoded = DecodeJson(text, type, Shape::kLenient);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  const Value expected(
      Value::Map{{"a", "1"}, {"new", Value::Null()}, {"nested", Value(Value::Map{{"x", 12}, {"y", Value::Null()}})}});
  EXPECT_EQ(*decoded, expected);
  EXPECT_FALSE(DecodeJson(R"({"a": 1})", type, Shape::kLenient).ok()) << "another kind stays an error";
  EXPECT_TRUE(DecodeJson("null", type, Shape::kLenient)->IsNull());
}

TEST(CodecTest, JsonKeepsBigAndFractionalNumbers) {
  const auto big = DecodeJson("123456789012345678901234567890", Type::Number());
  ASSERT_TRUE(big.ok());
  EXPECT_EQ(big->AsNumber().ToString(), "123456789012345678901234567890");
  EXPECT_EQ(DecodeJson("0.1", Type::Number())->AsNumber().ToString(), "0.1");
  EXPECT_EQ(DecodeJson("18446744073709551615", Type::Number())->AsNumber().ToString(), "18446744073709551615");
  EXPECT_EQ(*DecodeJson("1.0", Type::Number()), Value(1));
}

TEST(CodecTest, RefusesMalformedJson) {
  for (const char* text : {"", "{", "{\"a\":}", "[1,]", "nul", "\"\\ud800\"", "1 2", "{\"a\":1}}"}) {
    EXPECT_FALSE(DecodeJson(text, Type::Dynamic()).ok()) << text;
  }
}

}  // namespace
}  // namespace spcs::tf
