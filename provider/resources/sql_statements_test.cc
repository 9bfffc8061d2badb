// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/sql_statements.h"

#include "gmock/gmock.h"
#include "provider/base/status.h"
#include "provider/resources/names.h"
#include "provider/tf/model.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tf::Value;

// One attribute of each sort.
struct Thing {
  tf::String database{}, schema{}, name{}, word{}, warehouse{}, text{};
  tf::Int number{};
  tf::Bool flag{};
  tf::Set<tf::String> names{};
  tf::String local{}, made_on{};
};

const tf::Model<Thing>& ThingModel() {
  using M = Thing;
  using tf::Computed, tf::Optional;
  static const tf::Model<M> model{
      "spcs_thing",
      "A thing.",
      {
          {"database", &M::database, ParentAttribute("Database.")},
          {"schema", &M::schema, ParentAttribute("Schema.")},
          {"name", &M::name, NameAttribute("thing")},
          {"word", &M::word, Optional{.same_meaning = SameWord, .doc = "A word."}},
          {"warehouse", &M::warehouse, Optional{.same_meaning = SameNameValue, .doc = "A name."}},
          {"text", &M::text, Optional{.doc = "A text."}},
          {"number", &M::number, Optional{.doc = "A number."}},
          {"flag", &M::flag, Optional{.doc = "A flag."}},
          {"names", &M::names, Optional{.same_meaning = SameNameSet, .doc = "Names."}},
          {"local", &M::local, Optional{.client_only = true, .doc = "Kept by the client."}},
          {"made_on", &M::made_on, Computed{.doc = "A time."}},
      }};
  return model;
}

const SqlKind& Kind() {
  static const SqlKind kind{.keyword = "THING",
                            .rules = {{"word", {.keyword = "KIND", .column = "sort", .word = true}},
                                      {"warehouse", {.names = true}},
                                      {"names", {.names = true}}}};
  return kind;
}

const tf::Schema& TestSchema() {
  return ThingModel().schema();
}

Value Named(Thing thing) {
  thing.database = "d";
  thing.schema = "\"s s\"";
  thing.name = "x";
  return ThingModel().Encode(thing);
}

std::vector<std::string> Alter(const Value& prior, const Value& planned) {
  const auto statements = AlterStatements(Kind(), TestSchema(), prior, planned);
  EXPECT_TRUE(statements.ok()) << statements.status();
  std::vector<std::string> texts;
  for (const auto& statement : *statements) texts.push_back(statement.sql());
  return texts;
}

tf::Set<tf::String> Set(std::vector<tf::String> elements) {
  return tf::SetOf<tf::String>{std::move(elements)};
}

TEST(SqlStatementsTest, CreateWritesEachSort) {
  const Value planned = Named({.word = "big",
                               .warehouse = "\"my wh\"",
                               .text = "it's \\",
                               .number = 3,
                               .flag = false,
                               .names = Set({"b", "d.s.a"}),
                               .local = "here"});
  const auto statement = CreateStatement(Kind(), TestSchema(), planned, planned);
  ASSERT_TRUE(statement.ok());
  EXPECT_EQ(statement->sql(),
            "CREATE THING D.\"s s\".X KIND = BIG WAREHOUSE = \"my wh\" TEXT = 'it''s \\\\' NUMBER = 3 FLAG = FALSE "
            "NAMES = (B, D.S.A)");
}

TEST(SqlStatementsTest, CreateLeavesOutWhatIsNotGiven) {
  const auto statement = CreateStatement(Kind(), TestSchema(), Named({}), Named({}));
  ASSERT_TRUE(statement.ok());
  EXPECT_EQ(statement->sql(), "CREATE THING D.\"s s\".X");
}

TEST(SqlStatementsTest, ABadNamePointsAtItsAttribute) {
  const auto statement = CreateStatement(Kind(), TestSchema(), Named({.warehouse = "a b"}), Named({}));
  EXPECT_EQ(FactOf(statement.status(), kAttributePath), "warehouse");
  Thing thing{.database = "d", .schema = "1s", .name = "x"};
  EXPECT_EQ(FactOf(NameOf(Kind(), ThingModel().Encode(thing)).status(), kAttributePath), "schema");
}

TEST(SqlStatementsTest, AlterSetsAndUnsets) {
  const Value prior = Named({.word = "big", .text = "t", .number = 3, .flag = true, .names = Set({"a"})});
  const Value planned = Named({.word = "small", .number = 4, .flag = true});
  EXPECT_THAT(Alter(prior, planned), ElementsAre("ALTER THING D.\"s s\".X SET KIND = SMALL NUMBER = 4",
                                                 "ALTER THING D.\"s s\".X UNSET TEXT, NAMES"));
}

TEST(SqlStatementsTest, AlterSendsNothingForTheSameMeaningOrTheClientsOwn) {
  const Value prior = Named({.word = "big", .names = Set({"a", "b"}), .local = "1"});
  const Value planned = Named({.word = "BIG", .names = Set({"B", "A"}), .local = "2"});
  EXPECT_THAT(Alter(prior, planned), IsEmpty());
}

TEST(SqlStatementsTest, ImportIdsNameEachPart) {
  const auto state = StateFromId(Kind(), TestSchema(), "d.\"S.s\".x");
  ASSERT_TRUE(state.ok());
  EXPECT_TRUE(state->Get("database") == Value("D"));
  EXPECT_TRUE(state->Get("schema") == Value("\"S.s\""));
  EXPECT_TRUE(state->Get("name") == Value("X"));
  EXPECT_TRUE(state->Get("text").IsNull());
  const auto wrong = StateFromId(Kind(), TestSchema(), "d.x");
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("d.x"));
  EXPECT_EQ(FactOf(wrong.status(), kAdvice), "Give the name as SQL has it: DATABASE.SCHEMA.NAME.");
  const auto pool = StateFromId({.keyword = "POOL", .scope = Scope::kAccount}, TestSchema(), "a.b");
  EXPECT_EQ(FactOf(pool.status(), kAdvice), "Give the name as SQL has it: NAME.");
}

ObjectRow Row(const std::map<std::string, std::optional<std::string>>& cells) {
  ObjectRow row;
  for (const auto& [column, text] : cells) row.Set(column, text);
  return row;
}

TEST(MergeRowTest, ReadsEachSort) {
  const Value merged = MergeRow(Kind(), TestSchema(),
                                Row({{"sort", "BIG"},
                                     {"warehouse", "my wh"},
                                     {"text", "t"},
                                     {"number", "12"},
                                     {"flag", "Y"},
                                     {"names", "[B,A]"},
                                     {"made_on", "1800000000.5"}}),
                                Named({}));
  EXPECT_TRUE(merged.Get("word") == Value("BIG"));
  EXPECT_TRUE(merged.Get("warehouse") == Value("\"my wh\""));
  EXPECT_TRUE(merged.Get("text") == Value("t"));
  EXPECT_TRUE(merged.Get("number") == Value(12));
  EXPECT_TRUE(merged.Get("flag") == Value(true));
  EXPECT_TRUE(merged.Get("names") == Value(Value::List{"A", "B"}));
  EXPECT_TRUE(merged.Get("made_on") == Value("2027-01-15T08:00:00.500Z"));
}

TEST(MergeRowTest, KeepsTheSpellingOfWhatMeansTheSame) {
  const Value stored = Named({.word = "big", .warehouse = "\"my wh\"", .names = Set({"a", "\"B\""}), .local = "mine"});
  const Value merged = MergeRow(
      Kind(), TestSchema(), Row({{"sort", "BIG"}, {"warehouse", "my wh"}, {"names", "[B, A]"}, {"name", "X"}}), stored);
  EXPECT_TRUE(merged == stored);
}

TEST(MergeRowTest, TellsNullFromAColumnThatIsNotThere) {
  const Value stored = Named({.warehouse = "wh", .text = "t", .names = Set({"a"})});
  const Value merged =
      MergeRow(Kind(), TestSchema(), Row({{"text", ""}, {"warehouse", std::nullopt}, {"names", "[]"}}), stored);
  EXPECT_TRUE(merged.Get("text").IsNull());
  EXPECT_TRUE(merged.Get("warehouse").IsNull());
  EXPECT_TRUE(merged.Get("names").IsNull());
  EXPECT_TRUE(MergeRow(Kind(), TestSchema(), Row({}), stored) == stored);
}

TEST(SplitListTest, ReadsWhatTheServiceWrites) {
  EXPECT_THAT(SplitList("[A, B]"), ElementsAre("A", "B"));
  EXPECT_THAT(SplitList("a:443,b:80"), ElementsAre("a:443", "b:80"));
  EXPECT_THAT(SplitList("[\"A, b\".C,D]"), ElementsAre("\"A, b\".C", "D"));
  EXPECT_THAT(SplitList("[]"), IsEmpty());
  EXPECT_THAT(SplitList(" "), IsEmpty());
}

}  // namespace
}  // namespace spcs::resources
