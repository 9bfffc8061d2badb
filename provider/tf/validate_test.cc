// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/validate.h"

#include "gtest/gtest.h"
#include "provider/tf/validator_text.h"

namespace spcs::tf {
namespace {

Attribute Plain(const std::string& name, Type type, Validator validator) {
  Attribute attribute{.name = name, .type = std::move(type), .optional = true};
  attribute.validators.push_back(std::move(validator));
  return attribute;
}

Attribute Nested(const std::string& name, NestedObject::Nesting nesting) {
  Attribute attribute{.name = name, .optional = true};
  attribute.nested =
      std::make_shared<NestedObject>(NestedObject{nesting, {Plain("count", Type::Number(), AtLeast(2))}});
  return attribute;
}

std::vector<std::string> Places(const Schema& schema, const Value& config) {
  Diagnostics diagnostics;
  ValidateAttributes(schema, config, diagnostics);
  std::vector<std::string> places;
  for (const Diagnostic& diagnostic : diagnostics.list()) places.push_back(diagnostic.path.ToString());
  return places;
}

std::vector<std::string> Judge(const Validator& validator, const Value& value) {
  Diagnostics diagnostics;
  validator(value, Path("x"), diagnostics);
  std::vector<std::string> details;
  for (const Diagnostic& diagnostic : diagnostics.list()) details.push_back(diagnostic.detail);
  return details;
}

using Strings = std::vector<std::string>;

TEST(ValidateTest, ErrorsNameThePlaceInEachNesting) {
  const Schema schema{
      .attributes = {Nested("single", NestedObject::Nesting::kSingle), Nested("list", NestedObject::Nesting::kList),
                     Nested("set", NestedObject::Nesting::kSet), Nested("map", NestedObject::Nesting::kMap)}};
  const Value bad(Value::Map{{"count", 1}});
  const Value good(Value::Map{{"count", 2}});
  EXPECT_EQ(Places(schema, Value(Value::Map{{"single", bad},
                                            {"list", Value(Value::List{good, bad})},
                                            {"set", Value(Value::List{bad, good})},
                                            {"map", Value(Value::Map{{"k", bad}, {"l", good}})}})),
            (Strings{"single.count", "list[1].count", "set.count", "map[\"k\"].count"}));
}

TEST(ValidateTest, NullAndUnknownPassAtEachLevel) {
  const Schema schema{
      .attributes = {Nested("list", NestedObject::Nesting::kList), Plain("text", Type::String(), NonEmpty())}};
  for (const Value& value : {Value::Null(), Value::Unknown()}) {
    EXPECT_EQ(Places(schema, value), Strings{});
    EXPECT_EQ(Places(schema, Value(Value::Map{{"list", value}, {"text", value}})), Strings{});
    EXPECT_EQ(Places(schema, Value(Value::Map{{"list", Value(Value::List{value})}})), Strings{});
    EXPECT_EQ(Places(schema, Value(Value::Map{{"list", Value(Value::List{Value(Value::Map{{"count", value}})})}})),
              Strings{});
  }
}

TEST(ValidateTest, OneOfIsExactAndListsTheChoices) {
  const Validator validator = OneOf({"CPU", "GPU"});
  EXPECT_EQ(Judge(validator, "GPU"), Strings{});
  EXPECT_EQ(Judge(validator, "TPU"), Strings{"\"TPU\" is not one of CPU, GPU."});
  EXPECT_EQ(Judge(validator, "gpu"), Strings{"\"gpu\" is not one of CPU, GPU. Case counts: write \"GPU\"."});
}

TEST(ValidateTest, OneOfWordsIgnoresCase) {
  const Validator validator = OneOfWords({"CPU", "GPU"});
  EXPECT_EQ(Judge(validator, "gpu"), Strings{});
  EXPECT_EQ(Judge(validator, "TPU"), Strings{"\"TPU\" is not one of CPU, GPU."});
  EXPECT_TRUE(TakesAnyCase(validator));
  EXPECT_FALSE(TakesAnyCase(OneOf({"CPU"})));
  EXPECT_FALSE(TakesAnyCase(NonEmpty()));
}

TEST(ValidateTest, AtLeastWantsWholeNumbers) {
  EXPECT_EQ(Judge(AtLeast(0), 0), Strings{});
  EXPECT_EQ(Judge(AtLeast(0), -1), Strings{"-1 is not a whole number of at least 0."});
  EXPECT_EQ(Judge(AtLeast(0), 1.5), Strings{"1.5 is not a whole number of at least 0."});
}

TEST(ValidateTest, NonEmptyIsForTextAndCollections) {
  EXPECT_EQ(Judge(NonEmpty(), "").size(), 1u);
  EXPECT_EQ(Judge(NonEmpty(), Value(Value::List{})).size(), 1u);
  EXPECT_EQ(Judge(NonEmpty(), Value(Value::Map{})).size(), 1u);
  EXPECT_EQ(Judge(NonEmpty(), "x").size(), 0u);
  EXPECT_EQ(Judge(NonEmpty(), Value(Value::List{1})).size(), 0u);
}

TEST(ValidateTest, WriteOnlyValuesAreRefusedForOldClients) {
  Schema schema{.attributes = {Plain("secret", Type::String(), NonEmpty())}};
  schema.attributes[0].write_only = true;
  Diagnostics diagnostics;
  RefuseWriteOnly(schema, Value(Value::Map{{"secret", Value::Null()}}), diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  RefuseWriteOnly(schema, Value(Value::Map{{"secret", "hunter2"}}), diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].path, Path("secret"));
  EXPECT_EQ(diagnostics.list()[0].detail.find("hunter2"), std::string::npos);
}

TEST(ValidateTest, BoundsOfWholeNumbers) {
  EXPECT_EQ(Judge(Between(0, 90), Value(90)), Strings{});
  EXPECT_EQ(Judge(Between(0, 90), Value(91)), Strings{"91 is not a whole number from 0 to 90."});
  EXPECT_EQ(Judge(Between(0, 90), Value(1.5)), Strings{"1.5 is not a whole number from 0 to 90."});
  EXPECT_EQ(Judge(WholeNumber(), Value(-3)), Strings{});
  EXPECT_EQ(Judge(WholeNumber(), Value(0.5)), Strings{"0.5 is not a whole number."});
}

TEST(ValidateTest, EachJudgesTheKnownElements) {
  const Value values(Value::List{Value(""), Value::Unknown(), Value("x"), Value("")});
  EXPECT_EQ(Judge(Each(NonEmpty()), values).size(), 2U);
  EXPECT_EQ(Judge(AtMostElements(3), values), Strings{"There are 4, and at most 3 are allowed."});
  EXPECT_EQ(Judge(AtMostElements(4), values), Strings{});
  EXPECT_EQ(Judge(Each(NotNegative()), Value(Value::Map{{"a", Value(-0.5)}, {"b", Value(0)}})),
            Strings{"At x[\"a\"]: -0.5 is below 0."});
}

}  // namespace
}  // namespace spcs::tf
