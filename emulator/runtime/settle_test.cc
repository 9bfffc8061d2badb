// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/settle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "emulator/runtime/compute_json.h"

namespace spcs::runtime {
namespace {

using ::testing::ElementsAre;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

absl::Time At(int seconds) {
  return kStart + absl::Seconds(seconds);
}

class SettleTest : public ::testing::Test {
 protected:
  SettleTest() {
    world_.pool.name = "POOL";
    world_.pool.family = "CPU_X64_S";
    world_.pool.auto_suspend_secs = 600;
    world_.pool.settled = kStart;
    world_.rules.node = {.milli_cpu = 3000, .memory = 13LL << 30, .gpus = 0};
    Reconsider(world_, kStart);
  }

  static InstancePlan Plan(Behaviour behaviour = {}) {
    InstancePlan plan;
    plan.request = {.milli_cpu = 2000, .memory = 1 << 30};
    plan.containers = {{.name = "main", .image = "app", .probe = "path: /, port: 80", .behaviour = behaviour}};
    return plan;
  }

  Workload& Add(const std::string& name, int wanted, Behaviour behaviour = {}, bool job = false) {
    Workload& workload = world_.workloads.emplace_back();
    workload.id = static_cast<int64_t>(world_.workloads.size());
    workload.name = name;
    workload.job = job;
    workload.wanted = workload.min_ready = wanted;
    workload.digest = "v1";
    workload.plans["v1"] = Plan(behaviour);
    Reconsider(world_, world_.pool.settled);
    return workload;
  }

  PoolView PoolAt(int seconds) {
    Settle(world_, At(seconds));
    return ViewPool(world_, At(seconds));
  }
  WorkloadView WorkloadAt(int seconds, size_t index = 0) {
    Settle(world_, At(seconds));
    return ViewWorkload(world_, world_.workloads.at(index), At(seconds));
  }
  std::vector<std::string> Digests() {
    std::vector<std::string> digests;
    for (const Instance& instance : world_.workloads[0].instances) {
      digests.push_back(instance.digest + (instance.gone_at ? "-" : ""));
    }
    return digests;
  }
  void SetVersion(Workload& workload, const std::string& digest, int seconds, Behaviour behaviour = {}) {
    Settle(world_, At(seconds));
    workload.digest = digest;
    workload.plans[digest] = Plan(behaviour);
    Reconsider(world_, At(seconds));
  }

  World world_;
};

TEST_F(SettleTest, PoolStartsResizesAndSuspendsWhenIdle) {
  world_.pool.min_nodes = world_.pool.max_nodes = 3;
  Reconsider(world_, kStart);
  EXPECT_EQ(PoolAt(1).state, "STARTING");
  EXPECT_EQ(PoolAt(1).target_nodes, 3);
  bool resized = false;
  for (int second = 60; second <= 120; ++second) resized |= PoolAt(second).state == "RESIZING";
  EXPECT_TRUE(resized);
  EXPECT_EQ(PoolAt(121).state, "IDLE");
  EXPECT_EQ(PoolAt(121).idle_nodes, 3);
  EXPECT_EQ(PoolAt(600).state, "IDLE");
  EXPECT_EQ(PoolAt(720).state, "STOPPING");
  EXPECT_EQ(PoolAt(745).state, "SUSPENDED");
  EXPECT_EQ(PoolAt(745).target_nodes, 0);
  EXPECT_EQ(NextEvent(world_), absl::InfiniteFuture());
}

TEST_F(SettleTest, ResultDoesNotDependOnHowOftenItIsAsked) {
  World once = world_;
  for (int second = 1; second <= 800; ++second) PoolAt(second);
  Settle(once, At(800));
  EXPECT_EQ(PoolToJson(once.pool), PoolToJson(world_.pool));
}

TEST_F(SettleTest, ServiceRunsOnceNodesAreUp) {
  Add("S", 1);
  EXPECT_EQ(WorkloadAt(10).status, "PENDING");
  const InstanceView waiting = ViewInstance(world_, world_.workloads[0], world_.workloads[0].instances[0], At(10));
  EXPECT_EQ(waiting.containers[0].message, "Compute pool node(s) are being provisioned.");
  EXPECT_EQ(WorkloadAt(130).status, "RUNNING");
  EXPECT_EQ(PoolAt(130).state, "ACTIVE");
  EXPECT_EQ(PoolAt(100'000).state, "ACTIVE");  // never suspended while a service runs
  EXPECT_TRUE(world_.workloads[0].first_ready.has_value());
}

TEST_F(SettleTest, EveryInstanceHasAnAddressOfItsOwn) {
  // Far more than a hash of as many places can tell apart.
  Add("S", 800);
  Reconsider(world_, kStart);
  std::set<std::string> addresses;
  for (const Instance& instance : world_.workloads[0].instances) addresses.insert(instance.ip);
  EXPECT_EQ(addresses.size(), 800u);
}

TEST_F(SettleTest, SecondInstanceNeedsASecondNode) {
  Add("S", 2);
  EXPECT_EQ(WorkloadAt(1000).status, "PENDING");  // 2 x 2 vCPU on one node of 3
  const Instance& second = world_.workloads[0].instances[1];
  EXPECT_EQ(ViewInstance(world_, world_.workloads[0], second, At(1000)).containers[0].message,
            "Unschedulable due to insufficient resources.");
  world_.pool.max_nodes = 2;
  Reconsider(world_, At(1000));
  EXPECT_EQ(PoolAt(1001).state, "RESIZING");
  EXPECT_EQ(WorkloadAt(1130).status, "RUNNING");
  EXPECT_EQ(PoolAt(1130).active_nodes, 2);
}

TEST_F(SettleTest, ScalingDownTouchesOnlyTheSurplus) {
  world_.pool.min_nodes = world_.pool.max_nodes = 3;
  Add("S", 3);
  Settle(world_, At(200));
  const absl::Time first_created = world_.workloads[0].instances[0].created;
  // First the pool, then the service, as a plan may order them.
  world_.pool.min_nodes = world_.pool.max_nodes = 2;
  Reconsider(world_, At(200));
  world_.workloads[0].wanted = world_.workloads[0].min_ready = 2;
  Reconsider(world_, At(201));
  EXPECT_EQ(WorkloadAt(201).status, "RUNNING");
  EXPECT_EQ(world_.workloads[0].instances.size(), 2u);
  EXPECT_EQ(world_.workloads[0].instances[0].created, first_created);
  EXPECT_EQ(world_.workloads[0].instances[1].created, first_created);
  EXPECT_EQ(PoolAt(300).active_nodes, 2);
}

TEST_F(SettleTest, UpgradeRollsFromTheHighestInstanceDown) {
  world_.pool.min_nodes = world_.pool.max_nodes = 2;
  Workload& service = Add("S", 2);
  Settle(world_, At(200));
  SetVersion(service, "v2", 200);
  EXPECT_TRUE(WorkloadAt(200).is_upgrading);
  EXPECT_THAT(Digests(), ElementsAre("v1", "v1-"));
  Settle(world_, At(205));  // 5 s to terminate
  EXPECT_THAT(Digests(), ElementsAre("v1", "v2"));
  Settle(world_, At(210));  // 6 s until it is ready
  EXPECT_THAT(Digests(), ElementsAre("v1", "v2"));
  Settle(world_, At(211));
  EXPECT_THAT(Digests(), ElementsAre("v1-", "v2"));
  EXPECT_TRUE(WorkloadAt(221).is_upgrading);
  EXPECT_FALSE(WorkloadAt(222).is_upgrading);
  EXPECT_EQ(WorkloadAt(222).status, "RUNNING");
  EXPECT_THAT(Digests(), ElementsAre("v2", "v2"));
  EXPECT_EQ(service.plans.size(), 1u);
}

TEST_F(SettleTest, BrokenUpgradeStopsAtTheFirstInstance) {
  world_.pool.min_nodes = world_.pool.max_nodes = 2;
  Workload& service = Add("S", 2);
  Settle(world_, At(200));
  SetVersion(service, "v2", 200, {.exit = Exit{.after = absl::Seconds(1), .code = 1}});
  EXPECT_TRUE(WorkloadAt(2000).is_upgrading);
  EXPECT_THAT(Digests(), ElementsAre("v1", "v2"));
  SetVersion(service, "v3", 2000);
  EXPECT_FALSE(WorkloadAt(2100).is_upgrading);
  EXPECT_THAT(Digests(), ElementsAre("v3", "v3"));
}

TEST_F(SettleTest, CrashingServiceIsFailed) {
  Add("S", 1, {.exit = Exit{.after = absl::Seconds(1), .code = 7}});
  EXPECT_EQ(WorkloadAt(134).status, "FAILED");
  const InstanceView view = ViewInstance(world_, world_.workloads[0], world_.workloads[0].instances[0], At(134));
  EXPECT_EQ(view.status, "FAILED");
  EXPECT_EQ(view.containers[0].status, "FAILED");
  EXPECT_THAT(view.containers[0].message, testing::HasSubstr("Exit code 7"));
  EXPECT_GE(view.containers[0].state.restart_count, 1);
}

TEST_F(SettleTest, JobEndsIsKeptAndExpires) {
  Add("J", 2, {.exit = Exit{.after = absl::Seconds(30), .code = 0}}, true);
  world_.pool.max_nodes = 2;
  Reconsider(world_, kStart);
  EXPECT_EQ(WorkloadAt(1).status, "PENDING");
  EXPECT_EQ(WorkloadAt(125).status, "RUNNING");
  EXPECT_EQ(PoolAt(125).num_jobs, 1);
  EXPECT_EQ(WorkloadAt(200).status, "DONE");
  EXPECT_EQ(PoolAt(200).num_jobs, 0);
  EXPECT_EQ(PoolAt(200).active_nodes, 0);
  EXPECT_EQ(WorkloadAt(13 * 86'400).status, "DONE");
  EXPECT_FALSE(world_.workloads[0].gone);
  Settle(world_, At(15 * 86'400));
  EXPECT_TRUE(world_.workloads[0].gone);
}

TEST_F(SettleTest, JobDoesNotWaitForItsSidecar) {
  Workload& job = Add("J", 1, {.exit = Exit{.after = absl::Seconds(30), .code = 0}}, true);
  job.plans["v1"].containers.push_back({.name = "stage-mount", .sidecar = true});
  EXPECT_EQ(WorkloadAt(200).status, "DONE");
  EXPECT_EQ(ViewInstance(world_, job, job.instances[0], At(200)).containers[1].status, "DONE");
}

TEST_F(SettleTest, FailedJobAndCancelledJob) {
  Add("J", 1, {.exit = Exit{.after = absl::Seconds(30), .code = 2}}, true);
  EXPECT_EQ(WorkloadAt(300).status, "FAILED");
  Add("K", 1, {}, true);
  EXPECT_EQ(WorkloadAt(400, 1).status, "RUNNING");
  world_.workloads[1].cancelled = true;
  Reconsider(world_, At(400));
  EXPECT_EQ(WorkloadAt(401, 1).status, "CANCELLING");
  EXPECT_EQ(WorkloadAt(410, 1).status, "CANCELLED");
}

TEST_F(SettleTest, SuspendedPoolSuspendsServicesAndLetsJobsEnd) {
  world_.pool.max_nodes = 2;
  Add("S", 1);
  Add("J", 1, {.exit = Exit{.after = absl::Seconds(500), .code = 0}}, true);
  Settle(world_, At(300));
  SuspendPool(world_, At(300));
  Reconsider(world_, At(300));
  EXPECT_EQ(WorkloadAt(301).status, "SUSPENDING");
  EXPECT_EQ(WorkloadAt(310).status, "SUSPENDED");
  EXPECT_EQ(PoolAt(400).state, "STOPPING");
  EXPECT_EQ(WorkloadAt(400, 1).status, "RUNNING");
  EXPECT_EQ(WorkloadAt(700, 1).status, "DONE");
  EXPECT_EQ(PoolAt(760).state, "SUSPENDED");
  ResumePool(world_, At(800));
  ResumeWorkload(world_.workloads[0], At(800));
  Reconsider(world_, At(800));
  EXPECT_EQ(PoolAt(801).state, "STARTING");
  EXPECT_EQ(WorkloadAt(801).status, "PENDING");
  EXPECT_EQ(WorkloadAt(930).status, "RUNNING");
}

TEST_F(SettleTest, SuspendBeforeTheFirstNodeIsImmediate) {
  SuspendPool(world_, At(5));
  Reconsider(world_, At(5));
  EXPECT_EQ(PoolAt(5).state, "SUSPENDED");
}

TEST_F(SettleTest, DroppedServiceIsDeletingForAMoment) {
  Workload& service = Add("S", 1);
  Settle(world_, At(200));
  DeleteWorkload(world_, service, At(200));
  Reconsider(world_, At(200));
  EXPECT_EQ(WorkloadAt(201).status, "DELETING");
  EXPECT_FALSE(world_.workloads[0].gone);
  Settle(world_, At(206));
  EXPECT_TRUE(world_.workloads[0].gone);
}

TEST_F(SettleTest, ShortageHoldsNodesBackUntilItEnds) {
  World world = world_;
  world.rules.short_of_capacity = true;
  world.pool.nodes.clear();
  Reconsider(world, kStart);
  Settle(world, At(10'000));
  const PoolView view = ViewPool(world, At(10'000));
  EXPECT_EQ(view.state, "STARTING");
  EXPECT_EQ(view.error_code, "392507");
  EXPECT_THAT(view.status_message, testing::HasSubstr("CPU_X64_S"));
  world.rules.short_of_capacity = false;
  Reconsider(world, At(10'000));
  EXPECT_EQ(ViewPool(world, At(10'001)).error_code, "");
  Settle(world, At(10'120));
  EXPECT_EQ(ViewPool(world, At(10'120)).state, "IDLE");
}

TEST_F(SettleTest, KilledContainerRestarts) {
  Workload& service = Add("S", 1);
  Settle(world_, At(200));
  EXPECT_FALSE(KillContainer(service, 0, "other", At(200)));
  EXPECT_FALSE(KillContainer(service, 1, "main", At(200)));
  EXPECT_TRUE(KillContainer(service, 0, "main", At(200)));
  const InstanceView view = ViewInstance(world_, service, service.instances[0], At(203));
  EXPECT_EQ(view.containers[0].state.restart_count, 1);
  EXPECT_EQ(view.containers[0].state.started, At(200));
}

TEST_F(SettleTest, RelabelRestartsNothing) {
  Workload& service = Add("S", 1);
  Settle(world_, At(200));
  RelabelWorkload(service, "v9");
  Reconsider(world_, At(200));
  EXPECT_FALSE(WorkloadAt(200).is_upgrading);
  EXPECT_EQ(WorkloadAt(200).status, "RUNNING");
  EXPECT_THAT(Digests(), ElementsAre("v9"));
}

TEST_F(SettleTest, SpeedZeroDoesEverythingAtOnce) {
  world_.rules.speed = 0;
  world_.pool.nodes.clear();
  Workload& service = Add("S", 1);
  EXPECT_EQ(ViewWorkload(world_, service, kStart).status, "RUNNING");
  EXPECT_EQ(ViewPool(world_, kStart).state, "ACTIVE");
  service.digest = "v2";
  service.plans["v2"] = Plan();
  Reconsider(world_, kStart);
  EXPECT_FALSE(ViewWorkload(world_, service, kStart).is_upgrading);
  DeleteWorkload(world_, service, kStart);
  Reconsider(world_, kStart);
  EXPECT_TRUE(service.gone);
}

TEST_F(SettleTest, SurvivesTheStore) {
  world_.pool.max_nodes = 2;
  Workload& service = Add("S", 2);
  Settle(world_, At(200));
  KillContainer(service, 1, "main", At(200));
  SetVersion(service, "v2", 201);
  Pool pool;
  PoolFromJson(PoolToJson(world_.pool), pool);
  EXPECT_EQ(PoolToJson(pool), PoolToJson(world_.pool));
  Workload again;
  WorkloadFromJson(WorkloadToJson(service), again);
  EXPECT_EQ(WorkloadToJson(again), WorkloadToJson(service));
}

}  // namespace
}  // namespace spcs::runtime
