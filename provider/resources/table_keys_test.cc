// SPDX-License-Identifier: MPL-2.0
// Keys, clustering, identities and collations of tables; the last test lists what a plan refuses.
#include "gmock/gmock.h"
#include "provider/resources/cluster_key.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tf::Value;

using Members = ResourceFixture::Members;
using Cell = std::optional<std::string>;

constexpr char kShow[] = "SHOW TABLES IN SCHEMA D.S";
constexpr char kDescribe[] = "DESCRIBE TABLE D.S.X";
constexpr char kUnique[] = "SHOW UNIQUE KEYS IN TABLE D.S.X";

Value Column(const std::string& name, const std::string& type, const Value::Map& more = {}) {
  Value::Map column{{"name", name}, {"type", type}, {"nullable", true}};
  for (const auto& [attribute, value] : more) column[attribute] = value;
  return Value(column);
}

Members Table(Value::List columns, const Members& more = {}) {
  Members table{{"database", "d"}, {"schema", "s"}, {"name", "x"}, {"columns", std::move(columns)}};
  for (const auto& [attribute, value] : more) table[attribute] = value;
  return table;
}

const Value kId = Column("id", "number", {{"nullable", false}});
const Value kAt = Column("at", "date");

struct Account : ResourceFixture {
  Account() : ResourceFixture(MakeTable) { Clustered(""); }
  void Clustered(const std::string& keys, const std::string& kind = "TABLE") {
    account.On(kShow, {{"name", "database_name", "schema_name", "owner", "rows", "kind", "cluster_by",
                        "change_tracking", "enable_schema_evolution"},
                       {{"X", "D", "S", "ME", "0", kind, keys, "OFF", "N"}}});
    clock.Advance(absl::Minutes(1));
  }
  // Columns ID and AT; P and U say to which keys they belong.
  void Described(const char* primary, const char* unique) {
    account.On(kDescribe, {{"name", "type", "null?", "default", "primary key", "unique key", "comment"},
                           {{"ID", "NUMBER(38,0)", "N", std::nullopt, primary, unique, ""},
                            {"AT", "DATE", "Y", std::nullopt, "N", unique, ""}}});
    clock.Advance(absl::Minutes(1));
  }
};

TEST(TableKeysTest, KeysAreCreatedAndReadBack) {
  Account f;
  f.Described("Y", "Y");
  f.account.On(kUnique, {{"column_name", "key_sequence", "constraint_name"}, {{"ID", "1", "C"}, {"AT", "2", "C"}}});
  f.Clustered("LINEAR(TO_DATE(at), id)");
  const Members table = Table({kId, kAt}, {{"primary_key", Value::List{"ID"}},
                                           {"unique_keys", Value::List{Value(Value::List{"at", "id"})}},
                                           {"cluster_by", Value::List{"to_date( AT )", "ID"}}});
  ASSERT_OK(f.Create(table));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE TABLE D.S.X ( ID NUMBER NOT NULL, AT DATE, PRIMARY KEY ( ID ), UNIQUE ( AT, ID ) ) "
                          "CLUSTER BY ( TO_DATE ( AT ), ID ) CHANGE_TRACKING = FALSE ENABLE_SCHEMA_EVOLUTION = FALSE"));
  EXPECT_TRUE(f.PlansNothing(table));
  ASSERT_OK(f.Import("D.S.X"));
  EXPECT_TRUE(f.PlansNothing(table));
}

TEST(TableKeysTest, KeysChangeInPlaceAroundTheirColumns) {
  Account f;
  f.Described("Y", "N");
  f.Clustered("LINEAR(AT)");
  ASSERT_OK(f.Create(Table({kId, kAt}, {{"primary_key", Value::List{"id"}}, {"cluster_by", Value::List{"at"}}})));
  f.account.Reset();
  f.Described("N", "Y");
  f.account.On(kUnique, {{"column_name", "key_sequence", "constraint_name"}, {{"ID", "1", "A"}, {"AT", "1", "B"}}});
  f.Clustered("LINEAR(ID)");
  const Members changed =
      Table({kId, kAt}, {{"unique_keys", Value::List{Value(Value::List{"id"}), Value(Value::List{"at"})}},
                         {"cluster_by", Value::List{"id"}}});
  ASSERT_OK(f.Apply(changed));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("ALTER TABLE D.S.X DROP PRIMARY KEY", "ALTER TABLE D.S.X ADD UNIQUE ( AT )",
                          "ALTER TABLE D.S.X ADD UNIQUE ( ID )", "ALTER TABLE D.S.X CLUSTER BY ( ID )"));
  f.account.Reset();
  f.Described("N", "N");
  f.Clustered("");
  ASSERT_OK(f.Apply(Table({kId, kAt})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("ALTER TABLE D.S.X DROP CLUSTERING KEY", "ALTER TABLE D.S.X DROP UNIQUE ( AT )",
                          "ALTER TABLE D.S.X DROP UNIQUE ( ID )"));
  EXPECT_THAT(f.account.statements(), ::testing::Not(::testing::Contains(kUnique)));
}

TEST(TableKeysTest, IdentityAndCollationAreReadAndReplace) {
  Account f;
  f.account.On(kDescribe, {{"name", "type", "null?", "default", "comment"},
                           {{"ID", "NUMBER(38,0)", "Y", "IDENTITY START 10 INCREMENT 2 NOORDER", ""},
                            {"T", "VARCHAR(16777216) COLLATE 'en-ci'", "Y", std::nullopt, ""}}});
  f.clock.Advance(absl::Minutes(1));
  const auto identity = [](int64_t start) {
    return Column("id", "int",
                  {{"identity", Value(Value::Map{{"start", start}, {"increment", 2}, {"ordered", false}})}});
  };
  const Value text = Column("t", "string", {{"collate", "en-ci"}});
  const Members table = Table({identity(10), text});
  ASSERT_OK(f.Create(table));
  EXPECT_THAT(f.account.changes()[0], HasSubstr("( ID INT AUTOINCREMENT START 10 INCREMENT 2 NOORDER, "
                                                "T STRING COLLATE 'en-ci' )"));
  EXPECT_TRUE(f.PlansNothing(table));
  ASSERT_OK(f.Plan(Table({identity(11), text})));
  EXPECT_THAT(f.replaces, ElementsAre("columns[0].identity"));
  ASSERT_OK(f.Plan(Table({identity(10), Column("t", "string", {{"collate", "de"}})})));
  EXPECT_THAT(f.replaces, ElementsAre("columns[1].collate"));
  // A collation that comes from the schema is no difference.
  ASSERT_OK(f.Create(Table({identity(10), Column("t", "string")})));
  EXPECT_TRUE(f.PlansNothing(Table({identity(10), Column("t", "string")})));
  ASSERT_OK(f.Import("D.S.X"));
  EXPECT_TRUE(f.PlansNothing(table));
}

TEST(TableKeysTest, ATransientTableIsReadFromItsKind) {
  Account f;
  f.Described("N", "N");
  f.Clustered("", "TRANSIENT");
  ASSERT_OK(f.Create(Table({kId, kAt}, {{"transient", true}})));
  EXPECT_THAT(f.account.changes()[0], HasSubstr("CREATE TRANSIENT TABLE D.S.X ( "));
  ASSERT_OK(f.Plan(Table({kId, kAt})));
  EXPECT_THAT(f.replaces, ElementsAre("transient"));
}

TEST(ClusterKeyTest, OneSpellingForWhatMeansTheSame) {
  struct Pair {
    const char *text, *canonical;
  };
  for (const Pair& pair :
       std::vector<Pair>{{"at", "AT"},
                         {" \"At\" ", "\"At\""},
                         {"\"AT\"", "AT"},
                         {"to_date( at )", "TO_DATE(AT)"},
                         {"substring(name,1 , 2)", "SUBSTRING(NAME,1,2)"},
                         {"trunc(coalesce(a, 'it''s'), 'month')", "TRUNC(COALESCE(A,'it''s'),'month')"},
                         {"v:a:\"B c\"::number(10, 2)", "V:\"a\":\"B c\"::NUMBER(10,2)"},
                         {"f()", "F()"}}) {
    const auto canonical = CanonicalClusterKey(pair.text);
    EXPECT_TRUE(canonical.ok()) << pair.text << ": " << canonical.status();
    EXPECT_EQ(canonical.value_or(""), pair.canonical);
  }
}

TEST(ClusterKeyTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "a b",
                           "a;",
                           "a)",
                           "f(a",
                           "f(a,)",
                           "(a)",
                           "a + 1",
                           "a, b",
                           "'x",
                           "\"a",
                           "a::",
                           "a::'x'",
                           "v:",
                           "f(a); DROP TABLE x",
                           "1.5",
                           "99999999999999999999",
                           "'\\x'",
                           "a--b",
                           "$1"}) {
    EXPECT_FALSE(CanonicalClusterKey(text).ok()) << text;
  }
  std::string deep(50, '(');
  EXPECT_FALSE(CanonicalClusterKey("f" + deep).ok());
  std::string calls, ends(50, ')');
  for (int i = 0; i < 50; ++i) calls += "f(";
  EXPECT_FALSE(CanonicalClusterKey(calls + "a" + ends).ok());
}

TEST(ClusterKeyTest, TakesShownKeysApart) {
  EXPECT_THAT(ShownClusterKeys(""), IsEmpty());
  EXPECT_THAT(ShownClusterKeys("LINEAR(A, f(B, 'x,)'), \"C,D\")"), ElementsAre("A", "f(B, 'x,)')", "\"C,D\""));
  EXPECT_THAT(ShownClusterKeys("A"), ElementsAre("A"));
}

// What was tried, with the attribute that each error names.
TEST(TableKeysTest, RefusesWhatDoesNotFit) {
  struct Tried {
    Members config;
    const char *path, *says;
  };
  const auto keyed = [](const char* attribute, Value value) {
    return Table({kId, kAt}, {{attribute, std::move(value)}});
  };
  const Value identity(Value::Map{{"start", 1}, {"increment", 1}, {"ordered", false}});
  const Value standing(Value::Map{{"start", 1}, {"increment", 0}, {"ordered", false}});
  for (const Tried& tried : std::vector<Tried>{
           {Table({kId, kId}), "columns[1].name", "columns[0] already"},
           {keyed("primary_key", Value::List{"at"}), "columns[1].nullable", "nullable = false"},
           {keyed("primary_key", Value::List{"nosuch"}), "primary_key", "NOSUCH is no column"},
           {keyed("primary_key", Value::List{}), "primary_key", ""},
           {keyed("primary_key", Value::List{"a b"}), "primary_key", ""},
           {keyed("unique_keys", Value::List{Value(Value::List{})}), "unique_keys", "one column at least"},
           {keyed("unique_keys", Value::List{Value(Value::List{"nosuch"})}), "unique_keys", "NOSUCH is no column"},
           {keyed("cluster_by", Value::List{"at", "f(nosuch)"}), "cluster_by[1]", "NOSUCH is no column"},
           {keyed("cluster_by", Value::List{"at", "at desc"}), "cluster_by[1]", "from \"desc\" on"},
           {keyed("cluster_by", Value::List{}), "cluster_by", ""},
           {Table({Column("a", "date", {{"collate", "en"}})}), "columns[0].collate", "Only texts"},
           {Table({Column("a", "text", {{"collate", "en'"}})}), "columns[0].collate", "no collation"},
           {Table({Column("a", "text", {{"identity", identity}})}), "columns[0].identity", "Only whole numbers"},
           {Table({Column("a", "number(5,2)", {{"identity", identity}})}), "columns[0].identity", "Only whole numbers"},
           {Table({Column("a", "int", {{"identity", identity}, {"default", "1"}})}), "columns[0].default",
            "remove one"},
           {Table({Column("a", "int", {{"identity", standing}})}), "columns[0].identity.increment", "write 1 or more"},
           {Table({kId}, {{"transient", true}, {"data_retention_time_in_days", 7}}), "data_retention_time_in_days",
            "1 day at most"},
       }) {
    const Account f;
    const tf::Diagnostics found = f.Validate(tried.config);
    ASSERT_TRUE(found.HasErrors()) << tried.path << " " << tried.says;
    EXPECT_EQ(found.list()[0].path.ToString(), tried.path);
    EXPECT_THAT(found.list()[0].detail, HasSubstr(tried.says));
  }
  const Account f;
  EXPECT_FALSE(f.Validate(keyed("primary_key", Value::List{Value::Unknown()})).HasErrors());
  EXPECT_FALSE(f.Validate(Table({kId}, {{"cluster_by", Value::Unknown()}})).HasErrors());
}

}  // namespace
}  // namespace spcs::resources
