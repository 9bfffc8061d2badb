// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/plan.h"

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "provider/tf/codec.h"

namespace spcs::tf {
namespace {

using Strings = std::vector<std::string>;

Attribute Text(std::string name) {
  return Attribute{.name = std::move(name), .type = Type::String(), .optional = true};
}

Attribute ComputedText(std::string name, Strings changes_with = {}) {
  Attribute attribute{.name = std::move(name), .type = Type::String(), .computed = true};
  attribute.changes_with = std::move(changes_with);
  return attribute;
}

Attribute WithDefault(std::string name, Value value) {
  Attribute attribute = Text(std::move(name));
  attribute.computed = true;
  attribute.default_value = std::move(value);
  return attribute;
}

Attribute Replacing(std::string name) {
  Attribute attribute = Text(std::move(name));
  attribute.replace = true;
  return attribute;
}

Attribute Nested(std::string name, NestedObject::Nesting nesting, std::vector<Attribute> attributes) {
  Attribute attribute{.name = std::move(name), .optional = true};
  attribute.nested = std::make_shared<NestedObject>(NestedObject{nesting, std::move(attributes)});
  return attribute;
}

// A configuration or state of that schema: what is not given is null.
Value Make(const Schema& schema, Value::Map members) {
  for (const Attribute& attribute : schema.attributes) members.emplace(attribute.name, Value());
  return Value(std::move(members));
}

Strings Texts(const std::vector<Path>& paths) {
  Strings texts;
  for (const Path& path : paths) texts.push_back(path.ToString());
  return texts;
}

Value Item(Value name, Value id) {
  return Value(Value::Map{{"name", std::move(name)}, {"id", std::move(id)}});
}

const std::vector<Attribute> kItem = {Text("name"), ComputedText("id")};

TEST(PlanTest, CreatePlansComputedAsUnknownAndTheRestAsConfigured) {
  const Schema schema{.attributes = {Text("a"), Text("b"), ComputedText("id"), WithDefault("d", "x")}};
  const auto change = PlanChange(schema, Make(schema, {{"a", "1"}}), Value::Null());
  EXPECT_EQ(change.planned, Make(schema, {{"a", "1"}, {"id", Value::Unknown()}, {"d", "x"}}));
  EXPECT_TRUE(change.requires_replace.empty());
}

TEST(PlanTest, DefaultReplacesNullConfigOnly) {
  const Schema schema{.attributes = {WithDefault("d", "x")}};
  const Value prior = Make(schema, {{"d", "old"}});
  EXPECT_EQ(PlanChange(schema, Make(schema, {}), prior).planned.Get("d"), Value("x"));
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"d", "mine"}}), prior).planned.Get("d"), Value("mine"));
  EXPECT_TRUE(PlanChange(schema, Make(schema, {{"d", Value::Unknown()}}), prior).planned.Get("d").IsUnknown());
}

TEST(PlanTest, NothingChangedPlansThePriorState) {
  Attribute optional_computed = Text("oc");
  optional_computed.computed = true;
  const Schema schema{.attributes = {Text("a"), ComputedText("id", {"a"}), WithDefault("d", "x"), optional_computed}};
  const Value prior = Make(schema, {{"a", "1"}, {"id", "i"}, {"d", "x"}, {"oc", "service's"}});
  const auto change = PlanChange(schema, Make(schema, {{"a", "1"}}), prior);
  EXPECT_EQ(change.planned, prior);
}

TEST(PlanTest, RemovedConfigBecomesNullUnlessComputed) {
  Attribute optional_computed = Text("oc");
  optional_computed.computed = true;
  const Schema schema{.attributes = {Text("a"), optional_computed}};
  const Value prior = Make(schema, {{"a", "1"}, {"oc", "2"}});
  EXPECT_EQ(PlanChange(schema, Make(schema, {}), prior).planned, Make(schema, {{"oc", "2"}}));
}

TEST(PlanTest, ComputedIsUnknownOnlyWhenWhatItDependsOnChanges) {
  const Schema schema{.attributes = {Text("a"), Text("b"), ComputedText("of_a", {"a"}), ComputedText("stable")}};
  const Value prior = Make(schema, {{"a", "1"}, {"b", "1"}, {"of_a", "x"}, {"stable", "y"}});
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"a", "1"}, {"b", "2"}}), prior).planned.Get("of_a"), Value("x"));
  const Value planned = PlanChange(schema, Make(schema, {{"a", "2"}, {"b", "1"}}), prior).planned;
  EXPECT_TRUE(planned.Get("of_a").IsUnknown());
  EXPECT_EQ(planned.Get("stable"), Value("y"));
}

TEST(PlanTest, ChangesWithFollowsChainsInAnyOrder) {
  const Schema schema{.attributes = {ComputedText("third", {"second"}), ComputedText("second", {"first"}),
                                     ComputedText("first", {"a"}), Text("a")}};
  const Value prior = Make(schema, {{"a", "1"}, {"first", "1"}, {"second", "2"}, {"third", "3"}});
  const Value planned = PlanChange(schema, Make(schema, {{"a", "2"}}), prior).planned;
  for (const char* name : {"first", "second", "third"}) EXPECT_TRUE(planned.Get(name).IsUnknown()) << name;
}

TEST(PlanTest, ChangesWithInACircleEnds) {
  const Schema schema{.attributes = {ComputedText("x", {"y"}), ComputedText("y", {"x", "a"}), Text("a")}};
  const Value prior = Make(schema, {{"a", "1"}, {"x", "1"}, {"y", "2"}});
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"a", "1"}}), prior).planned, prior);
  EXPECT_TRUE(PlanChange(schema, Make(schema, {{"a", "2"}}), prior).planned.Get("x").IsUnknown());
}

TEST(PlanTest, AConfiguredComputedAttributeIsNotMarked) {
  Attribute attribute = ComputedText("oc", {"a"});
  attribute.optional = true;
  const Schema schema{.attributes = {Text("a"), attribute}};
  const Value prior = Make(schema, {{"a", "1"}, {"oc", "mine"}});
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"a", "2"}, {"oc", "mine"}}), prior).planned.Get("oc"), Value("mine"));
}

TEST(PlanTest, MarkingAgainFollowsWhatTheResourceChangedAndKeepsWhatItSet) {
  const Schema schema{.attributes = {Text("a"), Text("b"), ComputedText("of_a", {"a"}), ComputedText("of_b", {"b"})}};
  const Value prior = Make(schema, {{"a", "1"}, {"b", "1"}, {"of_a", "x"}, {"of_b", "y"}});
  const Value config = Make(schema, {{"a", "2"}, {"b", "1"}});
  const Value base = PlanChange(schema, config, prior).planned;
  Value planned = base;
  planned.AsMap()["of_a"] = "known already";  // the resource can tell
  planned.AsMap()["b"] = "2";                 // and plans one change more
  MarkUnknown(schema, config, base, planned);
  EXPECT_EQ(planned.Get("of_a"), Value("known already"));
  EXPECT_TRUE(planned.Get("of_b").IsUnknown());
}

TEST(PlanTest, SameMeaningKeepsThePriorSpelling) {
  Attribute name = Replacing("name");
  name.same_meaning = [](const Value& a, const Value& b) { return absl::EqualsIgnoreCase(a.AsString(), b.AsString()); };
  const Schema schema{.attributes = {name, ComputedText("id", {"name"})}};
  const Value prior = Make(schema, {{"name", "head"}, {"id", "1"}});
  const auto same = PlanChange(schema, Make(schema, {{"name", "HEAD"}}), prior);
  EXPECT_EQ(same.planned, prior);
  EXPECT_TRUE(same.requires_replace.empty());
  const auto other = PlanChange(schema, Make(schema, {{"name", "tail"}}), prior);
  EXPECT_EQ(other.planned.Get("name"), Value("tail"));
  EXPECT_EQ(Texts(other.requires_replace), Strings{"name"});
  // Not asked about what is null or unknown.
  EXPECT_TRUE(PlanChange(schema, Make(schema, {{"name", Value::Unknown()}}), prior).planned.Get("name").IsUnknown());
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"name", "x"}}), Make(schema, {})).planned.Get("name"), Value("x"));
}

TEST(PlanTest, WriteOnlyIsPlannedAsNull) {
  Attribute secret = Text("secret");
  secret.write_only = true;
  const Schema schema{.attributes = {secret, Text("version")}};
  const Value config = Make(schema, {{"secret", "hunter2"}, {"version", "2"}});
  EXPECT_TRUE(PlanChange(schema, config, Value::Null()).planned.Get("secret").IsNull());
  EXPECT_TRUE(PlanChange(schema, config, Make(schema, {{"version", "1"}})).planned.Get("secret").IsNull());
}

TEST(PlanTest, SingleNestedObjectsInheritComputedMembers) {
  const Schema schema{.attributes = {Nested("item", NestedObject::Nesting::kSingle, kItem)}};
  const Value prior = Make(schema, {{"item", Item("a", "1")}});
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"item", Item("a", Value())}}), prior).planned, prior);
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"item", Item("b", Value())}}), Make(schema, {})).planned.Get("item"),
            Item("b", Value::Unknown()));
  EXPECT_TRUE(PlanChange(schema, Make(schema, {}), prior).planned.Get("item").IsNull());
  EXPECT_TRUE(PlanChange(schema, Make(schema, {{"item", Value::Unknown()}}), prior).planned.Get("item").IsUnknown());
}

TEST(PlanTest, MapsInheritByKeyAndListsByIndex) {
  const Schema schema{.attributes = {Nested("map", NestedObject::Nesting::kMap, kItem),
                                     Nested("list", NestedObject::Nesting::kList, kItem)}};
  const Value prior = Make(schema, {{"map", Value(Value::Map{{"k", Item("a", "1")}, {"gone", Item("b", "2")}})},
                                    {"list", Value(Value::List{Item("a", "1"), Item("b", "2")})}});
  const Value config =
      Make(schema, {{"map", Value(Value::Map{{"k", Item("a2", Value())}, {"new", Item("c", Value())}})},
                    {"list", Value(Value::List{Item("a", Value()), Item("b2", Value()), Item("c", Value())})}});
  const Value planned = PlanChange(schema, config, prior).planned;
  EXPECT_EQ(planned.Get("map"), Value(Value::Map{{"k", Item("a2", "1")}, {"new", Item("c", Value::Unknown())}}));
  EXPECT_EQ(planned.Get("list"), Value(Value::List{Item("a", "1"), Item("b2", "2"), Item("c", Value::Unknown())}));
}

TEST(PlanTest, SetElementsThatStayKeepTheirComputedMembers) {
  const Schema schema{.attributes = {Nested("set", NestedObject::Nesting::kSet, kItem)}};
  const Value prior = Make(schema, {{"set", Value(Value::List{Item("a", "1"), Item("b", "2")})}});
  const Value same = Make(schema, {{"set", Value(Value::List{Item("a", Value()), Item("b", Value())})}});
  EXPECT_EQ(PlanChange(schema, same, prior).planned, prior);
  const Value grown = Make(schema, {{"set", Value(Value::List{Item("0", Value()), Item("b", Value())})}});
  Value::List expected{Item("0", Value::Unknown()), Item("b", "2")};
  NormalizeSet(expected);
  EXPECT_EQ(PlanChange(schema, grown, prior).planned.Get("set"), Value(expected));
}

TEST(PlanTest, NullAndUnknownElementsStay) {
  const Schema schema{.attributes = {Nested("list", NestedObject::Nesting::kList, kItem)}};
  const Value elements(Value::List{Value::Unknown(), Value::Null()});
  EXPECT_EQ(PlanChange(schema, Make(schema, {{"list", elements}}), Value::Null()).planned.Get("list"), elements);
}

TEST(PlanTest, APlanHasTheShapeOfItsType) {
  const Schema schema{.attributes = {Nested("set", NestedObject::Nesting::kSet, kItem), WithDefault("d", "x")}};
  const Value config = Make(schema, {{"set", Value(Value::List{Item("b", Value()), Item("a", Value())})}});
  const Value planned = PlanChange(schema, config, Value::Null()).planned;
  EXPECT_EQ(*Decode(Encode(planned, schema.WireType()), schema.WireType()), planned);
}

TEST(PlanTest, ReplacePathsNameWhatChanged) {
  const Schema schema{.attributes = {Replacing("a"), Replacing("b"), Text("c"),
                                     Nested("item", NestedObject::Nesting::kSingle, {Replacing("r"), Text("t")})}};
  const auto item = [](Value r, Value t) { return Value(Value::Map{{"r", r}, {"t", t}}); };
  const Value prior = Make(schema, {{"a", "1"}, {"b", "1"}, {"c", "1"}, {"item", item("1", "1")}});
  const auto paths = [&](Value::Map config) {
    return Texts(PlanChange(schema, Make(schema, std::move(config)), prior).requires_replace);
  };
  EXPECT_EQ(paths({{"a", "1"}, {"b", "1"}, {"c", "2"}, {"item", item("1", "2")}}), Strings{});
  EXPECT_EQ(paths({{"a", "2"}, {"b", Value::Unknown()}, {"item", item("1", "1")}}), (Strings{"a", "b"}));
  EXPECT_EQ(paths({{"a", "1"}, {"b", "1"}, {"item", item("2", "1")}}), Strings{"item.r"});
  EXPECT_EQ(paths({{"a", "1"}, {"item", item("1", "1")}}), Strings{"b"}) << "removed";
  EXPECT_TRUE(ReplacedPaths(schema, Value::Null(), prior).empty());
}

TEST(PlanTest, ClientOnlyChangesAreRecognised) {
  Attribute flag = Text("flag");
  flag.client_only = true;
  const Schema schema{.attributes = {flag, Text("a")}};
  const Value prior = Make(schema, {{"flag", "1"}, {"a", "1"}});
  EXPECT_TRUE(OnlyClientSideChanges(schema, prior, Make(schema, {{"flag", "2"}, {"a", "1"}})));
  EXPECT_TRUE(OnlyClientSideChanges(schema, prior, prior));
  EXPECT_FALSE(OnlyClientSideChanges(schema, prior, Make(schema, {{"flag", "2"}, {"a", "2"}})));
}

}  // namespace
}  // namespace spcs::tf
