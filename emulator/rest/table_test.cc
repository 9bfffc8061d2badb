// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/rest/testing.h"

namespace spcs::rest {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char kTables[] = "/databases/d/schemas/s/tables";
const char kTable[] = "/databases/d/schemas/s/tables/t";

json Column(const char* name, const char* type, const json& more = json::object()) {
  json column = {{"name", name}, {"datatype", type}};
  column.update(more);
  return column;
}

class TableTest : public ::testing::Test {
 protected:
  TableTest() { account_.Admin({"CREATE DATABASE d", "CREATE SCHEMA d.s"}); }
  RestAccount account_{{.speed = 0}};
};

// Types and defaults are SQL inside JSON: each stays one type and one value.
TEST_F(TableTest, ColumnsStayApart) {
  const auto table = [](const char* type, const char* value) {
    return json{{"name", "t"}, {"columns", {Column("a", type, {{"default", value}, {"nullable", false}})}}};
  };
  for (const char* type : {"INT, b INT", "INT) COMMENT = ('x'", "NOTYPE", "INT /* */ , b INT", ""}) {
    EXPECT_EQ(account_.Call("POST", kTables, table(type, "1")).status, 400) << type;
  }
  EXPECT_EQ(account_.Call("POST", kTables, table("INT", "1, b INT")).status, 400);
  EXPECT_EQ(account_.Call("POST", kTables, table("INT -- all", "7 -- of it")).status, 200);
  const json columns = account_.Call("GET", kTable).body["columns"];
  ASSERT_EQ(columns.size(), 1u);
  EXPECT_EQ(columns[0]["datatype"], "NUMBER(38,0)");
  EXPECT_EQ(columns[0]["nullable"], false);
  EXPECT_EQ(columns[0]["default"], "7");
  EXPECT_EQ(account_.Call("POST", kTables, {{"name", "t"}}).status, 400);
}

TEST_F(TableTest, ListsHaveColumnsWhenAsked) {
  account_.Call("POST", kTables, {{"name", "t"}, {"columns", {Column("a", "INT")}}});
  EXPECT_EQ(account_.Call("GET", kTables).body[0]["columns"], nullptr);
  EXPECT_EQ(account_.Call("GET", kTables, nullptr, {{"deep", "true"}}).body[0]["columns"].size(), 1u);
}

TEST_F(TableTest, PutAddsAltersAndDropsColumns) {
  const json first = {{"name", "t"},
                      {"comment", "c"},
                      {"columns",
                       {Column("id", "INT", {{"nullable", false}}), Column("text", "VARCHAR(10)", {{"comment", "x"}}),
                        Column("gone", "BOOLEAN", {{"default", "TRUE"}})}}};
  EXPECT_EQ(account_.Call("PUT", kTable, first).status, 200);
  EXPECT_EQ(account_.Call("PUT", kTable, first).status, 200);
  EXPECT_THAT(account_.statements().back(), HasSubstr("SET COMMENT = 'c'"));  // no column was touched
  json second = {{"name", "t"},
                 {"columns", {Column("id", "INTEGER"), Column("text", "VARCHAR(20)"), Column("\"New\"", "DATE")}}};
  EXPECT_EQ(account_.Call("PUT", kTable, second).status, 200);
  EXPECT_THAT(
      account_.statements(),
      ElementsAre(HasSubstr("SHOW TABLES"), HasSubstr("DESCRIBE TABLE"),
                  "ALTER TABLE D.S.T ALTER COLUMN ID DROP NOT NULL",
                  "ALTER TABLE D.S.T ALTER COLUMN TEXT SET DATA TYPE VARCHAR(20)",
                  "ALTER TABLE D.S.T ALTER COLUMN TEXT UNSET COMMENT", "ALTER TABLE D.S.T ADD COLUMN \"New\" DATE",
                  "ALTER TABLE D.S.T DROP COLUMN GONE", HasSubstr("ALTER TABLE D.S.T UNSET ")));
  const json now = account_.Call("GET", kTable).body;
  EXPECT_EQ(now["comment"], "");
  ASSERT_EQ(now["columns"].size(), 3u);
  EXPECT_EQ(now["columns"][2]["name"], "\"New\"");
  second["kind"] = "TRANSIENT";
  EXPECT_EQ(account_.Call("PUT", kTable, second).status, 400);
  // The account has no word for another default.
  second = {{"name", "t"}, {"columns", {Column("id", "INTEGER", {{"default", "5"}})}}};
  EXPECT_EQ(account_.Call("PUT", kTable, second).status, 400);
}

}  // namespace
}  // namespace spcs::rest
