// SPDX-License-Identifier: MPL-2.0
#include "gmock/gmock.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tf::Value;

using Members = ResourceFixture::Members;

constexpr char kDescribe[] = "DESCRIBE TABLE D.S.X";
constexpr char kCreate[] = "CREATE TABLE D.S.X ( A FLOAT ) CHANGE_TRACKING = FALSE ENABLE_SCHEMA_EVOLUTION = FALSE";

Value Column(const std::string& name, const std::string& type, bool nullable = true, Value comment = {}) {
  return Value(Value::Map{{"name", name}, {"type", type}, {"nullable", nullable}, {"comment", std::move(comment)}});
}

Members Table(Value::List columns) {
  return {{"database", "d"}, {"schema", "s"}, {"name", "x"}, {"columns", std::move(columns)}};
}

struct TableFixture : ResourceFixture {
  TableFixture() : ResourceFixture(MakeTable) { Rows("0"); }
  void Rows(const std::string& rows) {
    account.On("SHOW TABLES IN SCHEMA D.S",
               {{"name", "database_name", "schema_name", "owner", "rows"}, {{"X", "D", "S", "ME", rows}}});
    clock.Advance(absl::Minutes(1));
  }
  using Cell = std::optional<std::string>;
  void Columns(const std::vector<std::vector<Cell>>& columns) {
    account.On(kDescribe, {{"name", "type", "null?", "comment"}, columns});
    clock.Advance(absl::Minutes(1));
  }
  // The account behind a rename: a table Y with one column, and no X.
  void ShowAsY() {
    account.On("SHOW TABLES IN SCHEMA D.S",
               {{"name", "database_name", "schema_name", "owner", "rows"}, {{"Y", "D", "S", "ME", "0"}}});
    account.On("DESCRIBE TABLE D.S.Y", {{"name", "type", "null?", "comment"}, {{"A", "FLOAT", "Y", ""}}});
    clock.Advance(absl::Minutes(1));
  }
};

TEST(TableTest, CreatesItsColumns) {
  TableFixture f;
  f.Columns({{"ID", "NUMBER(38,0)", "N", ""}, {"Text it", "VARCHAR(16777216)", "Y", "what's said"}});
  const Members table = Table({Column("id", "integer", false), Column("\"Text it\"", "string", true, "what's said")});
  ASSERT_OK(f.Create(table));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("CREATE TABLE D.S.X ( ID INTEGER NOT NULL, \"Text it\" STRING COMMENT "
                          "'what''s said' ) CHANGE_TRACKING = FALSE ENABLE_SCHEMA_EVOLUTION = FALSE"));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(table));
}

TEST(TableTest, WritesParametersOfTypes) {
  TableFixture f;
  f.Columns({{"A", "NUMBER(10,2)", "Y", ""}, {"B", "VECTOR(FLOAT, 3)", "Y", ""}, {"C", "FLOAT", "Y", ""}});
  ASSERT_OK(f.Create(
      Table({Column("a", "number( 10, 2 )"), Column("b", "vector(float,3)"), Column("c", "double precision")})));
  EXPECT_THAT(
      f.account.changes(),
      ElementsAre(
          "CREATE TABLE D.S.X ( A NUMBER ( 10, 2 ), B VECTOR ( FLOAT, 3 ), C DOUBLE PRECISION ) CHANGE_TRACKING = "
          "FALSE ENABLE_SCHEMA_EVOLUTION = FALSE"));
}

TEST(TableTest, ChangesColumnsInPlace) {
  TableFixture f;
  f.Columns({{"A", "VARCHAR(10)", "N", ""}, {"OLD", "FLOAT", "Y", ""}});
  ASSERT_OK(f.Create(Table({Column("a", "varchar(10)", false), Column("old", "float")})));
  f.account.Reset();
  // A new column stands first here, and last in the service.
  f.Columns({{"A", "VARCHAR(20)", "Y", "c"}, {"NEW", "BOOLEAN", "Y", ""}});
  ASSERT_OK(f.Apply(Table({Column("new", "boolean"), Column("a", "varchar(20)", true, "c")})));
  EXPECT_THAT(f.account.changes(),
              ElementsAre("ALTER TABLE D.S.X ADD COLUMN NEW BOOLEAN",
                          "ALTER TABLE D.S.X ALTER COLUMN A SET DATA TYPE VARCHAR ( 20 )",
                          "ALTER TABLE D.S.X ALTER COLUMN A DROP NOT NULL",
                          "ALTER TABLE D.S.X ALTER COLUMN A COMMENT 'c'", "ALTER TABLE D.S.X DROP COLUMN OLD"));
  EXPECT_TRUE(f.PlansNothing(Table({Column("new", "boolean"), Column("a", "varchar(20)", true, "c")})));
}

Value WithDefault(Value column, Value text) {
  column.AsMap()["default"] = std::move(text);
  return column;
}

TEST(TableTest, ADefaultIsSetWithItsColumnAndTakenAwayInPlace) {
  TableFixture f;
  const auto describe = [&](const TableFixture::Cell& text) {
    f.account.On(kDescribe,
                 {{"name", "type", "null?", "default", "comment"}, {{"A", "TIMESTAMP_LTZ(9)", "Y", text, ""}}});
    f.clock.Advance(absl::Minutes(1));
  };
  const Value plain = Column("a", "timestamp_ltz");
  describe("CURRENT_TIMESTAMP ()");
  ASSERT_OK(f.Create(Table({WithDefault(plain, "current_timestamp()")})));
  EXPECT_THAT(f.account.changes()[0], HasSubstr("A TIMESTAMP_LTZ DEFAULT CURRENT_TIMESTAMP () )"));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.PlansNothing(Table({WithDefault(plain, "CURRENT_TIMESTAMP()")})));
  ASSERT_OK(f.Plan(Table({WithDefault(plain, "SYSDATE()")})));
  EXPECT_THAT(f.replaces, ElementsAre("columns[0].default"));
  ASSERT_OK(f.Plan(Table({WithDefault(plain, "current_timestamp()"), WithDefault(Column("b", "int"), "1")})));
  EXPECT_THAT(f.replaces, IsEmpty());
  f.account.Reset();
  describe(std::nullopt);
  ASSERT_OK(f.Apply(Table({plain})));
  EXPECT_THAT(f.account.changes(), ElementsAre("ALTER TABLE D.S.X ALTER COLUMN A DROP DEFAULT"));
  EXPECT_TRUE(f.PlansNothing(Table({plain})));
}

TEST(TableTest, RefusesADefaultThatIsNoConstantAndNoCall) {
  TableFixture f;
  const auto* columns = f.resource->schema().Find("columns");
  for (const tf::Attribute& attribute : columns->nested->attributes) {
    if (attribute.name != "default") continue;
    tf::Diagnostics found;
    attribute.validators[0](Value("1; DROP TABLE x"), tf::Path("default"), found);
    EXPECT_TRUE(found.HasErrors());
  }
}

TEST(TableTest, IsRenamedInPlace) {
  TableFixture f;
  f.Columns({{"A", "FLOAT", "Y", ""}});
  ASSERT_OK(f.Create(Table({Column("a", "float")})));
  f.account.Reset();
  f.ShowAsY();
  Members renamed = Table({Column("a", "float")});
  renamed["name"] = "y";
  const auto planned = f.Plan(renamed);
  ASSERT_OK(planned);
  EXPECT_THAT(f.replaces, IsEmpty());
  EXPECT_TRUE(planned->Get("qualified_name") == Value("D.S.Y"));
  ASSERT_OK(f.Apply(renamed));
  EXPECT_THAT(f.account.changes(), ElementsAre("ALTER TABLE D.S.X RENAME TO D.S.Y"));
  EXPECT_EQ(f.Text("qualified_name"), "D.S.Y");
}

TEST(TableTest, ARenameWhoseAnswerIsLostIsFoundDone) {
  TableFixture f;
  f.Columns({{"A", "FLOAT", "Y", ""}});
  ASSERT_OK(f.Create(Table({Column("a", "float")})));
  const std::string rename = "ALTER TABLE D.S.X RENAME TO D.S.Y";
  f.ShowAsY();
  Members renamed = Table({Column("a", "float")});
  renamed["name"] = "y";
  f.account.LoseNext(rename);
  f.account.ErrorNext(rename, "002003", kUnknownObject);
  ASSERT_OK(f.Apply(renamed));
  EXPECT_EQ(f.Text("qualified_name"), "D.S.Y");
}

TEST(TableTest, AFailureBehindARenameKeepsTheNewName) {
  TableFixture f;
  f.Columns({{"A", "FLOAT", "Y", ""}});
  ASSERT_OK(f.Create(Table({Column("a", "float")})));
  Members renamed = Table({Column("a", "float")});
  renamed["name"] = "y";
  renamed["comment"] = "c";
  f.account.OnError("ALTER TABLE D.S.Y SET COMMENT = 'c'", "003001", "Insufficient privileges");
  EXPECT_FALSE(f.Apply(renamed).ok());
  EXPECT_EQ(f.Text("name"), "y");
  EXPECT_EQ(f.Text("qualified_name"), "D.S.Y");
}

TEST(TableTest, AnotherWordForATypeChangesNothing) {
  TableFixture f;
  f.Columns({{"A", "VARCHAR(16777216)", "Y", ""}});
  ASSERT_OK(f.Create(Table({Column("a", "string")})));
  f.account.Reset();
  ASSERT_OK(f.Apply(Table({Column("A", "text")})));
  EXPECT_THAT(f.account.changes(), IsEmpty());
}

TEST(TableTest, SeesOutsideChanges) {
  TableFixture f;
  f.Columns({{"A", "FLOAT", "Y", ""}});
  const Members table = Table({Column("a", "float")});
  ASSERT_OK(f.Create(table));
  f.Columns({{"A", "FLOAT", "Y", ""}, {"ADDED", "DATE", "Y", ""}});
  ASSERT_OK(f.Read());
  EXPECT_FALSE(f.PlansNothing(table));
}

TEST(TableTest, AColumnsCommentIsNotTheTables) {
  TableFixture f;
  f.Columns({{"A", "FLOAT", "Y", "of the column"}});
  ASSERT_OK(f.Create(Table({Column("a", "float", true, "of the column")})));
  // Not listed, and yet described.
  f.account.On("SHOW TABLES IN SCHEMA D.S", {{"name"}, {}});
  f.clock.Advance(absl::Minutes(1));
  ASSERT_OK(f.Read());
  EXPECT_TRUE(f.state.Get("comment").IsNull());
}

TEST(TableTest, ItsRowsRefuseTheDrop) {
  TableFixture f;
  f.Columns({{"A", "FLOAT", "Y", ""}});
  ASSERT_OK(f.Create(Table({Column("a", "float")})));
  f.Rows("12");
  f.account.Reset();
  const absl::Status status = f.Delete();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("holds 12 rows"));
  EXPECT_THAT(f.account.changes(), IsEmpty());
  f.state.AsMap()["force_destroy"] = true;
  ASSERT_OK(f.Delete());
  f.state.AsMap()["force_destroy"] = false;
  f.Rows("0");
  ASSERT_OK(f.Delete());
  EXPECT_THAT(f.account.changes(), ElementsAre("DROP TABLE D.S.X", "DROP TABLE D.S.X"));
}

TEST(TableTest, KnowsItsOwnBehindALostAnswerByItsColumns) {
  for (const bool same : {true, false}) {
    TableFixture f;
    f.Columns({{"A", same ? "FLOAT" : "DATE", "Y", ""}});
    f.account.On("SHOW TABLES IN SCHEMA D.S", {{"name", "database_name", "schema_name", "created_on", "rows"},
                                               {{"X", "D", "S", "1900000000.0", "0"}}});
    f.account.LoseNext(kCreate);
    f.account.ErrorNext(kCreate, "002002", "Object 'X' already exists.");
    const absl::Status status = f.Create(Table({Column("a", "float")}));
    EXPECT_EQ(status.ok(), same) << status;
  }
}

TEST(TableTest, RefusesAColumnNamedTwice) {
  TableFixture f;
  const tf::Diagnostics found = f.Validate(Table({Column("a", "float"), Column("A", "float")}));
  ASSERT_TRUE(found.HasErrors());
  EXPECT_EQ(found.list()[0].path.ToString(), "columns[1].name");
  EXPECT_TRUE(f.Validate(Table({})).HasErrors());
}

}  // namespace
}  // namespace spcs::resources
