// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"
#include "provider/testing/fake_account.h"
#include "provider/testing/fake_transport.h"

namespace spcs::snowflake {
namespace {

using namespace ::spcs::testing;  // NOLINT: the fakes
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ClientTest : public ::testing::Test {
 protected:
  ClientTest()
      : sql_(transport_,
             {.base_url = "https://acct", .role = *Identifier::Parse("dev"), .warehouse = *Identifier::Parse("wh")}) {}

  absl::StatusOr<ResultSet> Execute(const Statement& statement) {
    return sql_.client.Execute(statement, stop_.get_token(), &info_);
  }
  absl::StatusOr<ResultSet> Show() { return Execute(Statement("SHOW DATABASES")); }
  absl::StatusOr<ResultSet> Drop() { return Execute(Statement("DROP DATABASE").Name(*ObjectName::Parse("d"))); }
  http::Request Sent(size_t index) { return transport_.requests().at(index); }
  size_t sent() { return transport_.requests().size(); }

  FakeTransport transport_;
  SqlFixture sql_;
  std::stop_source stop_;
  ExecuteInfo info_;
};

const FakeRows kTwo{{"name", "owner"}, {{"A", "ME"}, {"B", std::nullopt}}};

TEST_F(ClientTest, SendsWhatTheApiWants) {
  transport_.Push(200, ResultBody(kTwo));
  const absl::StatusOr<ResultSet> result = Show();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->size(), 2u);
  EXPECT_EQ(result->row(1).Text("NAME"), "B");
  EXPECT_EQ(result->query_id, "01-query");
  const http::Request request = Sent(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_THAT(request.url, ::testing::MatchesRegex("https://acct/api/v2/statements.requestId=[0-9a-f-]{36}"));
  EXPECT_EQ(http::FindHeader(request.headers, "Authorization"), "Bearer token-1");
  EXPECT_EQ(http::FindHeader(request.headers, "X-Snowflake-Authorization-Token-Type"), "KEYPAIR_JWT");
  EXPECT_EQ(http::FindHeader(request.headers, "Content-Type"), "application/json");
  EXPECT_EQ(nlohmann::json::parse(request.body), (nlohmann::json{{"statement", "SHOW DATABASES"}, {"role", "DEV"}}));
  EXPECT_FALSE(info_.repeated);
  EXPECT_EQ(info_.first_sent, sql_.clock.Now());
}

TEST_F(ClientTest, WarehouseAndRoleOfTheStatement) {
  transport_.Push(200, ResultBody({}));
  EXPECT_TRUE(Execute(Statement("SELECT").Call("F", {}).AsRole(*Identifier::Parse("other"))).ok());
  const nlohmann::json body = nlohmann::json::parse(Sent(0).body);
  EXPECT_EQ(body["warehouse"], "WH");
  EXPECT_EQ(body["role"], "OTHER");
}

TEST_F(ClientTest, LostAnswerIsRepeatedUnderTheSameId) {
  transport_.PushLostAnswer();
  transport_.Push(503);
  transport_.Push(429);
  transport_.Push(500);
  transport_.Push(200, ResultBody({}));
  ASSERT_TRUE(Drop().ok());
  ASSERT_EQ(sent(), 5u);
  const std::string first = Sent(0).url;
  EXPECT_THAT(first, Not(HasSubstr("retry")));
  for (size_t i = 1; i < 5; ++i) {
    EXPECT_EQ(Sent(i).url, first + "&retry=true");
    EXPECT_EQ(Sent(i).body, Sent(0).body);
  }
  EXPECT_TRUE(info_.repeated);
  EXPECT_LT(info_.first_sent, sql_.clock.Now());
}

TEST_F(ClientTest, TwoStatementsHaveTwoIds) {
  transport_.Push(200, ResultBody({}));
  transport_.Push(200, ResultBody({}));
  EXPECT_TRUE(Drop().ok() && Drop().ok());
  EXPECT_NE(Sent(0).url, Sent(1).url);
}

TEST_F(ClientTest, HalfAnAnswerIsALostAnswer) {
  transport_.Push(200, ResultBody(kTwo).substr(0, 60));
  transport_.Push(200, ResultBody(kTwo));
  EXPECT_EQ(Show()->size(), 2u);
  EXPECT_THAT(Sent(1).url, EndsWith("&retry=true"));
  EXPECT_TRUE(info_.repeated);
}

TEST_F(ClientTest, AServerThatIsNoSqlApi) {
  for (int i = 0; i < 3; ++i) transport_.Push(200, "<html>Sign in</html>");
  const absl::Status status = Show().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("https://acct answers with something that is not the SQL API"));
}

TEST_F(ClientTest, GivesUpAfterTheTotalAndSaysWhy) {
  for (int i = 0; i < 100; ++i) transport_.Push(503, R"({"message":"down for maintenance","code":"000603"})");
  const absl::Status status = Show().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("SHOW DATABASES"), HasSubstr("down for maintenance")));
  EXPECT_LE(sql_.clock.slept(), absl::Minutes(5));
}

TEST_F(ClientTest, WaitsForAStatementThatRuns) {
  transport_.Push(202, RunningBody());
  transport_.Push(202, RunningBody());
  transport_.Push(429, RunningBody());  // the same in other words
  transport_.PushLostAnswer();          // a lost poll is no lost statement
  transport_.Push(200, ResultBody(kTwo));
  EXPECT_EQ(Show()->size(), 2u);
  ASSERT_EQ(sent(), 5u);
  EXPECT_EQ(Sent(1).method, "GET");
  EXPECT_EQ(Sent(1).url, "https://acct/api/v2/statements/01-running");
  EXPECT_EQ(Sent(4).url, Sent(1).url);
  EXPECT_FALSE(info_.repeated);
}

TEST_F(ClientTest, RunningStatementMayFail) {
  transport_.Push(202, RunningBody());
  transport_.Push(422, ErrorBody("002003", "SQL compilation error:\nDatabase 'D' does not exist or not authorized."));
  const absl::Status status = Drop().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("(role DEV)"));
  EXPECT_EQ(FactOf(status, kQueryId), "01-failed");
}

TEST_F(ClientTest, AWaitOfHoursIsPolledGently) {
  for (int i = 0; i < 800; ++i) transport_.Push(202, RunningBody());
  transport_.Push(200, ResultBody({}));
  EXPECT_TRUE(Drop().ok());
  EXPECT_GT(sql_.clock.slept(), absl::Hours(1));
}

TEST_F(ClientTest, StopCancelsARunningStatement) {
  int gets = 0;
  FakeTransport transport([&](const http::Request& request, std::stop_token) -> absl::StatusOr<http::Response> {
    if (request.method == "GET" && ++gets == 2) stop_.request_stop();
    return http::Response{202, {}, RunningBody()};
  });
  SqlFixture sql(transport);
  const absl::Status status = sql.client.Execute(Statement("DROP DATABASE"), stop_.get_token()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  const http::Request last = transport.requests().back();
  EXPECT_EQ(last.method, "POST");
  EXPECT_EQ(last.url, "https://acct/api/v2/statements/01-running/cancel");
  EXPECT_TRUE(http::FindHeader(last.headers, "Authorization"));
}

TEST_F(ClientTest, AfterAStopNothingIsSent) {
  stop_.request_stop();
  EXPECT_EQ(Drop().status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(sent(), 0u);
}

TEST_F(ClientTest, OnlyChangesGetAGrace) {
  transport_.Push(200, ResultBody({}));
  transport_.Push(200, ResultBody({}));
  EXPECT_TRUE(Drop().ok() && Show().ok());
  EXPECT_GT(Sent(0).stop_grace, absl::ZeroDuration());
  EXPECT_LE(Sent(0).stop_grace, absl::Seconds(1));
  EXPECT_EQ(Sent(1).stop_grace, absl::ZeroDuration());
}

TEST_F(ClientTest, PartitionsAreJoined) {
  transport_.Push(200, ResultBody(kTwo, 3, 4));
  transport_.Push(200, R"({"data":[["C",null]]})");
  transport_.Push(200, R"({"data":[["D","x"]]})");
  const absl::StatusOr<ResultSet> result = Show();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->row(3).Text("name"), "D");
  EXPECT_EQ(Sent(1).url, "https://acct/api/v2/statements/01-query?partition=1");
  EXPECT_EQ(Sent(2).url, "https://acct/api/v2/statements/01-query?partition=2");
}

TEST_F(ClientTest, MissingRowsAreAnError) {
  transport_.Push(200, ResultBody(kTwo, 1, 3));
  EXPECT_EQ(Show().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ClientTest, HandlesAreEscaped) {
  transport_.Push(202, RunningBody("../../evil?x"));
  transport_.Push(200, ResultBody({}));
  EXPECT_TRUE(Show().ok());
  EXPECT_THAT(Sent(1).url, EndsWith("/statements/..%2F..%2Fevil%3Fx"));
}

TEST_F(ClientTest, RefusedTokenIsReplacedOnce) {
  transport_.Push(401, R"({"code":"394301","message":"JWT token has expired."})");
  transport_.Push(200, ResultBody({}));
  EXPECT_TRUE(Show().ok());
  EXPECT_EQ(http::FindHeader(Sent(1).headers, "Authorization"), "Bearer token-2");
  transport_.Push(401, R"({"code":"394304","message":"JWT token is invalid."})");
  transport_.Push(401, R"({"code":"394304","message":"JWT token is invalid."})");
  const absl::Status status = Show().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(sent(), 4u);
}

TEST_F(ClientTest, StatementThatCannotBeSentIsNot) {
  EXPECT_EQ(FactOf(Execute(Statement("X").Spec("$$")).status(), kAttributePath), "spec");
  EXPECT_EQ(sent(), 0u);
}

class RecordingLogger : public Logger {
 public:
  bool Enabled(LogLevel) const override { return true; }
  void Write(LogLevel, absl::string_view message, Fields fields) override {
    absl::StrAppend(&text, message);
    for (const auto& [key, value] : fields) absl::StrAppend(&text, " ", key, "=", value);
    text += "\n";
  }
  std::string text;
};

TEST_F(ClientTest, LogHasNoSecrets) {
  RecordingLogger logger;
  Client client({.base_url = "https://acct"}, transport_, sql_.authenticator, sql_.clock, logger);
  transport_.Push(503);
  transport_.Push(422, ErrorBody("001003", "bad value 'hunter2' at 5"));
  const Statement statement = Statement("ALTER SECRET")
                                  .Name(*ObjectName::Parse("s"))
                                  .Raw("SET")
                                  .Property("SECRET_STRING", SecretText{"hunter2"});
  const absl::Status status = client.Execute(statement, {}).status();
  EXPECT_THAT(logger.text, AllOf(HasSubstr("ALTER SECRET S SET SECRET_STRING = '***'"), HasSubstr("query_id=01-failed"),
                                 HasSubstr("ms="), Not(HasSubstr("hunter2")), Not(HasSubstr("token-1"))));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("hunter2")));
}

TEST(ClientAccountTest, IsAskedOnceByManyThreads) {
  std::atomic<int> asked = 0;
  FakeAccount account;
  account.Otherwise([&](const std::string& sql, std::stop_token) -> absl::StatusOr<http::Response> {
    EXPECT_THAT(sql, StartsWith("SELECT CURRENT_ACCOUNT() AS"));
    ++asked;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return http::Response{
        200,
        {},
        ResultBody({{"ACCOUNT_LOCATOR", "ORGANIZATION", "ACCOUNT_NAME", "ROLE_NAME", "USER_NAME", "AVAILABLE_ROLES"},
                    {{"AB1", "ORG", "ACCT", "DEV", "ME", "[\"DEV\",\"PUBLIC\"]"}}})};
  });
  SqlFixture sql(account);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto facts = sql.client.Account({});
      ASSERT_TRUE(facts.ok()) << facts.status();
      EXPECT_EQ((*facts)->account_locator, "AB1");
      EXPECT_THAT((*facts)->available_roles, ElementsAre("DEV", "PUBLIC"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(asked, 1);
}

TEST(ClientAccountTest, AFailureIsNotKeptAndAStopIsNotShared) {
  std::stop_source first_stop;
  std::atomic<int> asked = 0;
  FakeAccount account;
  account.Otherwise([&](const std::string&, std::stop_token stop) -> absl::StatusOr<http::Response> {
    if (++asked == 1) {  // the first asker is stopped while the second waits for it
      while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return absl::CancelledError("stopped");
    }
    return http::Response{200, {}, ResultBody({{"ACCOUNT_LOCATOR"}, {{"AB1"}}})};
  });
  SqlFixture sql(account);
  std::thread first([&] { EXPECT_FALSE(sql.client.Account(first_stop.get_token()).ok()); });
  while (asked == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::thread second([&] { EXPECT_EQ((*sql.client.Account({}))->account_locator, "AB1"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  first_stop.request_stop();
  first.join();
  second.join();
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace spcs::snowflake
