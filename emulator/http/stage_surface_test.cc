// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/stage_surface.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "emulator/http/testing.h"
#include "provider/base/file.h"
#include "provider/base/json.h"

namespace spcs::emulator_http {
namespace {

using ::testing::HasSubstr;

class StageSurfaceTest : public EmulatorTest {
 protected:
  void SetUp() override {
    Start();
    for (const char* sql :
         {"CREATE DATABASE d", "CREATE SCHEMA d.s", "CREATE STAGE d.s.sse ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')",
          "CREATE STAGE d.s.\"Full\" ENCRYPTION = (TYPE = 'SNOWFLAKE_FULL')"}) {
      ASSERT_EQ(Statement(sql).status, 200) << sql;
    }
  }
  httplib::Result AskUrl(const std::string& stage, const std::string& path, const std::string& body = "{}",
                         const std::string& role = "ACCOUNTADMIN") {
    httplib::Headers headers = Headers(Token());
    headers.emplace("X-Snowflake-Role", role);
    return Client().Post(
        absl::StrCat("/api/v2/databases/D/schemas/s/stages/", stage, "/files/", path, ":presigned-url"), headers, body,
        "application/json");
  }
  // The path of a URL that was given.
  static std::string PathOf(const httplib::Result& answer) {
    const std::string url = ParseJson(answer->body)->value("presigned_url", "");
    return url.substr(url.find("/stage-files/"));
  }
  int StageFolders() {
    std::error_code ignored;
    const auto all = std::filesystem::directory_iterator(folder() + "/run/stages", ignored);
    return static_cast<int>(std::distance(begin(all), end(all)));
  }
  std::vector<std::string> List(const std::string& location) {
    std::vector<std::string> names;
    const Answer answer = Statement("LIST " + location);
    for (const nlohmann::json& row : answer.body["data"]) names.push_back(row[0]);
    return names;
  }
};

TEST_F(StageSurfaceTest, FileIsStoredListedAndRemoved) {
  const httplib::Result url = AskUrl("SSE", "a%20b/file.txt");
  ASSERT_EQ(url->status, 200) << url->body;
  const std::string path = PathOf(url);
  EXPECT_EQ(Client().Put(path, "hello", "text/plain")->status, 200);
  EXPECT_EQ(Client().Get(path)->body, "hello");
  const Answer listed = Statement("LIST '@d.s.sse/a b'");
  ASSERT_EQ(listed.body["data"].size(), 1u);
  EXPECT_EQ(listed.body["data"][0][0], "sse/a b/file.txt");
  EXPECT_EQ(listed.body["data"][0][1], "5");
  EXPECT_EQ(listed.body["data"][0][2], "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(Statement("REMOVE '@d.s.sse/a b/file.txt'").status, 200);
  EXPECT_TRUE(List("@d.s.sse").empty());
}

TEST_F(StageSurfaceTest, PathsOfStatementsArePrefixes) {
  for (const char* name : {"app", "app.yaml", "other"}) Client().Put(PathOf(AskUrl("sse", name)), "x", "text/plain");
  EXPECT_EQ(List("@d.s.sse/app"), (std::vector<std::string>{"sse/app", "sse/app.yaml"}));
  EXPECT_EQ(Statement("RM @d.s.sse/app").body["data"].size(), 2u);
  EXPECT_EQ(List("@d.s.sse/"), std::vector<std::string>{"sse/other"});
}

TEST_F(StageSurfaceTest, OnlyServerSideEncryptionHasUrls) {
  const httplib::Result answer = AskUrl("%22Full%22", "a");
  EXPECT_EQ(answer->status, 400);
  EXPECT_THAT(answer->body, HasSubstr("server-side encryption"));
}

TEST_F(StageSurfaceTest, BadRequests) {
  EXPECT_EQ(AskUrl("absent", "a")->status, 404);
  EXPECT_EQ(AskUrl("sse", "../a")->status, 400);
  EXPECT_EQ(AskUrl("sse", "a//b")->status, 400);
  EXPECT_EQ(AskUrl("sse", "a", "[]")->status, 400);
  EXPECT_EQ(AskUrl("sse", "a", "{\"expiration_time\": \"1h\"}")->status, 400);
  EXPECT_EQ(AskUrl("sse", "a", "{\"other\": 1}")->status, 400);
  EXPECT_EQ(AskUrl("sse", "a", "{}", "NO_SUCH_ROLE")->status, 403);
  EXPECT_EQ(Client().Post("/api/v2/databases/D/schemas/S/stages/SSE/files/a:presigned-url")->status, 401);
  EXPECT_EQ(Client().Put("/stage-files/invented", "x", "text/plain")->status, 403);
}

TEST_F(StageSurfaceTest, PrivilegesAndTimeLimitTheUrl) {
  EXPECT_EQ(AskUrl("sse", "a", "{}", "SPCS_DEMO")->status, 404) << "not visible";
  for (const char* sql : {"GRANT USAGE ON DATABASE d TO ROLE SPCS_DEMO", "GRANT USAGE ON SCHEMA d.s TO ROLE SPCS_DEMO",
                          "GRANT READ ON STAGE d.s.sse TO ROLE SPCS_DEMO"}) {
    ASSERT_EQ(Statement(sql).status, 200) << sql;
  }
  const std::string reader = PathOf(AskUrl("sse", "a", "{}", "SPCS_DEMO"));
  EXPECT_EQ(Client().Put(reader, "x", "text/plain")->status, 403);
  EXPECT_EQ(Client().Get(reader)->status, 404);
  const std::string writer = PathOf(AskUrl("sse", "a", "{\"expiration_time\": 60}"));
  EXPECT_EQ(Client().Put(writer, "x", "text/plain")->status, 200);
  EXPECT_EQ(Client().Get(reader)->body, "x");
  server().clock().Advance(absl::Seconds(61));
  EXPECT_EQ(Client().Put(writer, "y", "text/plain")->status, 403);
}

TEST_F(StageSurfaceTest, NoUrlBringsADroppedStageBack) {
  for (const char* drop :
       {"DROP STAGE d.s.sse", "CREATE OR REPLACE STAGE d.s.sse ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')",
        "DROP SCHEMA d.s"}) {
    const std::string path = PathOf(AskUrl("sse", "a"));
    ASSERT_EQ(Client().Put(path, "x", "text/plain")->status, 200);
    ASSERT_EQ(StageFolders(), 1);
    ASSERT_EQ(Statement(drop).status, 200);
    EXPECT_EQ(StageFolders(), 0) << drop;
    EXPECT_EQ(Client().Put(path, "x", "text/plain")->status, 404);
    EXPECT_EQ(Client().Get(path)->status, 404);
    EXPECT_EQ(StageFolders(), 0) << drop;
    Statement("CREATE STAGE IF NOT EXISTS d.s.sse ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')");
  }
}

TEST_F(StageSurfaceTest, WhatACrashLeavesIsSwept) {
  Stop();
  for (const char* left : {"/run/stages/987654", "/uploads"}) {
    std::filesystem::create_directories(folder() + left);
    ASSERT_TRUE(WriteFile(folder() + left + "/part", "x").ok());
  }
  Start();
  EXPECT_EQ(StageFolders(), 0);
  EXPECT_FALSE(std::filesystem::exists(folder() + "/uploads/part"));
}

TEST_F(StageSurfaceTest, AnswersCarryTheirRequestId) {
  const httplib::Result good = AskUrl("sse", "a");
  EXPECT_EQ(good->get_header_value("X-Snowflake-Request-ID").size(), 36u);
  const httplib::Result bad = AskUrl("absent", "a");
  EXPECT_EQ(ParseJson(bad->body)->value("request_id", ""), bad->get_header_value("X-Snowflake-Request-ID"));
}

TEST_F(StageSurfaceTest, FilesGoWithTheStageAndSurviveARestart) {
  Client().Put(PathOf(AskUrl("sse", "a")), "x", "text/plain");
  Start();
  EXPECT_EQ(List("@d.s.sse"), std::vector<std::string>{"sse/a"});
  ASSERT_EQ(Statement("DROP STAGE d.s.sse").status, 200);
  ASSERT_EQ(Statement("CREATE STAGE d.s.sse ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')").status, 200);
  EXPECT_TRUE(List("@d.s.sse").empty());
}

}  // namespace
}  // namespace spcs::emulator_http
