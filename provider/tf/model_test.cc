// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/model.h"

#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "provider/testing/model_check.h"

namespace spcs::tf {
namespace {

struct Port {
  Int number{};
  Float weight{};
  static const Table<Port>& Fields() {
    static const Table<Port> table{{"number", &Port::number, Required{.doc = "Its number."}},
                                   {"weight", &Port::weight, Optional{.doc = "Its share."}}};
    return table;
  }
};

struct House {
  String name{};
  Bool open{};
  List<String> rooms{};
  Set<String> tags{};
  Map<Int> sizes{};
  Object<Port> door{};
  List<Object<Port>> windows{};
  Set<Object<Port>> cellars{};
  Map<Object<Port>> gates{};
  List<List<Int>> grid{};
  String key{};
  String id{};
};

const Model<House>& HouseModel() {
  static const Model<House> model{
      "spcs_house",
      "A house.",
      {
          {"name", &House::name, Required{.replace = true, .identity = true, .doc = "Its name."}},
          {"open", &House::open, Optional{.default_value = Value(true), .doc = "Whether it is open."}},
          {"rooms", &House::rooms, Optional{.doc = "Its rooms."}},
          {"tags", &House::tags, Optional{.doc = "Its tags."}},
          {"sizes", &House::sizes, Optional{.doc = "Its sizes."}},
          {"door", &House::door, Optional{.doc = "Its door."}},
          {"windows", &House::windows, Optional{.doc = "Its windows."}},
          {"cellars", &House::cellars, Optional{.doc = "Its cellars."}},
          {"gates", &House::gates, Optional{.doc = "Its gates."}},
          {"grid", &House::grid, Optional{.doc = "Its grid."}},
          {"key", &House::key, Optional{.sensitive = true, .write_only = true, .doc = "Its key."}},
          {"id", &House::id, Computed{.changes_with = {"name"}, .doc = "Its id."}},
      },
      3};
  return model;
}

static_assert(FieldCount<House>() == 12);
static_assert(FieldCount<Port>() == 2);

Value With(const std::string& name, Value value) {
  return Value(Value::Map{{name, std::move(value)}});
}

std::string ErrorPath(const Value& value) {
  const auto decoded = HouseModel().Decode(value);
  return decoded.ok() ? "no error" : FactOf(decoded.status(), kAttributePath).value_or("");
}

TEST(ModelTest, HoldsWhatEveryModelMust) {
  testing::CheckModel(HouseModel());
}

struct Leaky {
  String a{}, b{}, forgotten{};
};

TEST(ModelTest, TheCheckFindsAForgottenMemberAndBadText) {
  static const Model<Leaky> model{
      "spcs_leaky", "No period", {{"a", &Leaky::a, Optional{.doc = "One."}}, {"Bad-Name", &Leaky::b, Computed{}}}};
  ::testing::TestPartResultArray failures;
  {
    ::testing::ScopedFakeTestPartResultReporter reporter(&failures);
    testing::CheckSchema(model.name(), model.schema());
  }
  std::string all;
  for (int i = 0; i < failures.size(); ++i) all += failures.GetTestPartResult(i).message();
  for (const char* part : {"rows of the table", "does not end with a period", "Bad-Name has no doc", "snake_case"}) {
    EXPECT_NE(all.find(part), std::string::npos) << part << " in: " << all;
  }
}

TEST(ModelTest, TheCheckFindsTwoRowsForOneMember) {
  static const Model<Leaky> model{"spcs_leaky",
                                  "Leaks.",
                                  {{"a", &Leaky::a, Optional{.doc = "One."}},
                                   {"b", &Leaky::a, Optional{.doc = "Two."}},
                                   {"forgotten", &Leaky::forgotten, Optional{.doc = "Three."}}}};
  ::testing::TestPartResultArray failures;
  {
    ::testing::ScopedFakeTestPartResultReporter reporter(&failures);
    testing::CheckModel(model);
  }
  EXPECT_GT(failures.size(), 0);
}

TEST(ModelTest, TheSchemaFollowsTheTable) {
  const Schema& schema = HouseModel().schema();
  EXPECT_EQ(HouseModel().name(), "spcs_house");
  EXPECT_EQ(schema.version, 3);
  EXPECT_EQ(schema.doc, "A house.");
  EXPECT_EQ(schema.Find("nothing"), nullptr);
  EXPECT_TRUE(schema.Find("name")->required);
  EXPECT_TRUE(schema.Find("name")->replace);
  EXPECT_FALSE(schema.Find("name")->computed);
  EXPECT_TRUE(schema.Find("open")->optional);
  EXPECT_TRUE(schema.Find("open")->computed) << "a default needs computed on the wire";
  EXPECT_FALSE(schema.Find("rooms")->computed);
  EXPECT_TRUE(schema.Find("key")->write_only);
  EXPECT_TRUE(schema.Find("key")->sensitive);
  EXPECT_TRUE(schema.Find("id")->computed);
  EXPECT_FALSE(schema.Find("id")->optional);
}

TEST(ModelTest, TypesFollowTheMembers) {
  const Schema& schema = HouseModel().schema();
  const Type port = Type::Object({{"number", Type::Number()}, {"weight", Type::Number()}});
  EXPECT_TRUE(schema.Find("tags")->WireType() == Type::Set(Type::String()));
  EXPECT_TRUE(schema.Find("sizes")->WireType() == Type::Map(Type::Number()));
  EXPECT_TRUE(schema.Find("door")->WireType() == port);
  EXPECT_TRUE(schema.Find("windows")->WireType() == Type::List(port));
  EXPECT_TRUE(schema.Find("cellars")->WireType() == Type::Set(port));
  EXPECT_TRUE(schema.Find("gates")->WireType() == Type::Map(port));
  EXPECT_TRUE(schema.Find("grid")->WireType() == Type::List(Type::List(Type::Number())));
  EXPECT_EQ(schema.Find("grid")->nested, nullptr);
}

TEST(ModelTest, DecodesIntoTheStruct) {
  const auto house = HouseModel().Decode(Value(Value::Map{
      {"name", "villa"},
      {"open", Value::Unknown()},
      {"rooms", Value(Value::List{"a", Value::Unknown(), Value::Null()})},
      {"gates", Value(Value::Map{{"east", Value(Value::Map{{"number", 80}, {"weight", 0.1}})}})},
  }));
  ASSERT_TRUE(house.ok()) << house.status();
  EXPECT_EQ(house->name.value(), "villa");
  EXPECT_TRUE(house->open.IsUnknown());
  EXPECT_TRUE(house->id.IsNull());
  ASSERT_EQ(house->rooms.value().size(), 3u);
  EXPECT_TRUE(house->rooms.value()[1].IsUnknown());
  EXPECT_TRUE(house->rooms.value()[2].IsNull());
  EXPECT_EQ(house->gates.value().at("east").value().number.value(), 80);
  EXPECT_EQ(house->gates.value().at("east").value().weight.value(), 0.1);
}

TEST(ModelTest, EncodesSetsInTheirOrder) {
  House house;
  house.tags = SetOf<String>{{"b", "a", "b"}};
  EXPECT_EQ(HouseModel().Encode(house).Get("tags"), Value(Value::List{"a", "b"}));
}

TEST(ModelTest, ErrorsNameThePlace) {
  EXPECT_EQ(ErrorPath(With("name", 1)), "name");
  EXPECT_EQ(ErrorPath(With("open", "yes")), "open");
  EXPECT_EQ(ErrorPath(With("door", With("number", 1.5))), "door.number");
  EXPECT_EQ(ErrorPath(With("rooms", Value(Value::List{"a", 1}))), "rooms[1]");
  EXPECT_EQ(ErrorPath(With("windows", Value(Value::List{With("number", "x")}))), "windows[0].number");
  EXPECT_EQ(ErrorPath(With("gates", With("a.b", With("number", "x")))), "gates[\"a.b\"].number");
  EXPECT_EQ(ErrorPath(With("cellars", Value(Value::List{With("number", "x")}))), "cellars");
  EXPECT_EQ(ErrorPath(With("grid", Value(Value::List{Value(Value::List{1, "x"})}))), "grid[0][1]");
  EXPECT_EQ(ErrorPath(With("sizes", "none")), "sizes");
  EXPECT_FALSE(HouseModel().Decode(Value::Null()).ok());
}

TEST(ModelTest, WholeNumbersOnlyForIntegers) {
  Number big;
  ASSERT_TRUE(Number::Parse("9223372036854775808", big));
  EXPECT_EQ(ErrorPath(With("door", With("number", Value(big)))), "door.number");
  EXPECT_EQ(ErrorPath(With("door", With("number", 2.0))), "no error");
}

TEST(AttrTest, HasThreeStates) {
  EXPECT_TRUE(String().IsNull());
  EXPECT_TRUE(String::Unknown().IsUnknown());
  EXPECT_FALSE(String::Unknown().IsNull());
  EXPECT_TRUE(String("x").IsKnown());
  EXPECT_EQ(String("x").value_or("y"), "x");
  EXPECT_EQ(String::Unknown().value_or("y"), "y");
  EXPECT_TRUE(String::Of(std::nullopt).IsNull());
  EXPECT_EQ(String::Of("x"), String("x"));
  EXPECT_FALSE(String() == String::Unknown());
  EXPECT_FALSE(String().AsOptional().has_value());
}

}  // namespace
}  // namespace spcs::tf
