// SPDX-License-Identifier: MPL-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "nlohmann/json.hpp"
#include "provider/base/clock.h"
#include "provider/base/file.h"
#include "provider/base/json.h"
#include "provider/base/logger.h"
#include "provider/base/patience.h"
#include "provider/base/random.h"
#include "provider/base/status.h"
#include "provider/base/utf8.h"

namespace spcs {
namespace {

TEST(StatusTest, AnnotateKeepsCodeAndFacts) {
  const absl::Status status = Annotate(WithFact(absl::NotFoundError("no pool"), kVendorCode, "002003"), "Read P");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "Read P: no pool");
  EXPECT_EQ(FactOf(status, kVendorCode), "002003");
  EXPECT_EQ(FactOf(status, kQueryId), std::nullopt);
}

TEST(PatienceTest, BearsWhatPassesUntilItLasts) {
  const absl::Time start = absl::UnixEpoch();
  Patience patience(absl::Minutes(2));
  EXPECT_TRUE(patience.Bears(absl::UnavailableError("away"), start));
  EXPECT_TRUE(patience.Bears(absl::ResourceExhaustedError("busy"), start + absl::Seconds(119)));
  EXPECT_TRUE(patience.Bears(absl::OkStatus(), start + absl::Seconds(119)));
  EXPECT_TRUE(patience.Bears(absl::DeadlineExceededError("late"), start + absl::Minutes(3))) << "it began anew";
  EXPECT_FALSE(patience.Bears(absl::UnavailableError("away"), start + absl::Minutes(5)));
  EXPECT_FALSE(Patience().Bears(absl::NotFoundError("gone"), start));
  EXPECT_FALSE(Patience().Bears(absl::CancelledError("stop"), start));
}

TEST(Utf8Test, ReplacesOnlyWhatIsBroken) {
  EXPECT_EQ(ToValidUtf8("plain, \xc3\xbc, \xf0\x9f\x98\x80"), "plain, \xc3\xbc, \xf0\x9f\x98\x80");
  EXPECT_EQ(ToValidUtf8("a\xff z"), "a\xef\xbf\xbd z");
  EXPECT_EQ(ToValidUtf8("cut \xe2\x82"), "cut \xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_TRUE(IsValidUtf8(ToValidUtf8("\xed\xa0\x80\xc0\xaf\xf5")));
  EXPECT_FALSE(IsValidUtf8("\xed\xa0\x80")) << "a surrogate";
  EXPECT_FALSE(IsValidUtf8("\xc0\xaf")) << "overlong";
  EXPECT_EQ(ToValidUtf8(""), "");
}

TEST(JsonTest, RefusesDepthSyntaxAndBadUtf8) {
  EXPECT_TRUE(ParseJson(std::string(100, '[') + std::string(100, ']')).ok());
  EXPECT_FALSE(ParseJson(std::string(100'000, '[')).ok());
  EXPECT_FALSE(ParseJson(std::string(200, '[') + std::string(200, ']')).ok());
  EXPECT_FALSE(ParseJson("{\"a\":1} x").ok());
  EXPECT_FALSE(ParseJson("\"\xff\"").ok());
  EXPECT_FALSE(ParseJson("").ok());
}

TEST(JsonTest, ReadsMembersOfTheRightTypeOnly) {
  const nlohmann::json json = {{"s", "x"}, {"n", 7}};
  EXPECT_EQ(JsonString(json, "s"), "x");
  EXPECT_EQ(JsonString(json, "n"), "");
  EXPECT_EQ(JsonInt(json, "n"), 7);
  EXPECT_EQ(JsonInt(nlohmann::json(3), "n"), 0);
}

TEST(FileTest, WritesWholeWithTheModeAndReadsBack) {
  const std::string path = testing::TempDir() + "/spcs_file_test";
  ASSERT_TRUE(WriteFile(path, "one", 0600).ok());
  ASSERT_TRUE(WriteFile(path, "two", 0600).ok());
  EXPECT_EQ(ReadFile(path).value(), "two");
  EXPECT_EQ(FileMode(path).value(), 0600u);
  ::unlink(path.c_str());
  EXPECT_EQ(ReadFile(path).status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(ReadFile(path).status().message().find(path), std::string::npos);
}

TEST(RandomTest, UuidsAreVersionFourAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = NewUuid();
    ASSERT_EQ(uuid.size(), 36u);
    EXPECT_EQ(uuid[14], '4');
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST(ClockTest, FakeClockSleepsInNoTimeAndStops) {
  FakeClock clock;
  std::stop_source stop;
  EXPECT_TRUE(clock.Sleep(absl::Hours(1), stop.get_token()));
  EXPECT_EQ(clock.slept(), absl::Hours(1));
  stop.request_stop();
  EXPECT_FALSE(clock.Sleep(absl::Hours(1), stop.get_token()));
  EXPECT_EQ(clock.slept(), absl::Hours(1));
}

TEST(ClockTest, RealSleepEndsAtOnceWhenStopped) {
  RealClock clock;
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(clock.Sleep(absl::Hours(1), stop.get_token()));
  EXPECT_TRUE(clock.Sleep(absl::Milliseconds(1), std::stop_token()));
}

TEST(LoggerTest, WritesOneJsonObjectALine) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  FdLogger logger(pipe_ends[1], LogLevel::kDebug);
  logger.Trace("below the threshold");
  logger.Warn("bad\xff bytes", {{"kind", "pool"}});
  ::close(pipe_ends[1]);
  char buffer[512] = {};
  ASSERT_GT(::read(pipe_ends[0], buffer, sizeof buffer - 1), 0);
  ::close(pipe_ends[0]);
  const auto line = ParseJson(buffer);
  ASSERT_TRUE(line.ok()) << buffer;
  EXPECT_EQ(JsonString(*line, "@level"), "warn");
  EXPECT_EQ(JsonString(*line, "kind"), "pool");
}

}  // namespace
}  // namespace spcs
