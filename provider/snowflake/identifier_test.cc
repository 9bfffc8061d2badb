// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/identifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/base/status.h"

namespace spcs::snowflake {
namespace {

using ::testing::HasSubstr;

TEST(IdentifierTest, StoredNameAndSql) {
  struct Row {
    const char *text, *value, *sql;
  };
  const Row rows[] = {
      {"my_pool", "MY_POOL", "MY_POOL"},
      {"MY_POOL", "MY_POOL", "MY_POOL"},
      {"_a$1", "_A$1", "_A$1"},
      {"\"MY_POOL\"", "MY_POOL", "MY_POOL"},
      {"\"my_pool\"", "my_pool", "\"my_pool\""},
      {"\"a b\"", "a b", "\"a b\""},
      {"\"a\"\"b\"", "a\"b", "\"a\"\"b\""},
      {"\"1A\"", "1A", "\"1A\""},
      {"order", "ORDER", "\"ORDER\""},
      {"\"a.b\"", "a.b", "\"a.b\""},
      {"\"\xc3\xa9\"", "\xc3\xa9", "\"\xc3\xa9\""},
      {"\"';--\"", "';--", "\"';--\""},
  };
  for (const Row& row : rows) {
    const absl::StatusOr<Identifier> name = Identifier::Parse(row.text);
    ASSERT_TRUE(name.ok()) << row.text << name.status();
    EXPECT_EQ(name->value(), row.value);
    EXPECT_EQ(name->Sql(), row.sql);
    EXPECT_EQ(*Identifier::Parse(name->Sql()), *name) << "SQL reads back as the same name";
  }
}

TEST(IdentifierTest, RefusesWhatIsNoName) {
  for (const char* text : {"", "1a", "my-pool", "a b", " a", "a ", "\"", "\"a", "\"\"", "a\"b", "\"a\"b", "a.b", "a;",
                           "a'", "\xc3\xa9", "\"\xff\"", "$a", "a\n"}) {
    const absl::Status status = Identifier::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("double quotes")) << text;
  }
  EXPECT_FALSE(Identifier::Parse(std::string(256, 'A')).ok());
  EXPECT_TRUE(Identifier::Parse(std::string(255, 'A')).ok());
  EXPECT_FALSE(Identifier::Parse(absl::string_view("\"a\0b\"", 5)).ok());
}

TEST(IdentifierTest, MessageSaysWhatIsWrong) {
  EXPECT_THAT(std::string(Identifier::Parse("my-pool").status().message()),
              HasSubstr("`my-pool` is no name: unexpected -"));
  EXPECT_THAT(std::string(Identifier::Parse("1a").status().message()), HasSubstr("starts with a letter"));
  EXPECT_THAT(std::string(Identifier::Parse("\"a").status().message()), HasSubstr("closing double quote"));
}

TEST(ObjectNameTest, PartsAndSql) {
  const absl::StatusOr<ObjectName> name = ObjectName::Parse("db.\"s.c\".N");
  ASSERT_TRUE(name.ok()) << name.status();
  EXPECT_EQ(name->Sql(), "DB.\"s.c\".N");
  EXPECT_EQ(name->database().value(), "DB");
  EXPECT_EQ(name->schema().value(), "s.c");
  EXPECT_EQ(name->name().value(), "N");
  EXPECT_EQ(name->Parent().Sql(), "DB.\"s.c\"");
  EXPECT_EQ(name->Parent().Parent().Sql(), "DB");
}

TEST(ObjectNameTest, WantedNumberOfParts) {
  EXPECT_TRUE(ObjectName::Parse("a.b", 2).ok());
  EXPECT_THAT(std::string(ObjectName::Parse("a.b", 3).status().message()), HasSubstr("DATABASE.SCHEMA.NAME"));
  EXPECT_THAT(std::string(ObjectName::Parse("a.b", 1).status().message()), HasSubstr("form NAME"));
  for (const char* text : {"a..b", ".a", "a.", "a.b.c.d", "a. b", "."})
    EXPECT_FALSE(ObjectName::Parse(text).ok()) << text;
}

TEST(ObjectNameTest, SameNameComparesByMeaning) {
  EXPECT_TRUE(SameName("my_db", "MY_DB"));
  EXPECT_TRUE(SameName("my_db", "\"MY_DB\""));
  EXPECT_TRUE(SameName("a.\"B\".c", "A.b.C"));
  EXPECT_FALSE(SameName("my_db", "\"my_db\""));
  EXPECT_FALSE(SameName("a.b", "a"));
  EXPECT_TRUE(SameName("no name!", "no name!"));
  EXPECT_FALSE(SameName("no name!", "other"));
}

TEST(ObjectNameTest, BareNameRequired) {
  EXPECT_TRUE(RequireBareName(*Identifier::Parse("pool"), "compute pool").ok());
  EXPECT_TRUE(RequireBareName(*Identifier::Parse("\"POOL\""), "compute pool").ok());
  const absl::Status status = RequireBareName(*Identifier::Parse("\"my pool\""), "compute pool");
  EXPECT_THAT(std::string(status.message()), HasSubstr("name of a compute pool cannot be quoted: \"my pool\""));
}

}  // namespace
}  // namespace spcs::snowflake
