// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/column_default.h"

#include "gtest/gtest.h"

namespace spcs::resources {
namespace {

std::string Sql(absl::string_view text) {
  snowflake::Statement statement("ALTER TABLE");
  AppendDefault(text, statement);
  EXPECT_TRUE(statement.status().ok()) << statement.status();
  return statement.sql().substr(12);
}

TEST(ColumnDefaultTest, IsAConstantOrACall) {
  for (const char* text :
       {"1", "-1.5", "TRUE", "false", "'a'", "''", "'it''s'", "CURRENT_TIMESTAMP()", "uuid_string ( )"}) {
    EXPECT_TRUE(IsDefaultText(text)) << text;
  }
  for (const char* text : {"", "a", "'", "'a", "'a'b'", "'a\\'", "NULL; DROP TABLE x", "F(1)", "F(); DROP", "()",
                           "a.b()", "1 + 1", "'a' || 'b'", "(SELECT 1)"}) {
    EXPECT_FALSE(IsDefaultText(text)) << text;
  }
}

TEST(ColumnDefaultTest, IsSentAsItIsMeant) {
  EXPECT_EQ(Sql("1"), "1");
  EXPECT_EQ(Sql("1.50"), "'1.50'");
  EXPECT_EQ(Sql("true"), "TRUE");
  EXPECT_EQ(Sql("'it''s'"), "'it''s'");
  EXPECT_EQ(Sql("current_timestamp( )"), "CURRENT_TIMESTAMP ()");
}

TEST(ColumnDefaultTest, ComparesByMeaning) {
  EXPECT_TRUE(SameDefault("1", "1.0"));
  EXPECT_TRUE(SameDefault("true", "TRUE"));
  EXPECT_TRUE(SameDefault("current_timestamp()", "CURRENT_TIMESTAMP ()"));
  EXPECT_TRUE(SameDefault("'a'", "'a'"));
  EXPECT_FALSE(SameDefault("'a'", "'A'"));
  EXPECT_FALSE(SameDefault("'1'", "1"));
  EXPECT_FALSE(SameDefault("F()", "G()"));
  EXPECT_FALSE(SameDefault("", "1"));
}

}  // namespace
}  // namespace spcs::resources
