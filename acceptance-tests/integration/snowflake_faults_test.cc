// SPDX-License-Identifier: MPL-2.0
// What the client makes of a network and a service that fail: nothing is done twice, nothing hangs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/time/clock.h"
#include "acceptance-tests/integration/emulator_fixture.h"
#include "provider/base/status.h"

namespace spcs::testing {
namespace {

using namespace snowflake;  // NOLINT: the layer under test

class SnowflakeFaultsTest : public EmulatorFixture {
 protected:
  SnowflakeFaultsTest() {
    Start();
    admin_ = Connect("emulator_admin");
  }
  absl::StatusOr<ResultSet> Create(const std::string& name) {
    info_ = {};
    return admin_.client->Execute(Statement("CREATE DATABASE").Name(*ObjectName::Parse(name)), stop_.get_token(),
                                  &info_);
  }
  size_t Databases(const std::string& name) {
    const auto rows = admin_.client->Execute(Statement("SHOW DATABASES").Like(name), {});
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows.ok() ? rows->size() : 0;
  }

  Connected admin_;
  ExecuteInfo info_;
  std::stop_source stop_;
};

TEST_F(SnowflakeFaultsTest, PassingFaultsAreOutlived) {
  for (const char* action : {"429", "500", "503", "reset", "lose-response", "truncate"}) {
    SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", action}, {"count", 2}});
    const std::string name = std::string("D_") + (std::isdigit(action[0]) ? action
                                                  : action[0] == 'r'      ? "R"
                                                  : action[0] == 'l'      ? "L"
                                                                          : "T");
    const auto result = Create(name);
    EXPECT_TRUE(result.ok()) << action << result.status();
    EXPECT_TRUE(info_.repeated) << action;
    EXPECT_EQ(Databases(name), 1u) << action;
  }
}

// The answer was lost and the service has forgotten the id: the caller is told enough to decide whose object it is.
TEST_F(SnowflakeFaultsTest, ForgottenRequestMeetsItsOwnObject) {
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "forget-request"}, {"count", 1}});
  const absl::Time before = absl::Now();
  const absl::Status status = Create("D").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_TRUE(info_.repeated);
  EXPECT_GE(info_.first_sent, before);
  EXPECT_EQ(Databases("D"), 1u);
}

TEST_F(SnowflakeFaultsTest, RunningStatementsAreWaitedFor) {
  for (const int poll_status : {202, 429}) {
    SetFault({{"match", {{"kind", "CREATE DATABASE"}}},
              {"action", "async"},
              {"count", 1},
              {"delay_ms", 600},
              {"poll_status", poll_status}});
    const std::string name = "D" + std::to_string(poll_status);
    const absl::Time start = absl::Now();
    ASSERT_TRUE(Create(name).ok());
    EXPECT_GE(absl::Now() - start, absl::Milliseconds(550));
    EXPECT_EQ(Databases(name), 1u);
    EXPECT_FALSE(info_.repeated);
  }
}

TEST_F(SnowflakeFaultsTest, ServerThatNeverAnswers) {
  admin_ = Connect("emulator_admin", {}, nullptr, absl::Milliseconds(300));
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "hang"}, {"count", 1}});
  EXPECT_TRUE(Create("D").ok());
  EXPECT_TRUE(info_.repeated);
  EXPECT_EQ(Databases("D"), 1u);
}

TEST_F(SnowflakeFaultsTest, StopEndsAHangingStatementWithinASecond) {
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "hang"}});
  std::thread stopper([&] {
    absl::SleepFor(absl::Milliseconds(200));
    stop_.request_stop();
  });
  const absl::Time start = absl::Now();
  EXPECT_EQ(Create("D").status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(200) + absl::Seconds(1));
  stopper.join();
}

TEST_F(SnowflakeFaultsTest, StopWhileTheAnswerIsOnItsWayStillLearnsTheOutcome) {
  options_.latency = absl::Milliseconds(300);
  Start();
  admin_ = Connect("emulator_admin");
  std::thread stopper([&] {
    absl::SleepFor(absl::Milliseconds(100));
    stop_.request_stop();
  });
  EXPECT_TRUE(Create("D").ok());
  stopper.join();
}

TEST_F(SnowflakeFaultsTest, StopCancelsARunningStatementInTheService) {
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "async"}, {"delay_ms", 60000}});
  std::thread stopper([&] {
    absl::SleepFor(absl::Milliseconds(200));
    stop_.request_stop();
  });
  EXPECT_EQ(Create("D").status().code(), absl::StatusCode::kCancelled);
  stopper.join();
  EXPECT_EQ(Databases("D"), 0u);
}

TEST_F(SnowflakeFaultsTest, OneInFiveRequestsFailsAndNothingIsDoubledOrLost) {
  Admin("PUT", "/emulator/faults",
        {{{"action", "lose-response"}, {"probability", 0.1}},
         {{"action", "503"}, {"probability", 0.05}},
         {{"action", "reset"}, {"probability", 0.05}}});
  std::atomic<int> created = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const auto name = ObjectName::Parse("F" + std::to_string(t * 10 + i));
        const auto result = admin_.client->Execute(Statement("CREATE DATABASE").Name(*name), {});
        EXPECT_TRUE(result.ok()) << result.status();
        created += result.ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Admin("PUT", "/emulator/faults", nlohmann::json::array());
  EXPECT_EQ(created, 80);
  const auto rows = admin_.client->Execute(Statement("SHOW DATABASES").Raw("LIKE").Literal("F%"), {});
  EXPECT_EQ(rows->size(), 80u);
}

TEST_F(SnowflakeFaultsTest, NoServerAtAll) {
  server_.reset();
  const absl::Time start = absl::Now();
  const absl::Status status = Create("D").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_TRUE(FactOf(status, kAdvice));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

}  // namespace
}  // namespace spcs::testing
