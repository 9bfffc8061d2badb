// SPDX-License-Identifier: MPL-2.0
#include "provider/http/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/base/status.h"
#include "provider/testing/fake_transport.h"

namespace spcs::http {
namespace {

using ::spcs::testing::FakeTransport;

absl::StatusOr<Response> Answer(int status) {
  return Response{status, {}, ""};
}
absl::Status NotSent() {
  return WithFact(absl::UnavailableError("refused"), kNotSent, "1");
}

TEST(RetryTest, TableOfOutcomes) {
  struct Row {
    absl::StatusOr<Response> outcome;
    bool safe, unless_reached;
  };
  const Row rows[] = {
      {Answer(200), false, false},
      {Answer(202), false, false},
      {Answer(400), false, false},
      {Answer(401), false, false},
      {Answer(404), false, false},
      {Answer(408), false, false},
      {Answer(422), false, false},
      {Answer(429), true, true},
      {Answer(500), true, false},
      {Answer(501), false, false},
      {Answer(502), true, false},
      {Answer(503), true, false},
      {Answer(504), true, false},
      {NotSent(), true, true},
      {absl::UnavailableError("lost"), true, false},
      {absl::DeadlineExceededError("slow"), true, false},
      {absl::CancelledError(""), false, false},
      {absl::FailedPreconditionError("certificate"), false, false},
      {absl::ResourceExhaustedError("too large"), false, false},
  };
  for (const Row& row : rows) {
    const std::string what = row.outcome.ok() ? std::to_string(row.outcome->status) : row.outcome.status().ToString();
    EXPECT_EQ(ShouldRepeat(row.outcome, Repeat::kSafe), row.safe) << what;
    EXPECT_EQ(ShouldRepeat(row.outcome, Repeat::kUnlessReached), row.unless_reached) << what;
    EXPECT_FALSE(ShouldRepeat(row.outcome, Repeat::kNever)) << what;
  }
}

TEST(RetryTest, RetryAfterInSecondsOrAsDate) {
  const absl::Time now = absl::FromUnixSeconds(784111777 - 60);  // a minute before Sun, 06 Nov 1994 08:49:37 GMT
  const auto ask = [&](std::string value) { return RetryAfter(Response{429, {{"retry-after", value}}, ""}, now); };
  EXPECT_EQ(ask("7"), absl::Seconds(7));
  EXPECT_EQ(ask("Sun, 06 Nov 1994 08:49:37 GMT"), absl::Seconds(60));
  EXPECT_EQ(ask("Sun, 06 Nov 1983 08:49:37 GMT"), absl::ZeroDuration());
  EXPECT_EQ(ask("soon"), std::nullopt);
  EXPECT_EQ(ask("-1"), std::nullopt);
  EXPECT_EQ(ask("inf"), std::nullopt);
  EXPECT_EQ(RetryAfter(Response{429, {}, ""}, now), std::nullopt);
}

class RetrierTest : public ::testing::Test {
 protected:
  absl::StatusOr<Response> Send(Repeat repeat = Repeat::kSafe) {
    return Retrier(transport_, clock_, logger_, policy_)
        .Send(
            repeat,
            [&](int attempt) {
              attempts_.push_back(attempt);
              return Request{.url = "http://h/"};
            },
            stop_.get_token());
  }

  FakeTransport transport_;
  FakeClock clock_;
  NullLogger logger_;
  RetryPolicy policy_{.jitter = [] { return 1.0; }};
  std::stop_source stop_;
  std::vector<int> attempts_;
};

TEST_F(RetrierTest, GrowsThePauseUntilItWorks) {
  transport_.Push(503);
  transport_.PushLostAnswer();
  transport_.Push(429);
  transport_.Push(200, "fine");
  EXPECT_EQ(Send()->body, "fine");
  EXPECT_THAT(attempts_, ::testing::ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(clock_.slept(), absl::Milliseconds(500 + 1000 + 2000));
}

TEST_F(RetrierTest, JitterHalvesAtMost) {
  policy_.jitter = [] { return 0.0; };
  transport_.Push(503);
  transport_.Push(200);
  EXPECT_TRUE(Send().ok());
  EXPECT_EQ(clock_.slept(), absl::Milliseconds(250));
}

TEST_F(RetrierTest, WaitsAsLongAsTheServerAsks) {
  transport_.Push(429, "", {{"Retry-After", "42"}});
  transport_.Push(200);
  EXPECT_TRUE(Send().ok());
  EXPECT_EQ(clock_.slept(), absl::Seconds(42));
}

TEST_F(RetrierTest, GivesTheAnswerBackWhenTheServerAsksForTooMuch) {
  transport_.Push(429, "busy", {{"Retry-After", "3600"}});
  EXPECT_EQ(Send()->status, 429);
  EXPECT_EQ(clock_.slept(), absl::ZeroDuration());
}

TEST_F(RetrierTest, StopsAtTheTotal) {
  policy_.attempts = 1000;
  for (int i = 0; i < 1000; ++i) transport_.Push(503);
  EXPECT_EQ(Send()->status, 503);
  EXPECT_LE(clock_.slept(), policy_.total);
  EXPECT_GT(clock_.slept(), policy_.total - policy_.longest_pause);
}

TEST_F(RetrierTest, GivesUpSoonerWhenTheServerCannotBeReached) {
  for (int i = 0; i < 20; ++i) transport_.Push(NotSent());
  EXPECT_EQ(Send().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(attempts_.size(), 4u);
}

TEST_F(RetrierTest, NeverRepeatsWhatIsNotSafe) {
  transport_.PushLostAnswer();
  EXPECT_FALSE(Send(Repeat::kUnlessReached).ok());
  transport_.Push(503);
  EXPECT_EQ(Send(Repeat::kNever)->status, 503);
  EXPECT_EQ(transport_.requests().size(), 2u);
}

TEST_F(RetrierTest, StopEndsThePause) {
  FakeTransport transport([&](const Request&, std::stop_token) {
    stop_.request_stop();
    return Answer(503);
  });
  const auto outcome = Retrier(transport, clock_, logger_, policy_)
                           .Send(Repeat::kSafe, [](int) { return Request{}; }, stop_.get_token());
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(transport.requests().size(), 1u);
}

TEST_F(RetrierTest, FailureToMakeARequestIsReturned) {
  const auto outcome = Retrier(transport_, clock_, logger_, policy_)
                           .Send(Repeat::kSafe, [](int) { return absl::UnauthenticatedError("no key"); }, {});
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_TRUE(transport_.requests().empty());
}

}  // namespace
}  // namespace spcs::http
