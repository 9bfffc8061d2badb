// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/scheduler.h"

#include <utility>

#include "absl/time/clock.h"

namespace spcs::emulator_http {

Scheduler::Scheduler() : thread_([this](std::stop_token stop) { Loop(stop); }) {}

Scheduler::~Scheduler() {
  thread_.request_stop();
  thread_.join();
  RunDue(absl::InfiniteFuture());
}

void Scheduler::Add(absl::Time due, std::function<void()> task) {
  {
    MutexLock lock(mu_);
    tasks_.emplace(due, std::move(task));
  }
  changed_.NotifyAll();
}

void Scheduler::RunDue(absl::Time now) {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mu_);
      if (tasks_.empty() || tasks_.begin()->first > now) return;
      task = std::move(tasks_.begin()->second);
      tasks_.erase(tasks_.begin());
    }
    task();
  }
}

void Scheduler::Loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    RunDue(absl::Now());
    MutexLock lock(mu_);
    const absl::Duration wait =
        tasks_.empty() ? absl::Hours(1) : std::min(absl::Hours(1), tasks_.begin()->first - absl::Now());
    if (wait > absl::ZeroDuration()) changed_.WaitFor(lock, absl::ToChronoNanoseconds(wait), stop);
  }
}

}  // namespace spcs::emulator_http
