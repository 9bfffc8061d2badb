// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "provider/base/status.h"
#include "provider/snowflake/literal.h"

namespace spcs::snowflake {
namespace {

// A text from elsewhere cannot become SQL.
static_assert(!std::is_constructible_v<Keyword, std::string>);
static_assert(!std::is_constructible_v<Keyword, absl::string_view>);
static_assert(!std::is_constructible_v<Keyword, const char*>);

ObjectName Name(const char* text) {
  return *ObjectName::Parse(text);
}

TEST(LiteralTest, TextIsEscaped) {
  EXPECT_EQ(TextLiteral("it's"), "'it''s'");
  EXPECT_EQ(TextLiteral("a\\' OR 1=1 --"), "'a\\\\'' OR 1=1 --'");
  EXPECT_EQ(TextLiteral(""), "''");
  EXPECT_EQ(TextListLiteral({"a", "b'"}), "('a', 'b''')");
  EXPECT_EQ(TextListLiteral({}), "()");
}

TEST(LiteralTest, DollarTextThatCannotBeSent) {
  EXPECT_EQ(*DollarLiteral("spec:\n  a: $b"), "$$spec:\n  a: $b$$");
  EXPECT_EQ(DollarLiteral("a $$ b").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(DollarLiteral("ends with $").ok());
}

TEST(LiteralTest, LikePatternMatchesOnlyItself) {
  EXPECT_EQ(LikePattern("MY_DB%\\"), "MY\\_DB\\%\\\\");
  EXPECT_EQ(Statement("SHOW DATABASES").Like("MY_DB").sql(), "SHOW DATABASES LIKE 'MY\\\\_DB'");
}

TEST(StatementTest, JoinsPieces) {
  Statement statement("CREATE COMPUTE POOL");
  statement.Name(Name("pool")).Property("MIN_NODES", 1).Property("AUTO_RESUME", true).Property("COMMENT", "it's");
  EXPECT_EQ(statement.sql(), "CREATE COMPUTE POOL POOL MIN_NODES = 1 AUTO_RESUME = TRUE COMMENT = 'it''s'");
  EXPECT_EQ(statement.redacted(), statement.sql());
  EXPECT_EQ(statement.Summary(), "CREATE COMPUTE POOL POOL");
  EXPECT_TRUE(statement.changes());
  EXPECT_FALSE(statement.needs_warehouse());
  EXPECT_TRUE(statement.status().ok());
}

TEST(StatementTest, SummaryHasAllKeywordsBeforeTheName) {
  EXPECT_EQ(Statement("CREATE").Raw("IMAGE REPOSITORY").Name(Name("a.b.c")).Raw("COMMENT").Summary(),
            "CREATE IMAGE REPOSITORY A.B.C");
  EXPECT_EQ(Statement("SHOW DATABASES").Like("secret-ish").Summary(), "SHOW DATABASES LIKE");
}

TEST(StatementTest, ListsCallsAndRoles) {
  EXPECT_EQ(Statement("ALTER SERVICE")
                .Name(Name("a.b.c"))
                .Raw("SET")
                .Property("EXTERNAL_ACCESS_INTEGRATIONS", std::vector<ObjectName>{Name("x"), Name("\"y\"")})
                .sql(),
            "ALTER SERVICE A.B.C SET EXTERNAL_ACCESS_INTEGRATIONS = (X, \"y\")");
  EXPECT_EQ(Statement("SELECT").Call("SYSTEM$GET_SERVICE_LOGS", {"A.B.C", 0, "main", true}).sql(),
            "SELECT SYSTEM$GET_SERVICE_LOGS('A.B.C', 0, 'main', TRUE)");
  EXPECT_EQ(Statement("GRANT SERVICE ROLE").ServiceRole(Name("a.b.c"), *Identifier::Parse("r")).Raw("TO ROLE").sql(),
            "GRANT SERVICE ROLE A.B.C!R TO ROLE");
  EXPECT_EQ(Statement("A").Number(1).Comma().Number(2).sql(), "A 1, 2");
  EXPECT_EQ(Statement("CREATE SECRET").Name(Name("s")).Property("TYPE", SqlValue::Word("GENERIC_STRING")).sql(),
            "CREATE SECRET S TYPE = GENERIC_STRING");
}

TEST(StatementTest, SecretsAreHidden) {
  Statement statement("ALTER SECRET");
  statement.Name(Name("s")).Raw("SET").Property("SECRET_STRING", SecretText{"hunter's"});
  EXPECT_EQ(statement.sql(), "ALTER SECRET S SET SECRET_STRING = 'hunter''s'");
  EXPECT_EQ(statement.redacted(), "ALTER SECRET S SET SECRET_STRING = '***'");
  EXPECT_THAT(statement.secrets(), ::testing::ElementsAre("hunter's"));
  EXPECT_EQ(Statement("CREATE SERVICE S").Spec("env: {A: b}").redacted(),
            "CREATE SERVICE S FROM SPECIFICATION $$***$$");
  EXPECT_EQ(Statement("SELECT").Call("F", {SecretText{"abc"}, "x"}).redacted(), "SELECT F('***', 'x')");
}

TEST(StatementTest, SpecWithDollarsFailsWithItsPath) {
  Statement statement("CREATE SERVICE");
  statement.Name(Name("a.b.c")).Spec("spec: {a: '$$'}");
  EXPECT_EQ(statement.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FactOf(statement.status(), kAttributePath), "spec");
  EXPECT_EQ(Statement("X").Spec("spec: {}").sql(), "X FROM SPECIFICATION $$spec: {}$$");
}

TEST(StatementTest, DerivedKeywords) {
  EXPECT_EQ(Statement("ALTER").Property(DerivedKeyword("min_nodes"), 2).sql(), "ALTER MIN_NODES = 2");
  for (const char* bad : {"a;b", "a=b", "", "a--", "a'", "a\"", "a(b)"}) {
    EXPECT_EQ(Statement("ALTER").Raw(DerivedKeyword(bad)).status().code(), absl::StatusCode::kInternal) << bad;
  }
}

TEST(StatementTest, ReadingStatements) {
  EXPECT_FALSE(Statement("SHOW SERVICES EXCLUDE JOBS").changes());
  EXPECT_FALSE(Statement("DESCRIBE SERVICE").changes());
  EXPECT_FALSE(Statement("SELECT").changes());
  EXPECT_TRUE(Statement("SELECT").needs_warehouse());
  EXPECT_TRUE(Statement("DROP DATABASE").changes());
}

}  // namespace
}  // namespace spcs::snowflake
