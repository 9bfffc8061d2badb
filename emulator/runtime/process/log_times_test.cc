// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/log_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace spcs::runtime::process {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

class LogTimesTest : public ::testing::Test {
 protected:
  LogTimesTest() { std::filesystem::remove(file_ + ".previous"); }
  ~LogTimesTest() override { std::filesystem::remove(file_); }
  void Write(const std::string& text) { std::ofstream(file_, std::ios::app) << text; }
  std::vector<PrintedLine> Read(int second, bool previous = false, int64_t most = 1000) {
    return times_.Read(file_, previous, most, kStart + absl::Seconds(second));
  }
  static PrintedLine Line(int second, int nanoseconds, const char* text) {
    return {kStart + absl::Seconds(second) + absl::Nanoseconds(nanoseconds), text};
  }

  const std::string file_ =
      ::testing::TempDir() + "/" + ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".log";
  LogTimes times_;
};

TEST_F(LogTimesTest, LinesHaveTheTimeAtWhichTheyWereSeen) {
  EXPECT_THAT(Read(0), IsEmpty());
  Write("one\ntwo\n");
  times_.Observe(file_, kStart + absl::Seconds(1));
  times_.Observe(file_, kStart + absl::Seconds(2));
  Write("three\n");
  EXPECT_THAT(Read(5), ElementsAre(Line(1, 0, "one"), Line(1, 4, "two"), Line(5, 0, "three")));
  EXPECT_THAT(Read(9), ElementsAre(Line(1, 0, "one"), Line(1, 4, "two"), Line(5, 0, "three")));
  EXPECT_THAT(Read(9, false, 10), ElementsAre(Line(1, 4, "two"), Line(5, 0, "three")));
}

TEST_F(LogTimesTest, TheProcessBeforeHasAFileOfItsOwn) {
  Write("one\n");
  EXPECT_THAT(Read(1), ElementsAre(Line(1, 0, "one")));
  EXPECT_THAT(Read(1, true), IsEmpty());
  std::filesystem::rename(file_, file_ + ".previous");
  Write("two\n");
  EXPECT_THAT(Read(3), ElementsAre(Line(3, 0, "two")));
  EXPECT_THAT(Read(3, true), ElementsAre(Line(1, 0, "one")));
}

TEST_F(LogTimesTest, OldMarksAreThinnedOut) {
  for (int i = 0; i < 6000; ++i) {
    Write("x\n");
    times_.Observe(file_, kStart + absl::Seconds(i));
  }
  const std::vector<PrintedLine> lines = Read(6000, false, 1 << 20);
  ASSERT_EQ(lines.size(), 6000U);
  for (size_t i = 1; i < lines.size(); ++i) ASSERT_LT(lines[i - 1].at, lines[i].at) << i;
  EXPECT_EQ(lines.back().at, kStart + absl::Seconds(5999));
}

}  // namespace
}  // namespace spcs::runtime::process
