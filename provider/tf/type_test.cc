// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/type.h"

#include "gtest/gtest.h"

namespace spcs::tf {
namespace {

TEST(TypeTest, WritesTheJsonOfTheProtocol) {
  EXPECT_EQ(Type().ToJson(), R"("dynamic")");
  EXPECT_EQ(Type::String().ToJson(), R"("string")");
  EXPECT_EQ(Type::Map(Type::Set(Type::Bool())).ToJson(), R"(["map",["set","bool"]])");
  EXPECT_EQ(Type::Object({{"b", Type::Number()}, {"a", Type::List(Type::String())}}).ToJson(),
            R"(["object",{"a":["list","string"],"b":"number"}])");
  EXPECT_EQ(Type::Tuple({Type::Bool(), Type::Dynamic()}).ToJson(), R"(["tuple",["bool","dynamic"]])");
  EXPECT_EQ(Type::Object({}).ToJson(), R"(["object",{}])");
  EXPECT_EQ(Type::Tuple({}).ToJson(), R"(["tuple",[]])");
}

TEST(TypeTest, ReadsWhatItWrites) {
  const Type types[] = {Type(), Type::Number(), Type::List(Type::Object({{"x", Type::Tuple({Type::String()})}})),
                        Type::Object({}), Type::Tuple({})};
  for (const Type& type : types) {
    const auto parsed = Type::Parse(type.ToJson());
    ASSERT_TRUE(parsed.ok()) << type.ToJson();
    EXPECT_TRUE(*parsed == type) << type.ToJson();
  }
}

TEST(TypeTest, ReadsOptionalAttributesOfAnObjectType) {
  const auto parsed = Type::Parse(R"(["object",{"a":"string"},["a"]])");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(*parsed == Type::Object({{"a", Type::String()}}));
}

TEST(TypeTest, RefusesOtherText) {
  for (const char* text :
       {"", "string", R"("text")", "1", "null", "[]", R"(["list"])", R"(["list",1])", R"(["bag","string"])",
        R"(["object",[]])", R"(["object",{"a":"text"}])", R"(["tuple",{}])", R"([["list"],"string"])",
        R"("string" )"
        "x"}) {
    EXPECT_FALSE(Type::Parse(text).ok()) << text;
  }
}

TEST(TypeTest, RefusesTypesNestedWithoutEnd) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += R"(["list",)";
  EXPECT_FALSE(Type::Parse(text).ok());
}

}  // namespace
}  // namespace spcs::tf
