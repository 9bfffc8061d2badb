// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/names.h"

#include "gtest/gtest.h"

namespace spcs::resources {
namespace {

using tf::Value;

bool Accepts(void (*check)(const Value&, const tf::Path&, tf::Diagnostics&), const std::string& name) {
  tf::Diagnostics found;
  check(Value(name), tf::Path("name"), found);
  for (const tf::Diagnostic& diagnostic : found.list()) EXPECT_EQ(diagnostic.path, tf::Path("name"));
  return !found.HasErrors();
}

TEST(NamesTest, ANameIsBareOrQuoted) {
  for (const char* name : {"a", "my_db", "A1$", "_x", "\"my db\"", "\"a.b\""}) EXPECT_TRUE(Accepts(CheckName, name));
  for (const char* name : {"", "1a", "my db", "a.b", "a-b", "\"", "\"\"", "a\""})
    EXPECT_FALSE(Accepts(CheckName, name));
}

TEST(NamesTest, APlainNameIsBare) {
  EXPECT_TRUE(Accepts(CheckPlainName, "my_pool"));
  for (const char* name : {"\"my_pool\"", "\"my pool\"", "my pool", ""}) {
    EXPECT_FALSE(Accepts(CheckPlainName, name)) << name;
  }
}

TEST(NamesTest, AQualifiedNameHasUpToThreeParts) {
  for (const char* name : {"a", "a.b", "a.b.c", "\"a.x\".b.c"}) EXPECT_TRUE(Accepts(CheckQualifiedName, name)) << name;
  for (const char* name : {"a.b.c.d", "a..c", ".a", ""}) EXPECT_FALSE(Accepts(CheckQualifiedName, name)) << name;
}

TEST(NamesTest, AFullNameHasThreeParts) {
  EXPECT_TRUE(Accepts(CheckFullName, "a.b.c"));
  for (const char* name : {"a", "a.b", "a.b.c.d", ""}) EXPECT_FALSE(Accepts(CheckFullName, name)) << name;
}

TEST(NamesTest, NamesCompareAsSqlDoes) {
  EXPECT_TRUE(SameNameValue(Value("my_db"), Value("MY_DB")));
  EXPECT_TRUE(SameNameValue(Value("my_db"), Value("\"MY_DB\"")));
  EXPECT_FALSE(SameNameValue(Value("my_db"), Value("\"my_db\"")));
  EXPECT_FALSE(SameNameValue(Value("a"), Value(1)));
  EXPECT_TRUE(SameWord(Value("Usage"), Value("USAGE")));
}

TEST(NamesTest, SetsOfNamesCompareInAnyOrder) {
  const Value set(Value::List{"a", "d.s.b"});
  EXPECT_TRUE(SameNameSet(set, Value(Value::List{"D.S.B", "A"})));
  EXPECT_FALSE(SameNameSet(set, Value(Value::List{"a"})));
  EXPECT_FALSE(SameNameSet(set, Value(Value::List{"a", "\"b\""})));
}

}  // namespace
}  // namespace spcs::resources
