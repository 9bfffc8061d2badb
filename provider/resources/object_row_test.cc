// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/object_row.h"

#include "gtest/gtest.h"

namespace spcs::resources {
namespace {

using snowflake::ResultSet;

ResultSet Rows(std::vector<std::string> columns, std::vector<snowflake::Cells> cells) {
  ResultSet result;
  for (std::string& column : columns) result.columns.push_back({std::move(column), "text"});
  result.cells = std::move(cells);
  return result;
}

TEST(ObjectRowTest, ReadsCellsByColumnInAnyCase) {
  const ResultSet result = Rows({"Name", "rows", "auto_resume", "comment"}, {{"X", "12", "true", std::nullopt}});
  const ObjectRow row(result.row(0));
  EXPECT_EQ(row.Text("NAME"), "X");
  EXPECT_EQ(row.Int("rows"), 12);
  EXPECT_TRUE(row.Bool("auto_resume"));
  EXPECT_TRUE(row.Has("comment"));
  EXPECT_EQ(row.Get("comment"), std::nullopt);
  EXPECT_FALSE(row.Has("owner"));
  EXPECT_EQ(row.Text("owner"), "");
  EXPECT_EQ(row.Int("name"), 0);
}

TEST(ObjectRowTest, ReadsTheServicesWordsForTrue) {
  ObjectRow row;
  for (const char* word : {"true", "TRUE", "Y", "yes", "1"}) {
    row.Set("x", word);
    EXPECT_TRUE(row.Bool("x")) << word;
  }
  for (const char* word : {"false", "N", "", "0"}) {
    row.Set("x", word);
    EXPECT_FALSE(row.Bool("x")) << word;
  }
}

TEST(ObjectRowTest, WritesTimesInOneForm) {
  EXPECT_EQ(FormatServiceTime("1800000000.123000000"), "2027-01-15T08:00:00.123Z");
  EXPECT_EQ(FormatServiceTime("2027-01-15 00:00:00.123 -0800"), "2027-01-15T08:00:00.123Z");
  EXPECT_EQ(FormatServiceTime(""), "");
  EXPECT_EQ(FormatServiceTime("soon"), "");
}

TEST(ObjectRowTest, TakesPropertyRowsForColumns) {
  const ResultSet properties = Rows({"property", "property_type", "property_value"},
                                    {{"ENABLED", "Boolean", "true"}, {"ALLOWED_NETWORK_RULES", "List", "[D.S.R]"}});
  const ObjectRow row = DescribedRow(properties);
  EXPECT_TRUE(row.Bool("enabled"));
  EXPECT_EQ(row.Text("allowed_network_rules"), "[D.S.R]");

  const ResultSet one = Rows({"name", "spec"}, {{"X", "spec:"}});
  EXPECT_EQ(DescribedRow(one).Text("spec"), "spec:");
  EXPECT_FALSE(DescribedRow(Rows({"name"}, {})).Has("name"));
}

TEST(ObjectRowTest, LaysOneRowOverAnother) {
  ObjectRow row, other;
  row.Set("a", "1");
  row.Set("b", "2");
  other.Set("B", "3");
  row.Overlay(other);
  EXPECT_EQ(row.Text("a"), "1");
  EXPECT_EQ(row.Text("b"), "3");
}

}  // namespace
}  // namespace spcs::resources
