// SPDX-License-Identifier: MPL-2.0
// The drivers' session protocol over HTTP: what the vendor's CLI and connectors send, in the same order.
#include "emulator/http/session_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "emulator/http/testing.h"
#include "provider/base/file.h"
#include "provider/base/json.h"
#include "provider/base/random.h"

namespace spcs::emulator_http {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class SessionProtocolTest : public EmulatorTest {
 protected:
  void SetUp() override { Start(); }

  json Post(const std::string& path, const std::string& token, const json& body) {
    httplib::Client client("127.0.0.1", port());
    client.set_read_timeout(30);
    const httplib::Headers headers = {{"Authorization", "Snowflake Token=\"" + token + "\""},
                                      {"Accept", "application/snowflake"}};
    const httplib::Result result = client.Post(path, headers, DumpJson(body), "application/json");
    status_ = result ? result->status : 0;
    return result ? ParseJson(result->body).value_or(json()) : json();
  }
  json Get(const std::string& path, const std::string& token) {
    httplib::Client client("127.0.0.1", port());
    client.set_read_timeout(30);
    const httplib::Result result = client.Get(path, {{"Authorization", "Snowflake Token=\"" + token + "\""}});
    return result ? ParseJson(result->body).value_or(json()) : json();
  }

  // What a login answers; `data` is merged over that of a key pair, `query` says role and so on.
  json Login(const json& data = json::object(), const std::string& query = "") {
    json all = {{"CLIENT_APP_ID", "PythonConnector"}, {"CLIENT_APP_VERSION", "4.7.5"},
                {"ACCOUNT_NAME", "SPCS-EMULATOR"},    {"LOGIN_NAME", "SPCS_DEMO_USER"},
                {"AUTHENTICATOR", "SNOWFLAKE_JWT"},   {"TOKEN", Token()}};
    if (data.is_object()) all.update(data);
    return Post("/session/v1/login-request?request_id=" + NewUuid() + query, "None", {{"data", all}});
  }
  // The session token of such a login.
  std::string SessionToken(const std::string& query = "&roleName=ACCOUNTADMIN") {
    const json answer = Login({}, query);
    EXPECT_EQ(answer["success"], true) << answer;
    return answer["data"].value("token", "");
  }
  json Query(const std::string& token, const std::string& sql, const json& more = json::object(),
             const std::string& id = NewUuid()) {
    json body = {{"sqlText", sql}, {"asyncExec", false}, {"sequenceId", 1}};
    if (more.is_object()) body.update(more);
    return Post("/queries/v1/query-request?requestId=" + id, token, body);
  }
  json Scalar(const std::string& token, const std::string& sql) {
    const json answer = Query(token, sql);
    EXPECT_EQ(answer["success"], true) << sql << ": " << answer;
    return answer["success"] == true ? answer["data"]["rowset"][0][0] : json();
  }

  int status_ = 0;
};

TEST_F(SessionProtocolTest, LoginTellsTheSession) {
  const json answer = Login({{"SESSION_PARAMETERS", {{"query_tag", "mine"}}}}, "&roleName=spcs_demo&warehouse=demo_wh");
  ASSERT_EQ(answer["success"], true) << answer;
  const json& data = answer["data"];
  EXPECT_FALSE(data["token"].get<std::string>().empty());
  EXPECT_NE(data["token"], data["masterToken"]);
  EXPECT_EQ(data["validityInSeconds"], 3600);
  EXPECT_EQ(data["sessionInfo"]["roleName"], "SPCS_DEMO");
  EXPECT_EQ(data["sessionInfo"]["databaseName"], nullptr);
  EXPECT_THAT(data["parameters"].dump(), HasSubstr(R"({"name":"QUERY_TAG","value":"mine"})"));
  EXPECT_THAT(data["parameters"].dump(), HasSubstr(R"({"name":"CLIENT_TELEMETRY_ENABLED","value":false})"));
  EXPECT_EQ(Admin("GET", "stats").body["logins"], 1);
}

TEST_F(SessionProtocolTest, TokensSignIn) {
  const Answer added = Statement("ALTER USER SPCS_DEMO_USER ADD PAT ci ROLE_RESTRICTION = 'SPCS_DEMO'");
  const std::string pat = added.body["data"][0][1];
  const json by_token = Login({{"AUTHENTICATOR", "PROGRAMMATIC_ACCESS_TOKEN"}, {"TOKEN", pat}});
  ASSERT_EQ(by_token["success"], true) << by_token;
  const std::string token = by_token["data"]["token"];
  EXPECT_EQ(Scalar(token, "SELECT CURRENT_ROLE()"), "SPCS_DEMO");
  EXPECT_EQ(Query(token, "USE ROLE ACCOUNTADMIN")["code"], "003013");
  EXPECT_EQ(Login({{"AUTHENTICATOR", "SNOWFLAKE"}, {"PASSWORD", pat}})["success"], true);
  EXPECT_EQ(Login({{"AUTHENTICATOR", "PROGRAMMATIC_ACCESS_TOKEN"}, {"TOKEN", pat}}, "&roleName=ACCOUNTADMIN")["code"],
            "390189");
  const std::string oauth =
      Admin("POST", "tokens", {{"type", "OAUTH"}, {"user", "SPCS_DEMO_USER"}}).body.value("token", "");
  EXPECT_EQ(Login({{"AUTHENTICATOR", "OAUTH"}, {"TOKEN", oauth}, {"LOGIN_NAME", ""}})["success"], true);
  Admin("POST", "clock:advance", {{"seconds", 16 * 86400}});
  EXPECT_EQ(Login({{"AUTHENTICATOR", "PROGRAMMATIC_ACCESS_TOKEN"}, {"TOKEN", pat}})["code"], "394400");
}

TEST_F(SessionProtocolTest, RefusedLoginsSayWhy) {
  const json password = Login({{"AUTHENTICATOR", nullptr}, {"TOKEN", nullptr}, {"PASSWORD", "hunter2"}});
  EXPECT_EQ(password["success"], false);
  EXPECT_EQ(password["code"], "390100");
  EXPECT_THAT(password["message"].get<std::string>(), HasSubstr("knows no passwords: use the authenticator"));
  EXPECT_THAT(password.dump(), Not(HasSubstr("hunter2")));
  EXPECT_EQ(Login({{"TOKEN", "nonsense"}})["code"], "394306");
  EXPECT_EQ(Login({{"LOGIN_NAME", "SOMEBODY"}})["code"], "390100");
  EXPECT_EQ(Login({{"AUTHENTICATOR", "EXTERNALBROWSER"}})["code"], "390302");
  EXPECT_EQ(Login({}, "&roleName=NOPE")["code"], "390189");
  EXPECT_EQ(Post("/session/v1/login-request", "", "x")["code"], "390400");
  EXPECT_EQ(status_, 200);
}

// A driver reads the digits behind the point as a whole number of units of the scale.
TEST_F(SessionProtocolTest, TimesHaveTheDigitsOfTheirScale) {
  const json data = Query(SessionToken(), "SHOW ROLES")["data"];
  ASSERT_EQ(data["rowtype"][0]["scale"], 3);
  EXPECT_THAT(data["rowset"][0][0].get<std::string>(), ::testing::MatchesRegex("[0-9]+\\.[0-9][0-9][0-9]"));
}

TEST_F(SessionProtocolTest, QueryAnswersRows) {
  const std::string token = SessionToken();
  const json answer = Query(token, "SHOW WAREHOUSES LIKE 'DEMO%'");
  ASSERT_EQ(answer["success"], true) << answer;
  const json& data = answer["data"];
  EXPECT_EQ(data["queryResultFormat"], "json");
  EXPECT_EQ(data["total"], 1);
  EXPECT_EQ(data["returned"], 1);
  EXPECT_EQ(data["rowtype"][0]["name"], "name");
  EXPECT_EQ(data["rowtype"][0]["type"], "text");
  EXPECT_EQ(data["rowset"][0][0], "DEMO_WH");
  EXPECT_EQ(data["finalRoleName"], "ACCOUNTADMIN");
  EXPECT_EQ(data["queryId"].get<std::string>().size(), 36u);
  const json bound =
      Query(token, "SELECT ?, ?, TRUE",
            {{"bindings", {{"1", {{"type", "TEXT"}, {"value", "a'b"}}}, {"2", {{"type", "FIXED"}, {"value", "7"}}}}}});
  EXPECT_EQ(bound["data"]["rowset"], json::parse(R"([["a'b","7","1"]])"));
  const json described = Query(token, "SELECT 1 AS one", {{"describeOnly", true}});
  EXPECT_EQ(described["data"]["rowtype"][0]["name"], "ONE");
  EXPECT_EQ(described["data"]["rowset"].size(), 0u);
  EXPECT_EQ(Query(token, "CREATE DATABASE d", {{"describeOnly", true}})["success"], false);
  EXPECT_THAT(Databases(), Not(::testing::Contains("D")));
}

TEST_F(SessionProtocolTest, SqlErrorsCarryTheirFacts) {
  const json answer = Query(SessionToken(), "DESCRIBE COMPUTE POOL nope");
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(answer["success"], false);
  EXPECT_EQ(answer["code"], "002003");
  EXPECT_EQ(answer["data"]["errorCode"], "002003");
  EXPECT_EQ(answer["data"]["sqlState"], "02000");
  EXPECT_EQ(answer["data"]["queryId"].get<std::string>().size(), 36u);
  EXPECT_THAT(answer["message"].get<std::string>(), HasSubstr("'NOPE' does not exist or not authorized"));
}

TEST_F(SessionProtocolTest, EachSessionHasItsOwnState) {
  const std::string admin = SessionToken();
  const std::string demo = SessionToken("&roleName=SPCS_DEMO");
  Query(admin, "CREATE DATABASE d");
  EXPECT_EQ(Scalar(admin, "SELECT CURRENT_DATABASE()"), "D");
  EXPECT_EQ(Scalar(admin, "SELECT CURRENT_SCHEMA()"), "PUBLIC");
  EXPECT_EQ(Scalar(demo, "SELECT CURRENT_DATABASE()"), nullptr);
  const json used = Query(admin, "use role \"SYSADMIN\"");
  EXPECT_EQ(used["data"]["finalRoleName"], "SYSADMIN");
  EXPECT_EQ(Scalar(admin, "SELECT CURRENT_ROLE()"), "SYSADMIN");
  EXPECT_EQ(Scalar(demo, "SELECT CURRENT_ROLE()"), "SPCS_DEMO");
  EXPECT_NE(Scalar(admin, "SELECT CURRENT_SESSION()"), Scalar(demo, "SELECT CURRENT_SESSION()"));
  const json altered = Query(admin, "ALTER SESSION SET QUERY_TAG = 'x'");
  EXPECT_THAT(altered["data"]["parameters"].dump(), HasSubstr(R"({"name":"QUERY_TAG","value":"x"})"));
  EXPECT_EQ(Query(demo, "CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S")["code"],
            "003001");
  const std::string again = SessionToken("&roleName=ACCOUNTADMIN&databaseName=d&schemaName=%22nope%22");
  EXPECT_EQ(Scalar(again, "SELECT CURRENT_DATABASE()"), "D");
  EXPECT_EQ(Scalar(again, "SELECT CURRENT_SCHEMA()"), "PUBLIC");
}

TEST_F(SessionProtocolTest, TokensExpireAndAreRenewed) {
  const json login = Login();
  const std::string token = login["data"]["token"], master = login["data"]["masterToken"];
  EXPECT_EQ(Post("/session/heartbeat", token, {})["success"], true);
  Admin("POST", "clock:advance", {{"seconds", 3601}});
  EXPECT_EQ(Query(token, "SELECT 1")["code"], "390112");
  const json renewed = Post("/session/token-request", master, {{"oldSessionToken", token}, {"requestType", "RENEW"}});
  ASSERT_EQ(renewed["success"], true) << renewed;
  const std::string next = renewed["data"]["sessionToken"];
  EXPECT_EQ(Scalar(next, "SELECT 1"), "1");
  EXPECT_EQ(Query(token, "SELECT 1")["code"], "390111");
  const std::string next_master = renewed["data"]["masterToken"];
  const json issued = Post("/session/token-request", next_master, {{"requestType", "ISSUE"}});
  EXPECT_EQ(issued["data"]["validityInSecondsST"], 3600);
  EXPECT_EQ(Scalar(issued["data"]["sessionToken"], "SELECT 1"), "1");
  EXPECT_EQ(Scalar(next, "SELECT 1"), "1");
  EXPECT_EQ(Post("/session/token-request", master, {{"requestType", "RENEW"}})["code"], "390115");
  Admin("POST", "clock:advance", {{"seconds", 4 * 3600}});
  EXPECT_EQ(Post("/session/token-request", next_master, {{"requestType", "RENEW"}})["code"], "390114");
}

TEST_F(SessionProtocolTest, ClosedAndUnknownSessions) {
  const std::string token = SessionToken();
  EXPECT_EQ(Post("/session?delete=true", token, json::object())["success"], true);
  EXPECT_EQ(Query(token, "SELECT 1")["code"], "390111");
  EXPECT_EQ(Post("/session?delete=true", token, json::object())["code"], "390111");
  EXPECT_EQ(Query("", "SELECT 1")["code"], "390103");
  const std::string other = SessionToken();
  Start();
  EXPECT_EQ(Query(other, "SELECT 1")["code"], "390111");
}

TEST_F(SessionProtocolTest, RepeatedRequestIsAnsweredOnce) {
  const std::string token = SessionToken(), id = NewUuid();
  const json first = Query(token, "CREATE DATABASE d", {}, id);
  const json second = Query(token, "CREATE DATABASE d", {}, id);
  EXPECT_EQ(first["data"]["queryId"], second["data"]["queryId"]);
  EXPECT_EQ(second["success"], true);
  EXPECT_EQ(Query(token, "CREATE DATABASE d")["code"], "002002");
  SetFault({{"match", {{"kind", "CREATE SCHEMA"}}}, {"action", "lose-response"}, {"count", 1}});
  const std::string lost = NewUuid();
  EXPECT_EQ(Query(token, "CREATE SCHEMA s", {}, lost), json());
  EXPECT_EQ(Query(token, "CREATE SCHEMA s", {}, lost)["success"], true);
  EXPECT_EQ(LastLogEntry()["executed"], false);
}

TEST_F(SessionProtocolTest, AsynchronousQueries) {
  const std::string token = SessionToken();
  const json started = Query(token, "SELECT CURRENT_ROLE()", {{"asyncExec", true}});
  EXPECT_EQ(started["code"], "333334");
  EXPECT_EQ(started["success"], true);
  const std::string id = started["data"]["queryId"];
  EXPECT_EQ(started["data"]["getResultUrl"], "/queries/" + id + "/result");
  EXPECT_EQ(Get("/queries/" + id + "/result", token)["data"]["rowset"][0][0], "ACCOUNTADMIN");
  EXPECT_EQ(Get("/monitoring/queries/" + id, token)["data"]["queries"][0]["status"], "SUCCESS");
  EXPECT_EQ(Get("/monitoring/queries/" + NewUuid(), token)["data"]["queries"].size(), 0u);
  EXPECT_EQ(Get("/queries/" + NewUuid() + "/result", token)["code"], "000709");

  SetFault({{"match", {{"kind", "SHOW*"}}}, {"action", "async"}, {"delay_ms", 200}, {"count", 1}});
  const json slow = Query(token, "SHOW WAREHOUSES");
  EXPECT_EQ(slow["code"], "333333");
  EXPECT_EQ(Get(slow["data"]["getResultUrl"], token)["data"]["total"], 1);

  SetFault({{"match", {{"kind", "CREATE*"}}}, {"action", "async"}, {"delay_ms", 60'000}});
  const std::string request = NewUuid();
  const json aborted = Query(token, "CREATE DATABASE d", {}, request);
  EXPECT_EQ(Post("/queries/v1/abort-request", token, {{"sqlText", "…"}, {"requestId", request}})["success"], true);
  const std::string aborted_id = aborted["data"]["queryId"];
  EXPECT_EQ(Get("/queries/" + aborted_id + "/result", token)["code"], "000604");
  EXPECT_EQ(Get("/monitoring/queries/" + aborted_id, token)["data"]["queries"][0]["status"], "FAILED_WITH_ERROR");
  EXPECT_EQ(Post("/queries/" + aborted_id + "/abort-request", token, json::object())["code"], "000605");
}

TEST_F(SessionProtocolTest, ResultScanReadsAnEarlierAnswer) {
  const std::string token = SessionToken();
  const std::string id = Query(token, "SELECT CURRENT_ROLE() AS r")["data"]["queryId"];
  const json scanned = Query(token, "select * from table(result_scan('" + id + "'))");
  EXPECT_EQ(scanned["data"]["rowtype"][0]["name"], "R");
  EXPECT_EQ(scanned["data"]["rowset"][0][0], "ACCOUNTADMIN");
  EXPECT_EQ(Query(token, "select * from table(result_scan('nope'))")["code"], "000709");
}

TEST_F(SessionProtocolTest, SynchronousJobEndsWithTheJob) {
  options().scenarios = folder() + "/scenarios";
  std::filesystem::create_directory(options().scenarios);
  ASSERT_TRUE(WriteFile(options().scenarios + "/task.json", R"({"exit": {"after": 1, "code": 0}})").ok());
  options().speed = 20;
  Start();
  const std::string token = SessionToken();
  for (const char* sql : {"CREATE DATABASE d", "CREATE IMAGE REPOSITORY d.public.r",
                          "CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S"}) {
    ASSERT_EQ(Query(token, sql)["success"], true) << sql;
  }
  const std::string job =
      "EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$spec: {containers: [{name: main, "
      "image: /d/public/r/task:1}]}$$ NAME = d.public.";
  std::thread later([&] {
    EXPECT_TRUE(Eventually([&] { return Admin("POST", "clock:advance", {{"seconds", 60}}).status == 200; }));
    for (int i = 0; i < 20; ++i) {
      absl::SleepFor(absl::Milliseconds(20));
      Admin("POST", "clock:advance", {{"seconds", 60}});
    }
  });
  const json done = Query(token, job + "j");
  later.join();
  EXPECT_EQ(done["data"]["rowset"][0][0], "Job J completed successfully with status: DONE.");
  const Answer again = Statement(job + "k");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.body["data"][0][0], "Job K completed successfully with status: DONE.");
}

TEST_F(SessionProtocolTest, LogFaultsAndCountersAreThoseOfTheSqlApi) {
  const std::string token = SessionToken();
  Query(token, "CREATE USER u PASSWORD = 'planted-secret'");
  const json entry = LastLogEntry();
  EXPECT_EQ(entry["kind"], "CREATE USER");
  EXPECT_EQ(entry["user"], "SPCS_DEMO_USER");
  EXPECT_EQ(entry["role"], "ACCOUNTADMIN");
  EXPECT_EQ(entry["code"], "090001");
  EXPECT_EQ(entry["executed"], true);
  EXPECT_THAT(Admin("GET", "statements").body.dump(), Not(HasSubstr("planted-secret")));
  EXPECT_EQ(Admin("GET", "stats").body["statements"]["CREATE USER"], 1);
  SetFault({{"match", {{"kind", "SELECT"}}}, {"action", "503"}, {"count", 1}});
  Query(token, "SELECT 1");
  EXPECT_EQ(status_, 503);
  EXPECT_EQ(Scalar(token, "SELECT 1"), "1");
  SetFault({{"match", {{"path", "/session/v1/*"}}}, {"action", "429"}, {"count", 1}});
  Login();
  EXPECT_EQ(status_, 429);
}

TEST_F(SessionProtocolTest, HalfATokenIsNoToken) {
  httplib::Client client("127.0.0.1", port());
  for (const char* header : {"Snowflake Token=\"", "Snowflake Token=", "Snowflake Token=\"x", "Snowflake Token=\"\""}) {
    const httplib::Result result = client.Get("/queries/none/result", {{"Authorization", header}});
    ASSERT_TRUE(result) << header;
    EXPECT_THAT(result->body, HasSubstr("\"success\":false")) << header;
  }
}

TEST_F(SessionProtocolTest, TheRest) {
  EXPECT_EQ(Post("/telemetry/send", "", {{"logs", json::array()}})["success"], true);
  Post("/session/authenticator-request", "", json::object());
  EXPECT_EQ(status_, 404);
  Post("/session/token-request", "", {{"requestType", "STEAL"}});
  EXPECT_EQ(status_, 400);
  EXPECT_EQ(Query(SessionToken(), "SELECT 1", {{"parameters", {{"MULTI_STATEMENT_COUNT", 2}}}})["code"], "390400");
  EXPECT_EQ(Query(SessionToken(), "SELECT 1", {}, "no-uuid")["code"], "390400");
}

}  // namespace
}  // namespace spcs::emulator_http
