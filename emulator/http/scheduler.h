// SPDX-License-Identifier: MPL-2.0
// Runs things later on one thread of its own: statements that were answered with 202, and their timeouts.
#pragma once

#include <functional>
#include <map>
#include <thread>

#include "absl/time/time.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

// Thread-safe.
class Scheduler {
 public:
  Scheduler();
  // Runs at once what is still waiting: what was accepted is not lost by a stop.
  ~Scheduler();

  // Runs `task` at `due` (machine time) or soon after. Tasks run one after the other and must not call Add().
  void Add(absl::Time due, std::function<void()> task);

 private:
  void Loop(std::stop_token stop);
  void RunDue(absl::Time now);

  Mutex mu_;
  CondVar changed_;
  std::multimap<absl::Time, std::function<void()>> tasks_ ABSL_GUARDED_BY(mu_);
  std::jthread thread_;
};

}  // namespace spcs::emulator_http
