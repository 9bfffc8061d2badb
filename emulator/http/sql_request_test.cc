// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/sql_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;

HttpRequest Request(const std::string& body, std::map<std::string, std::string> query = {}) {
  return {.method = "POST", .path = "/api/v2/statements", .query = std::move(query), .body = body};
}

std::string ErrorOf(const HttpRequest& request) {
  const absl::StatusOr<SqlRequest> sql = ParseSqlRequest(request);
  return sql.ok() ? "" : std::string(sql.status().message());
}

TEST(SqlRequestTest, ReadsAll) {
  const absl::StatusOr<SqlRequest> sql = ParseSqlRequest(
      Request(R"({"statement":"SELECT ?, ?","timeout":60,"database":"D","schema":"s","warehouse":"W","role":"r",
                  "bindings":{"1":{"type":"text","value":"a"},"2":{"type":"FIXED","value":null}},
                  "parameters":{"query_tag":"t","MULTI_STATEMENT_COUNT":"1"}})",
              {{"requestId", "0B8F9FB4-7F6C-4B7E-9B60-9D5D5F4B2C11"},
               {"retry", "true"},
               {"async", "TRUE"},
               {"nullable", "false"}}));
  ASSERT_TRUE(sql.ok()) << sql.status();
  EXPECT_EQ(sql->statement, "SELECT ?, ?");
  EXPECT_EQ(sql->timeout, absl::Seconds(60));
  EXPECT_EQ(sql->schema, "s");
  EXPECT_EQ(sql->role, "r");
  ASSERT_EQ(sql->bindings.size(), 2u);
  EXPECT_EQ(sql->bindings[0].type, "TEXT");
  EXPECT_EQ(sql->bindings[0].value, "a");
  EXPECT_EQ(sql->bindings[1].value, std::nullopt);
  EXPECT_EQ(sql->request_id, "0b8f9fb4-7f6c-4b7e-9b60-9d5d5f4b2c11");
  EXPECT_TRUE(sql->retry);
  EXPECT_TRUE(sql->async);
  EXPECT_FALSE(sql->nullable);
}

TEST(SqlRequestTest, Defaults) {
  const absl::StatusOr<SqlRequest> sql = ParseSqlRequest(Request(R"({"statement":"SELECT 1","timeout":0})"));
  ASSERT_TRUE(sql.ok()) << sql.status();
  EXPECT_EQ(sql->timeout, absl::Hours(168));
  EXPECT_EQ(sql->request_id.size(), 36u);
  EXPECT_FALSE(sql->retry);
  EXPECT_TRUE(sql->nullable);
}

TEST(SqlRequestTest, SaysWhatIsWrong) {
  EXPECT_THAT(ErrorOf(Request("{")), HasSubstr("JSON"));
  EXPECT_THAT(ErrorOf(Request("[]")), HasSubstr("object"));
  EXPECT_THAT(ErrorOf(Request("{}")), HasSubstr("statement"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"  "})")), HasSubstr("statement"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":1})")), HasSubstr("statement must be a string"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S","timeout":-1})")), HasSubstr("timeout"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S","sql":"x"})")), HasSubstr("sql"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S","bindings":{"2":{"type":"TEXT","value":"a"}}})")), HasSubstr("1 is"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S","bindings":{"1":{"type":"FIXED","value":1}}})")),
              HasSubstr("binding 1 must be a string"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S","parameters":{"multi_statement_count":"2"}})")),
              HasSubstr("multi_statement_count"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S","parameters":{"colour":"x"}})")), HasSubstr("colour"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S"})", {{"requestId", "7"}})), HasSubstr("requestId"));
  EXPECT_THAT(ErrorOf(Request(R"({"statement":"S"})", {{"retry", "yes"}})), HasSubstr("retry"));
}

TEST(SqlRequestTest, RoleHeaderFoldsBareNames) {
  HttpRequest request = Request("{}");
  EXPECT_EQ(RoleHeader(request), "");
  request.headers["x-snowflake-role"] = "spcs_demo";
  EXPECT_EQ(RoleHeader(request), "SPCS_DEMO");
  request.headers["x-snowflake-role"] = R"("my ""role""")";
  EXPECT_EQ(RoleHeader(request), R"(my "role")");
}

}  // namespace
}  // namespace spcs::emulator_http
