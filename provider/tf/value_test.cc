// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/value.h"

#include "gtest/gtest.h"
#include "provider/tf/type.h"

namespace spcs::tf {
namespace {

TEST(ValueTest, KindsExcludeEachOther) {
  EXPECT_TRUE(Value().IsNull());
  EXPECT_FALSE(Value().IsKnown());
  EXPECT_TRUE(Value::Unknown().IsUnknown());
  EXPECT_FALSE(Value::Unknown().IsKnown());
  EXPECT_FALSE(Value::Unknown().IsNull());
  EXPECT_TRUE(Value("x").IsString());
  EXPECT_TRUE(Value(true).IsBool());
  EXPECT_TRUE(Value(1).IsNumber());
  EXPECT_TRUE(Value(1.5).IsNumber());
  EXPECT_TRUE(Value(Value::List{}).IsList());
  EXPECT_TRUE(Value(Value::Map{}).IsMap());
}

TEST(ValueTest, EqualityIsOfTrees) {
  EXPECT_EQ(Value::Unknown(), Value::Unknown());
  EXPECT_EQ(Value::Null(), Value::Null());
  EXPECT_FALSE(Value::Unknown() == Value::Null());
  EXPECT_FALSE(Value("1") == Value(1));
  EXPECT_EQ(Value(Value::List{1, "a"}), Value(Value::List{1, "a"}));
  EXPECT_FALSE(Value(Value::List{1, 2}) == Value(Value::List{2, 1}));
}

TEST(ValueTest, GetAnswersNullForWhatIsNotThere) {
  const Value object(Value::Map{{"a", 1}});
  EXPECT_EQ(object.Get("a"), Value(1));
  EXPECT_TRUE(object.Get("b").IsNull());
  EXPECT_TRUE(Value("text").Get("a").IsNull());
  EXPECT_TRUE(Value::Unknown().Get("a").IsNull());
}

TEST(ValueTest, WhollyKnownLooksInside) {
  EXPECT_TRUE(Value::Null().IsWhollyKnown());
  EXPECT_FALSE(Value(Value::List{1, Value::Unknown()}).IsWhollyKnown());
  EXPECT_FALSE(Value(Value::Map{{"a", Value(Value::List{Value::Unknown()})}}).IsWhollyKnown());
  EXPECT_TRUE(Value(Value::Map{{"a", Value::Null()}}).IsWhollyKnown());
}

TEST(ValueTest, UnknownsBecomeNullAndNothingElseDoes) {
  const Value tree(Value::Map{{"a", Value::Unknown()}, {"b", Value(Value::List{1, Value::Unknown()})}, {"c", "x"}});
  const Value expected(Value::Map{{"a", Value()}, {"b", Value(Value::List{1, Value()})}, {"c", "x"}});
  EXPECT_EQ(UnknownsAsNull(tree), expected);
  EXPECT_TRUE(UnknownsAsNull(Value::Unknown()).IsNull());
}

TEST(ValueTest, UnknownsAsNullKeepsTheDynamicType) {
  Value value("x");
  value.set_dynamic_type(std::make_shared<Type>(Type::String()));
  ASSERT_NE(UnknownsAsNull(value).dynamic_type(), nullptr);
}

TEST(ValueTest, SetsHaveOneOrderAndNoRepeats) {
  Value::List a{"b", "a", "b", 2, 1};
  Value::List b{1, 2, "a", "b", "a"};
  NormalizeSet(a);
  NormalizeSet(b);
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.size(), 4u);
}

TEST(ValueTest, UnknownElementsOfASetAllStay) {
  Value::List elements{Value::Unknown(), "a", Value::Unknown(), Value(Value::Map{{"x", Value::Unknown()}}),
                       Value(Value::Map{{"x", Value::Unknown()}})};
  NormalizeSet(elements);
  EXPECT_EQ(elements.size(), 5u);
}

}  // namespace
}  // namespace spcs::tf
