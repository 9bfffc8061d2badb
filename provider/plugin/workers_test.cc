// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/workers.h"

#include <atomic>
#include <latch>
#include <thread>

#include "gtest/gtest.h"
#include "provider/plugin/stop_hub.h"

namespace spcs::plugin {
namespace {

void WaitUntilIdle(const Workers& workers) {
  while (workers.idle_count() != workers.thread_count()) std::this_thread::yield();
}

TEST(WorkersTest, StartsNoThreadBeforeItIsNeeded) {
  Workers workers(4);
  EXPECT_EQ(workers.thread_count(), 0u);
}

TEST(WorkersTest, RunsInParallelUpToTheLimit) {
  Workers workers(3);
  std::latch all_inside(3), release(1);
  for (int i = 0; i < 3; ++i) {
    workers.Submit([&] {
      all_inside.count_down();
      release.wait();
    });
  }
  all_inside.wait();  // hangs when fewer than three run at the same time
  std::latch fourth(1);
  workers.Submit([&] { fourth.count_down(); });
  EXPECT_EQ(workers.thread_count(), 3u);
  EXPECT_FALSE(fourth.try_wait());
  EXPECT_EQ(workers.idle_count(), 0u);
  release.count_down();
  fourth.wait();
}

TEST(WorkersTest, KeepsAnIdleThreadForTheNextWork) {
  Workers workers(8);
  for (int i = 0; i < 20; ++i) {
    std::latch done(1);
    workers.Submit([&] { done.count_down(); });
    done.wait();
    WaitUntilIdle(workers);
  }
  EXPECT_EQ(workers.thread_count(), 1u);
}

TEST(WorkersTest, WithoutAnyThreadTheCallerWorks) {
  Workers workers(0);
  bool done = false;
  workers.Submit([&] { done = true; });
  EXPECT_TRUE(done);
}

TEST(WorkersTest, FinishesEverythingBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    Workers workers(2);
    for (int i = 0; i < 100; ++i) workers.Submit([&] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(WorkersTest, ManySubmitters) {
  std::atomic<int> done = 0;
  {
    Workers workers(4);
    std::vector<std::thread> submitters;
    for (int i = 0; i < 4; ++i) {
      submitters.emplace_back([&] {
        for (int j = 0; j < 500; ++j) workers.Submit([&] { ++done; });
      });
    }
    for (std::thread& submitter : submitters) submitter.join();
    EXPECT_LE(workers.thread_count(), 4u);
  }
  EXPECT_EQ(done, 2000);
}

TEST(StopHubTest, StopsWhatRunsAndNotWhatComesLater) {
  StopHub hub;
  const std::stop_token running = hub.Token();
  int called = 0;
  const std::stop_callback callback(running, [&] {
    ++called;
    EXPECT_FALSE(hub.Token().stop_requested());  // would hang if callbacks ran under the lock
  });
  hub.StopRunning();
  EXPECT_TRUE(running.stop_requested());
  EXPECT_EQ(called, 1);
  EXPECT_FALSE(hub.Token().stop_requested());
}

}  // namespace
}  // namespace spcs::plugin
