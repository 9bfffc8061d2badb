// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/container_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spcs::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

absl::Time At(int seconds) {
  return kStart + absl::Seconds(seconds);
}

std::vector<std::string> Texts(const std::vector<PrintedLine>& lines) {
  std::vector<std::string> texts;
  for (const PrintedLine& line : lines) texts.push_back(line.text);
  return texts;
}

TEST(ContainerTimelineTest, BecomesReadyAndStaysUp) {
  const Behaviour behaviour;  // 4 s to start, 2 s to be ready
  const ContainerRun run{.placed = kStart};
  EXPECT_EQ(StateAt(behaviour, run, At(3), 1).phase, Phase::kPulling);
  EXPECT_EQ(StateAt(behaviour, run, At(3), 1).next, At(4));
  EXPECT_EQ(StateAt(behaviour, run, At(4), 1).phase, Phase::kStarting);
  const ContainerState ready = StateAt(behaviour, run, At(6), 1);
  EXPECT_EQ(ready.phase, Phase::kReady);
  EXPECT_EQ(ready.started, At(4));
  EXPECT_EQ(ready.next, std::nullopt);
  EXPECT_EQ(StateAt(behaviour, run, At(100'000), 1).restart_count, 0);
}

TEST(ContainerTimelineTest, SpeedDividesAndZeroIsAtOnce) {
  const Behaviour behaviour;
  const ContainerRun run{.placed = kStart};
  EXPECT_EQ(StateAt(behaviour, run, kStart + absl::Milliseconds(599), 10).phase, Phase::kStarting);
  EXPECT_EQ(StateAt(behaviour, run, kStart + absl::Milliseconds(600), 10).phase, Phase::kReady);
  EXPECT_EQ(StateAt(behaviour, run, kStart, 0).phase, Phase::kReady);
}

TEST(ContainerTimelineTest, FailingProbeNeverGetsReady) {
  Behaviour behaviour;
  behaviour.probe_passes = false;
  const ContainerState state = StateAt(behaviour, {.placed = kStart}, At(86'400), 1);
  EXPECT_EQ(state.phase, Phase::kStarting);
  EXPECT_EQ(state.next, std::nullopt);
}

TEST(ContainerTimelineTest, MissingImageStaysPulling) {
  Behaviour behaviour;
  behaviour.pull_passes = false;
  EXPECT_EQ(StateAt(behaviour, {.placed = kStart}, At(3), 1).phase, Phase::kPulling);
  const ContainerState state = StateAt(behaviour, {.placed = kStart}, At(5), 1);
  EXPECT_EQ(state.phase, Phase::kPullFailed);
  EXPECT_EQ(state.started, std::nullopt);
}

TEST(ContainerTimelineTest, CrashLoopCountsRestartsWithGrowingPauses) {
  Behaviour behaviour;
  behaviour.exit = Exit{.after = absl::Seconds(10), .code = 3};
  const ContainerRun run{.placed = kStart};
  // Runs 4-14, pause 10 s, runs 24-34, pause 20 s, runs 54-64.
  EXPECT_EQ(StateAt(behaviour, run, At(13), 1).phase, Phase::kReady);
  const ContainerState first = StateAt(behaviour, run, At(14), 1);
  EXPECT_EQ(first.phase, Phase::kFailed);
  EXPECT_EQ(first.last_exit_code, 3);
  EXPECT_EQ(first.restart_count, 0);
  EXPECT_EQ(first.next, At(24));
  const ContainerState second = StateAt(behaviour, run, At(24), 1);
  EXPECT_EQ(second.phase, Phase::kStarting);
  EXPECT_EQ(second.restart_count, 1);
  EXPECT_EQ(second.last_restart, At(24));
  EXPECT_EQ(StateAt(behaviour, run, At(53), 1).restart_count, 1);
  EXPECT_EQ(StateAt(behaviour, run, At(54), 1).restart_count, 2);
}

TEST(ContainerTimelineTest, LongCrashLoopIsPlayedFast) {
  Behaviour behaviour;
  behaviour.exit = Exit{.after = absl::Seconds(10), .code = 1};
  const ContainerState year = StateAt(behaviour, {.placed = kStart}, kStart + absl::Hours(24 * 365), 1000);
  EXPECT_NEAR(year.restart_count, 31'536'000'000.0 / 310, 200'000);
}

TEST(ContainerTimelineTest, AtSpeedZeroACrashLoopRests) {
  Behaviour behaviour;
  behaviour.exit = Exit{.after = absl::Seconds(10), .code = 1};
  const ContainerState state = StateAt(behaviour, {.placed = kStart}, At(1), 0);
  EXPECT_EQ(state.phase, Phase::kFailed);
  EXPECT_EQ(state.restart_count, kRestartsAtOnce);
  EXPECT_EQ(state.next, std::nullopt);
}

TEST(ContainerTimelineTest, JobEndsOnce) {
  Behaviour behaviour;
  behaviour.exit = Exit{.after = absl::Seconds(10), .code = 0};
  const ContainerState state = StateAt(behaviour, {.placed = kStart, .job = true}, At(1000), 1);
  EXPECT_EQ(state.phase, Phase::kDone);
  EXPECT_EQ(state.ended, At(14));
  EXPECT_EQ(state.restart_count, 0);
}

TEST(ContainerTimelineTest, KillRestartsAServiceAndFailsAJob) {
  const Behaviour behaviour;
  const ContainerRun service{.placed = kStart, .kills = {At(60)}};
  EXPECT_EQ(StateAt(behaviour, service, At(59), 1).restart_count, 0);
  const ContainerState restarted = StateAt(behaviour, service, At(61), 1);
  EXPECT_EQ(restarted.phase, Phase::kStarting);
  EXPECT_EQ(restarted.started, At(60));
  EXPECT_EQ(restarted.restart_count, 1);
  EXPECT_EQ(restarted.last_exit_code, kKilledExitCode);
  EXPECT_EQ(StateAt(behaviour, service, At(62), 1).phase, Phase::kReady);
  const ContainerState job = StateAt(behaviour, {.placed = kStart, .kills = {At(60)}, .job = true}, At(61), 1);
  EXPECT_EQ(job.phase, Phase::kFailed);
  EXPECT_EQ(job.ended, At(60));
}

TEST(ContainerTimelineTest, LogGrowsWithTime) {
  Behaviour behaviour;
  behaviour.exit = Exit{.after = absl::Seconds(10), .code = 0};
  behaviour.log = {{.text = "first"},
                   {.after = absl::Seconds(5), .text = "second"},
                   {.after = absl::Seconds(50), .text = "never"},
                   {.at_exit = true, .text = "last"}};
  const ContainerRun run{.placed = kStart, .job = true};
  EXPECT_THAT(Texts(LogAt(behaviour, run, At(3), 1)), IsEmpty());
  EXPECT_THAT(Texts(LogAt(behaviour, run, At(4), 1)), ElementsAre("first"));
  EXPECT_THAT(Texts(LogAt(behaviour, run, At(9), 1)), ElementsAre("first", "second"));
  const std::vector<PrintedLine> all = LogAt(behaviour, run, At(1000), 1);
  EXPECT_THAT(Texts(all), ElementsAre("first", "second", "last"));
  EXPECT_EQ(all[0].at, At(4));
  EXPECT_EQ(all[1].at, At(9) + absl::Nanoseconds(1));
  EXPECT_EQ(all[2].at, At(14) + absl::Nanoseconds(3));
  EXPECT_EQ(PreviousLogAt(behaviour, run, At(1000), 1), std::nullopt);
}

TEST(ContainerTimelineTest, LogOfTheProcessBefore) {
  Behaviour behaviour;
  behaviour.log = {{.text = "first"}, {.after = absl::Seconds(5), .text = "second"}};
  const ContainerRun killed{.placed = kStart, .kills = {At(6)}};
  EXPECT_EQ(PreviousLogAt(behaviour, killed, At(5), 1), std::nullopt);
  EXPECT_THAT(Texts(*PreviousLogAt(behaviour, killed, At(20), 1)), ElementsAre("first"));
  EXPECT_EQ(PreviousLogAt(behaviour, killed, At(20), 1)->at(0).at, At(4));
  EXPECT_EQ(LogAt(behaviour, killed, At(20), 1).at(0).at, At(6));
  behaviour.exit = Exit{.after = absl::Seconds(7), .code = 1};
  behaviour.log.push_back({.at_exit = true, .text = "boom"});
  EXPECT_THAT(Texts(*PreviousLogAt(behaviour, {.placed = kStart}, At(22), 1)), ElementsAre("first", "second", "boom"));
  EXPECT_THAT(Texts(*PreviousLogAt(behaviour, {.placed = kStart}, kStart, 0)), ElementsAre("first", "second", "boom"));
}

}  // namespace
}  // namespace spcs::runtime
