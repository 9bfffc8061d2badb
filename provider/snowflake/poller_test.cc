// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/poller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "provider/base/status.h"
#include "provider/testing/fake_account.h"

namespace spcs::snowflake {
namespace {

using namespace ::spcs::testing;  // NOLINT: the fakes

const PollKey kPools{ShowKind::kComputePool, Scope::Account()};

// One pool P whose state is the number of the SHOW that asked.
class PollerTest : public ::testing::Test {
 protected:
  PollerTest()
      : sql_(account_), inventory_(sql_.client), poller_(inventory_, sql_.clock, {.jitter = [] { return 0.5; }}) {
    account_.Otherwise([this](const std::string&, std::stop_token) -> absl::StatusOr<http::Response> {
      const int number = ++shows_;
      if (!failure_.ok()) return failure_;
      return http::Response{200, {}, ResultBody({{"name", "state"}, {{"P", std::to_string(number)}}})};
    });
  }
  // Done once the state has reached `wanted`.
  static std::function<std::optional<absl::StatusOr<int64_t>>(const Listing&)> Reaches(int64_t wanted) {
    return [wanted](const Listing& listing) -> std::optional<absl::StatusOr<int64_t>> {
      const int64_t state = *listing.row(0).Int("state");
      if (state >= wanted) return absl::StatusOr<int64_t>(state);
      return std::nullopt;
    };
  }

  FakeAccount account_;
  SqlFixture sql_;
  Inventory inventory_;
  Poller poller_;
  std::atomic<int> shows_ = 0;
  absl::Status failure_;
};

TEST_F(PollerTest, PausesGrowToTheLongest) {
  EXPECT_EQ(*poller_.WaitUntil<int64_t>(kPools, Reaches(1), {}, {}), 1);
  EXPECT_EQ(sql_.clock.slept(), absl::ZeroDuration()) << "what is there already needs no pause";
  sql_.clock.Advance(absl::Minutes(1));
  const absl::Time start = sql_.clock.Now();
  EXPECT_EQ(*poller_.WaitUntil<int64_t>(kPools, Reaches(12), {}, {}), 12);
  // 1 + 1.5 + 2.25 + 3.375 + 5.0625 + 7.59375, then 10 each.
  EXPECT_EQ(sql_.clock.Now() - start, absl::Milliseconds(20781.25) + absl::Seconds(40));
}

TEST_F(PollerTest, AnErrorOfTheCheckEndsTheWait) {
  const auto status =
      poller_
          .WaitUntil<int>(kPools,
                          [](const Listing&) -> std::optional<absl::StatusOr<int>> {
                            return absl::StatusOr<int>(absl::FailedPreconditionError("image is missing"));
                          },
                          {}, {})
          .status();
  EXPECT_EQ(status.message(), "image is missing");
  EXPECT_EQ(shows_, 1);
}

TEST_F(PollerTest, Deadline) {
  const auto status =
      poller_.WaitUntil<int64_t>(kPools, Reaches(1000), {.deadline = sql_.clock.Now() + absl::Minutes(2)}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(status.message(), "not done within 2m");
  EXPECT_EQ(sql_.clock.slept(), absl::Minutes(2)) << "with a last look at the deadline";
}

TEST_F(PollerTest, StopEndsTheWait) {
  std::stop_source stop;
  const auto status = poller_
                          .WaitUntil<int>(
                              kPools,
                              [&](const Listing&) -> std::optional<absl::StatusOr<int>> {
                                if (shows_ == 3) stop.request_stop();
                                return std::nullopt;
                              },
                              {}, stop.get_token())
                          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(shows_, 3);
}

TEST_F(PollerTest, ProgressIsToldNowAndThen) {
  std::vector<absl::Duration> told;
  ASSERT_TRUE(
      poller_
          .WaitUntil<int64_t>(kPools, Reaches(25),
                              {.progress = [&](const Listing&, absl::Duration waited) { told.push_back(waited); }}, {})
          .ok());
  ASSERT_GE(told.size(), 2u);
  EXPECT_GE(told[0], absl::Minutes(1));
  EXPECT_GE(told[1] - told[0], absl::Minutes(1));
}

TEST_F(PollerTest, PassingFailuresAreOutlivedLastingOnesAreNot) {
  int checks = 0;
  failure_ = absl::InternalError("broken");
  EXPECT_EQ(poller_.WaitUntil<int64_t>(kPools, Reaches(1), {}, {}).status().code(), absl::StatusCode::kInternal);
  failure_ = absl::OkStatus();
  shows_ = 0;
  const auto result = poller_.WaitUntil<int64_t>(
      kPools,
      [&](const Listing& listing) -> std::optional<absl::StatusOr<int64_t>> {
        failure_ = ++checks == 1 ? absl::ResourceExhaustedError("busy") : absl::OkStatus();
        if (checks == 1) {
          account_.Otherwise(
              [this, left = 3](const std::string&, std::stop_token) mutable -> absl::StatusOr<http::Response> {
                if (left-- > 0) return absl::ResourceExhaustedError("busy");
                return http::Response{200, {}, ResultBody({{"name", "state"}, {{"P", "99"}}})};
              });
        }
        return Reaches(99)(listing);
      },
      {}, {});
  EXPECT_EQ(*result, 99);
  account_.Otherwise([](const std::string&, std::stop_token) { return absl::ResourceExhaustedError("busy"); });
  inventory_.InvalidateAll();
  EXPECT_EQ(poller_.WaitUntil<int64_t>(kPools, Reaches(1000), {}, {}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(PollerThreadsTest, ManyWaitersShareOneLoop) {
  RealClock clock;
  NullLogger logger;
  FakeAuthenticator authenticator;
  FakeAccount account;
  std::atomic<int> shows = 0;
  account.Otherwise([&](const std::string&, std::stop_token) {
    return http::Response{200, {}, ResultBody({{"name", "state"}, {{"P", std::to_string(++shows)}}})};
  });
  Client client({.base_url = "https://acct"}, account, authenticator, clock, logger);
  Inventory inventory(client);
  Poller poller(inventory, clock, {.first_pause = absl::Milliseconds(40), .growth = 1.0});
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] {
      const auto result = poller.WaitUntil<int>(kPools,
                                                [&](const Listing& listing) -> std::optional<absl::StatusOr<int>> {
                                                  if (*listing.row(0).Int("state") < 3 + i % 5) return std::nullopt;
                                                  return absl::StatusOr<int>(1);
                                                },
                                                {.deadline = clock.Now() + absl::Seconds(20)}, {});
      if (result.ok()) done += *result;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 20);
  EXPECT_LE(shows, 12) << "twenty waiters, one loop";
}

// The leader is stopped; another takes over.
TEST(PollerThreadsTest, TheLeadIsHandedOn) {
  RealClock clock;
  NullLogger logger;
  FakeAuthenticator authenticator;
  FakeAccount account;
  std::atomic<int> shows = 0;
  account.Otherwise([&](const std::string&, std::stop_token) {
    return http::Response{200, {}, ResultBody({{"name", "state"}, {{"P", std::to_string(++shows)}}})};
  });
  Client client({.base_url = "https://acct"}, account, authenticator, clock, logger);
  Inventory inventory(client);
  Poller poller(inventory, clock, {.first_pause = absl::Milliseconds(30), .growth = 1.0});
  std::stop_source stop;
  const auto never = [](const Listing&) { return std::optional<absl::StatusOr<int>>(); };
  std::thread leader([&] {
    EXPECT_EQ(poller.WaitUntil<int>(kPools, never, {}, stop.get_token()).status().code(), absl::StatusCode::kCancelled);
  });
  while (shows < 3) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::thread follower([&] {
    const auto result = poller.WaitUntil<int>(kPools,
                                              [&](const Listing&) -> std::optional<absl::StatusOr<int>> {
                                                if (!stop.stop_requested()) stop.request_stop();
                                                if (shows < 8) return std::nullopt;
                                                return absl::StatusOr<int>(1);
                                              },
                                              {}, {});
    EXPECT_TRUE(result.ok());
  });
  leader.join();
  follower.join();
}

// A poll that began before the waiter came says nothing about what the waiter has just changed.
TEST(PollerThreadsTest, APollFromBeforeTheWriteDoesNotEndTheWait) {
  RealClock clock;
  NullLogger logger;
  FakeAuthenticator authenticator;
  FakeAccount account;
  std::atomic<bool> polling = false, release = false;
  std::atomic<int> version = 1;
  std::atomic<int> shows = 0;
  account.Otherwise([&](const std::string& sql, std::stop_token) {
    if (sql == "WRITE") {
      version = 2;
      return http::Response{200, {}, ResultBody({})};
    }
    const std::string seen = std::to_string(version.load());
    if (++shows == 2) {  // the leader's poll, held back across the write
      polling = true;
      while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return http::Response{200, {}, ResultBody({{"name", "state"}, {{"P", seen}}})};
  });
  Client client({.base_url = "https://acct"}, account, authenticator, clock, logger);
  Inventory inventory(client);
  Poller poller(inventory, clock, {.first_pause = absl::Milliseconds(20), .growth = 1.0});
  std::atomic<bool> end_leader = false;
  std::thread leader([&] {
    (void)poller.WaitUntil<int>(kPools,
                                [&](const Listing&) -> std::optional<absl::StatusOr<int>> {
                                  if (!end_leader) return std::nullopt;
                                  return absl::StatusOr<int>(1);
                                },
                                {}, {});
  });
  while (!polling) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(inventory.Write(ShowKind::kComputePool, *ObjectName::Parse("p"), Statement("WRITE"), {}).ok());
  std::vector<int64_t> seen;
  std::thread waiter([&] {
    (void)poller.WaitUntil<int>(kPools,
                                [&](const Listing& listing) -> std::optional<absl::StatusOr<int>> {
                                  seen.push_back(*listing.row(0).Int("state"));
                                  release = true;
                                  if (seen.size() < 4) return std::nullopt;
                                  return absl::StatusOr<int>(1);
                                },
                                {}, {});
  });
  waiter.join();
  end_leader = true;
  leader.join();
  EXPECT_THAT(seen, ::testing::Each(2));
}

}  // namespace
}  // namespace spcs::snowflake
