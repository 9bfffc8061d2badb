// SPDX-License-Identifier: MPL-2.0
// The SQL API over HTTP: envelopes, roles, requests that are refused.
#include "emulator/http/sql_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/http/testing.h"
#include "provider/base/random.h"

namespace spcs::emulator_http {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class SqlApiTest : public EmulatorTest {
 protected:
  void SetUp() override { Start(); }
};

TEST_F(SqlApiTest, SelectAnswersAResultSet) {
  const std::string id = NewUuid();
  const Answer answer = Statement("SELECT CURRENT_ROLE()", {.role = "", .query = {{"requestId", id}}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.code(), "090001");
  EXPECT_EQ(answer.body["sqlState"], "00000");
  EXPECT_EQ(answer.body["data"], nlohmann::json::parse(R"([["SPCS_DEMO"]])"));
  EXPECT_EQ(answer.body["statementStatusUrl"], "/api/v2/statements/" + answer.handle() + "?requestId=" + id);
  const nlohmann::json& metadata = answer.body["resultSetMetaData"];
  EXPECT_EQ(metadata["format"], "jsonv2");
  EXPECT_EQ(metadata["numRows"], 1);
  EXPECT_EQ(metadata["partitionInfo"].size(), 1u);
  EXPECT_EQ(metadata["partitionInfo"][0]["rowCount"], 1);
  EXPECT_EQ(metadata["rowType"][0]["name"], "CURRENT_ROLE()");
  EXPECT_EQ(metadata["rowType"][0]["type"], "text");
  EXPECT_EQ(answer.header("Link"), "");
  EXPECT_EQ(answer.header("X-Snowflake-Request-ID"), id);
  EXPECT_NEAR(answer.body["createdOn"].get<double>(), absl::ToUnixMillis(absl::Now()), 60'000);
}

TEST_F(SqlApiTest, CreatesAndShowsDatabases) {
  const Answer created = Statement("CREATE DATABASE D1");
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(created.body["data"][0][0], "Database D1 successfully created.");
  EXPECT_THAT(Databases(), Contains("D1"));
}

TEST_F(SqlApiTest, SqlErrorIs422) {
  ASSERT_EQ(Statement("CREATE DATABASE D1").status, 200);
  const Answer answer = Statement("CREATE DATABASE D1");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.code(), "002002");
  EXPECT_EQ(answer.body["sqlState"], "42710");
  EXPECT_THAT(answer.body["message"].get<std::string>(), HasSubstr("already exists"));
  EXPECT_NE(answer.handle(), "");
  const Answer syntax = Statement("CREATE NONSENSE X");
  EXPECT_EQ(syntax.status, 422);
  EXPECT_EQ(syntax.code(), "001003");
}

TEST_F(SqlApiTest, OneStatementARequest) {
  EXPECT_EQ(Statement("CREATE DATABASE D1;").status, 200);
  const Answer two = Statement("CREATE DATABASE D2; CREATE DATABASE D3");
  EXPECT_EQ(two.status, 422) << two.body;
  EXPECT_EQ(two.code(), "000008");
  EXPECT_THAT(Databases(), Not(Contains("D2")));
}

TEST_F(SqlApiTest, FailedStatementPollsAs422) {
  const Answer answer = Statement("DROP DATABASE ABSENT");
  ASSERT_EQ(answer.status, 422) << answer.body;
  const Answer polled = Poll(answer.handle());
  EXPECT_EQ(polled.status, 422);
  EXPECT_EQ(polled.code(), "002003");
}

TEST_F(SqlApiTest, RoleComesFromBodyThenHeaderThenUser) {
  httplib::Headers headers = Headers(Token());
  EXPECT_EQ(StatementAs(headers, "SELECT CURRENT_ROLE()", {.role = ""}).body["data"][0][0], "SPCS_DEMO");
  headers.emplace("X-Snowflake-Role", "accountadmin");
  EXPECT_EQ(StatementAs(headers, "SELECT CURRENT_ROLE()", {.role = ""}).body["data"][0][0], "ACCOUNTADMIN");
  EXPECT_EQ(StatementAs(headers, "SELECT CURRENT_ROLE()", {.role = "SPCS_DEMO"}).body["data"][0][0], "SPCS_DEMO");
}

TEST_F(SqlApiTest, RoleThatIsNotGranted) {
  const Answer answer = Statement("SELECT 1", {.role = "NOBODY"});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "390189");
  EXPECT_EQ(answer.body["error_code"], "390189");
  EXPECT_THAT(answer.body["message"].get<std::string>(),
              HasSubstr("Role 'NOBODY' specified in the connect string does not exist or not authorized"));
}

TEST_F(SqlApiTest, RoleOfTheBodyIsCaseSensitive) {
  EXPECT_EQ(Statement("SELECT 1", {.role = "accountadmin"}).code(), "390189");
}

TEST_F(SqlApiTest, BindingsReachTheEngine) {
  const Answer answer = Statement("SELECT ?", {.body = {{"bindings", {{"1", {{"type", "TEXT"}, {"value", "x'y"}}}}}}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body["data"][0][0], "x'y");
}

TEST_F(SqlApiTest, MalformedRequestsAre400) {
  EXPECT_EQ(Statement("").status, 400);
  EXPECT_EQ(Statement("SELECT 1", {.query = {{"requestId", "no-uuid"}}}).status, 400);
  EXPECT_EQ(Statement("SELECT 1", {.body = {{"colour", "red"}}}).status, 400);
  httplib::Client client("127.0.0.1", port());
  const auto broken = client.Post("/api/v2/statements", Headers(Token()), "{", "application/json");
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->status, 400);
  EXPECT_THAT(broken->body, HasSubstr("request_id"));
}

TEST_F(SqlApiTest, UserAgentIsRequired) {
  httplib::Headers headers = Headers(Token());
  headers.erase("User-Agent");
  headers.emplace("User-Agent", "");
  const Answer answer = StatementAs(headers, "SELECT 1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body["message"].get<std::string>(), HasSubstr("User-Agent"));
}

TEST_F(SqlApiTest, ContentTypeIsChecked) {
  httplib::Client client("127.0.0.1", port());
  const auto answer = client.Post("/api/v2/statements", Headers(Token()), R"({"statement":"SELECT 1"})", "text/plain");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 415);
  const auto with_charset = client.Post("/api/v2/statements", Headers(Token()), R"({"statement":"SELECT 1"})",
                                        "application/json; charset=utf-8");
  EXPECT_EQ(with_charset->status, 200);
}

TEST_F(SqlApiTest, WrongVerbsAndPaths) {
  httplib::Client client("127.0.0.1", port());
  EXPECT_EQ(client.Get("/api/v2/statements", Headers(Token()))->status, 405);
  EXPECT_EQ(client.Delete("/api/v2/statements/x", Headers(Token()))->status, 405);
  EXPECT_EQ(client.Get("/api/v2/statements/x/y", Headers(Token()))->status, 404);
  const auto unknown = client.Get("/nothing/of/ours", Headers(Token()));
  EXPECT_EQ(unknown->status, 404);
  EXPECT_EQ(unknown->get_header_value("X-Snowflake-Request-ID").size(), 36u);
  EXPECT_EQ(Poll("01000000-0000-0000-0000-000000000000").status, 404);
}

TEST_F(SqlApiTest, CompressedBodiesAreRead) {
  httplib::Client client("127.0.0.1", port());
  client.set_compress(true);
  const auto answer =
      client.Post("/api/v2/statements", Headers(Token()),
                  R"({"statement":"SELECT 1 -- )" + std::string(2000, 'x') + R"("})", "application/json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << answer->body;
}

TEST_F(SqlApiTest, StatementsOfOthersAreNotFound) {
  ASSERT_EQ(Statement("CREATE USER OTHER").status, 200);
  const Answer token = Admin("POST", "tokens", {{"type", "OAUTH"}, {"user", "OTHER"}});
  ASSERT_EQ(token.status, 200) << token.body;
  const Answer mine = Statement("SELECT 1");
  httplib::Client client("127.0.0.1", port());
  const auto polled =
      client.Get("/api/v2/statements/" + mine.handle(), Headers(token.body["token"].get<std::string>(), "OAUTH"));
  ASSERT_TRUE(polled);
  EXPECT_EQ(polled->status, 404);
}

TEST_F(SqlApiTest, LogTellsWhatBecameOfAStatement) {
  Statement("CREATE DATABASE D1");
  const nlohmann::json created = LastLogEntry();
  EXPECT_EQ(created["kind"], "CREATE DATABASE");
  EXPECT_EQ(created["object"], "D1");
  EXPECT_EQ(created["text"], "CREATE DATABASE D1");
  EXPECT_EQ(created["role"], "ACCOUNTADMIN");
  EXPECT_EQ(created["code"], "090001");
  EXPECT_EQ(created["http_status"], 200);
  EXPECT_EQ(created["executed"], true);
  EXPECT_LE(created["received"].get<std::string>(), created["answered"].get<std::string>());
  Statement("CREATE DATABASE D1");
  const nlohmann::json refused = LastLogEntry();
  EXPECT_EQ(refused["number"].get<int>(), created["number"].get<int>() + 1);
  EXPECT_EQ(refused["code"], "002002");
  EXPECT_EQ(refused["http_status"], 422);
}

}  // namespace
}  // namespace spcs::emulator_http
