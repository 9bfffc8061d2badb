// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/result_set.h"

#include <gtest/gtest.h>

#include "provider/snowflake/sql_api.h"

namespace spcs::snowflake {
namespace {

TEST(ResultSetTest, ReadsCells) {
  ResultSet result{.columns = {{"name", "text"}, {"N", "fixed"}, {"flag", "boolean"}, {"at", "timestamp_ltz"}},
                   .cells = {{"A", "42", "true", "1700000000.250000000"}, {std::nullopt, "x", "maybe", ""}}};
  const Row first = result.row(0);
  EXPECT_EQ(first.Get("NAME"), "A");
  EXPECT_EQ(first.Int("n"), 42);
  EXPECT_EQ(first.Bool("FLAG"), true);
  EXPECT_EQ(first.Time("at"), absl::FromUnixMillis(1700000000250));
  EXPECT_EQ(first.Get("missing"), std::nullopt);
  const Row second = result.row(1);
  EXPECT_EQ(second.Get("name"), std::nullopt);
  EXPECT_EQ(second.Text("name"), "");
  EXPECT_EQ(second.Int("n"), std::nullopt);
  EXPECT_EQ(second.Bool("flag"), std::nullopt);
  EXPECT_EQ(second.Time("at"), std::nullopt);
}

TEST(ResultSetTest, Times) {
  const absl::Time moment = absl::FromUnixMillis(1700000000123);
  EXPECT_EQ(ParseSnowflakeTime("1700000000.123000000"), moment);
  EXPECT_EQ(ParseSnowflakeTime("1700000000.123"), moment);
  EXPECT_EQ(ParseSnowflakeTime("1700000000.123000000 1500"), moment);
  EXPECT_EQ(ParseSnowflakeTime("1700000000"), absl::FromUnixSeconds(1700000000));
  EXPECT_EQ(ParseSnowflakeTime("2023-11-14 22:13:20.123 +0000"), moment);
  EXPECT_EQ(ParseSnowflakeTime("2023-11-14 14:13:20.123 -0800"), moment);
  EXPECT_EQ(ParseSnowflakeTime("2023-11-14T22:13:20.123Z"), moment);
  EXPECT_EQ(ParseSnowflakeTime("-1.5"), absl::FromUnixMillis(-1500));
  for (const char* bad : {"", "now", "1.", "1.x", "1.0000000001", "."}) EXPECT_FALSE(ParseSnowflakeTime(bad)) << bad;
}

TEST(SqlApiTest, AnswersAreReadStrictly) {
  for (const char* bad : {"", "{", "[]", "null", "{\"data\":5}", "{\"data\":[[1]]}", "{\"data\":[5]}",
                          "{\"resultSetMetaData\":{\"rowType\":[{\"name\":\"a\"}]},\"data\":[[1,2]]}"}) {
    EXPECT_FALSE(ParseAnswer(bad).ok()) << bad;
  }
  const absl::StatusOr<Answer> answer = ParseAnswer(
      R"({"statementHandle":"h","code":"090001","resultSetMetaData":{"numRows":3,"partitionInfo":[{},{}],
          "rowType":[{"name":"a","type":"TEXT"},{"name":"b"}]},"data":[["x",null],[1,true]]})");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->handle, "h");
  EXPECT_EQ(answer->total_rows, 3);
  EXPECT_EQ(answer->partitions, 2);
  EXPECT_EQ(answer->result.columns[0].type, "text");
  EXPECT_EQ(answer->result.row(0).Get("b"), std::nullopt);
  EXPECT_EQ(answer->result.row(1).Get("a"), "1");
}

}  // namespace
}  // namespace spcs::snowflake
