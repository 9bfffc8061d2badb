// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/compute_json.h"

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace spcs::runtime {
namespace {

const absl::Time kThen = absl::FromUnixSeconds(1'800'000'000);

// What the next start of the emulator finds of a workload with one instance, whose container was in `state`.
Instance AfterRestart(bool job, const ContainerState& state) {
  Workload before;
  before.job = job;
  before.instances.emplace_back();
  before.instances[0].placed = kThen;
  before.instances[0].observed["main"] = state;
  Workload after;
  after.job = job;
  WorkloadFromJson(WorkloadToJson(before), after);
  return after.instances.at(0);
}

TEST(ComputeJsonTest, WhatRanOfAJobHasFailed) {
  const Instance running = AfterRestart(true, {.phase = Phase::kReady, .started = kThen});
  ASSERT_EQ(running.observed.count("main"), 1u);
  EXPECT_EQ(running.observed.at("main").phase, Phase::kFailed);
  EXPECT_EQ(running.observed.at("main").last_exit_code, kKilledExitCode);
  EXPECT_EQ(running.observed.at("main").ended, kThen);
  const absl::Time later = kThen + absl::Seconds(5);
  const Instance done =
      AfterRestart(true, {.phase = Phase::kDone, .started = kThen, .ended = later, .last_exit_code = 0});
  EXPECT_EQ(done.observed.at("main").phase, Phase::kDone);
  EXPECT_EQ(done.observed.at("main").ended, later);
}

TEST(ComputeJsonTest, WhatHasNotStartedDoesAndServicesStartAnew) {
  EXPECT_TRUE(AfterRestart(true, {}).observed.empty());
  EXPECT_TRUE(AfterRestart(false, {.phase = Phase::kReady, .started = kThen}).observed.empty());
}

}  // namespace
}  // namespace spcs::runtime
