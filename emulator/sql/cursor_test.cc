// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/cursor.h"

#include <gtest/gtest.h>

#include "emulator/sql/data_type.h"
#include "emulator/sql/properties.h"

namespace spcs::sql {
namespace {

TokenCursor Over(absl::string_view sql) {
  return TokenCursor(*Tokenize(sql));
}

std::string TypeOf(absl::string_view sql) {
  TokenCursor cursor = Over(sql);
  const absl::StatusOr<std::string> type = ParseDataType(cursor);
  if (!type.ok()) return std::string(type.status().message());
  return cursor.AtEnd() ? *type : *type + " and more";
}

TEST(CursorTest, KeywordsIgnoreCaseAndQuotes) {
  TokenCursor cursor = Over("if Not exists \"IN\" x");
  EXPECT_FALSE(cursor.Try("IF EXISTS"));
  EXPECT_TRUE(cursor.Try("IF NOT EXISTS"));
  EXPECT_FALSE(cursor.Try("IN"));
  EXPECT_EQ(cursor.ExpectIdentifier()->name, "IN");
  EXPECT_EQ(cursor.Expect("TO").message(),
            "SQL compilation error:\nsyntax error line 1 at position 19 unexpected 'x'.");
}

TEST(CursorTest, NamesFoldAndQualify) {
  TokenCursor cursor = Over("my.\"Sc\".tab IDENTIFIER('db.\"x\"') a.b.c.d");
  const QualifiedName name = *cursor.ExpectName();
  EXPECT_EQ(name.ToString(), "MY.\"Sc\".TAB");
  EXPECT_TRUE(name.parts[1].quoted);
  EXPECT_EQ(cursor.ExpectName()->ToString(), "DB.\"x\"");
  EXPECT_FALSE(cursor.ExpectName().ok());
}

TEST(CursorTest, NumbersAndBooleans) {
  TokenCursor cursor = Over("-12 7 true 'FALSE' 99999999999999999999 1.5");
  EXPECT_EQ(*cursor.ExpectInt(), -12);
  EXPECT_EQ(*cursor.ExpectInt(), 7);
  EXPECT_TRUE(*cursor.ExpectBool());
  EXPECT_FALSE(*cursor.ExpectBool());
  EXPECT_FALSE(cursor.ExpectInt().ok());
  cursor.Next();
  EXPECT_FALSE(cursor.ExpectInt().ok());
}

TEST(CursorTest, SyntaxErrorsNeverQuoteLiterals) {
  TokenCursor cursor = Over("'top secret'");
  EXPECT_EQ(cursor.Unexpected().message(), "SQL compilation error:\nsyntax error line 1 at position 0 unexpected '''.");
}

TEST(NameTest, PlainNamesNeedNoQuotes) {
  EXPECT_TRUE(IsPlainName("A_1$"));
  for (const char* name : {"", "a", "1A", "A-B", "$A"}) EXPECT_FALSE(IsPlainName(name)) << name;
  EXPECT_EQ(ToSql("a\"b"), "\"a\"\"b\"");
}

TEST(PropertiesTest, RefusesWhatIsNotListed) {
  static constexpr PropertySpec kSpecs[] = {{"COMMENT", PropertyType::kString}, {"N", PropertyType::kInt}};
  const auto parse = [](absl::string_view sql) {
    TokenCursor cursor = Over(sql);
    std::vector<Property> properties;
    const absl::Status status = ParseProperties(cursor, kSpecs, "THING", properties);
    return status.ok() ? "read " + std::to_string(properties.size()) : std::string(status.message());
  };
  EXPECT_EQ(parse("comment = 'x', n = 3"), "read 2");
  EXPECT_EQ(parse("n = 3 foo = 4"), "SQL compilation error:\ninvalid property 'FOO' for 'THING'");
  EXPECT_EQ(parse("n = 3 n = 4"), "SQL compilation error:\nduplicate property 'N'");
  EXPECT_EQ(parse("n = 'x'"), "SQL compilation error:\nsyntax error line 1 at position 4 unexpected '''.");
  EXPECT_EQ(parse("n = 3,"), "SQL compilation error:\nsyntax error line 1 at position 6 unexpected '<EOF>'.");
}

TEST(DataTypeTest, HasOneSpelling) {
  EXPECT_EQ(TypeOf("string"), "VARCHAR(16777216)");
  EXPECT_EQ(TypeOf("VARCHAR(10)"), "VARCHAR(10)");
  EXPECT_EQ(TypeOf("char"), "VARCHAR(1)");
  EXPECT_EQ(TypeOf("Integer"), "NUMBER(38,0)");
  EXPECT_EQ(TypeOf("decimal(10, 2)"), "NUMBER(10,2)");
  EXPECT_EQ(TypeOf("double precision"), "FLOAT");
  EXPECT_EQ(TypeOf("timestamp"), "TIMESTAMP_NTZ(9)");
  EXPECT_EQ(TypeOf("timestamp_ltz(3)"), "TIMESTAMP_LTZ(3)");
  EXPECT_EQ(TypeOf("strin"), "SQL compilation error:\nUnsupported data type 'STRIN'.");
  EXPECT_EQ(TypeOf("number(39)"), "SQL compilation error:\ninvalid value [39] for parameter 'NUMBER'");
  EXPECT_EQ(TypeOf("number(5,6)"), "SQL compilation error:\ninvalid value [6] for parameter 'NUMBER'");
}

}  // namespace
}  // namespace spcs::sql
