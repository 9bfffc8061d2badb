// SPDX-License-Identifier: MPL-2.0
// Threads for calls that take time (a read waits for the network). They are started when needed, at most `limit` of
// them, and kept for later calls; what does not fit waits its turn.
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "provider/base/mutex.h"

namespace spcs::plugin {

// Thread-safe.
class Workers {
 public:
  explicit Workers(size_t limit) : limit_(limit) {}
  // Waits for everything submitted so far.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Runs `work` soon; here and now when there is no thread for it and none can be had. It must not throw.
  void Submit(std::function<void()> work);

  // Threads started so far, and those of them that wait for work.
  size_t thread_count() const;
  size_t idle_count() const;

 private:
  void StartThread() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Run();

  const size_t limit_;
  mutable Mutex mu_;
  CondVar work_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mu_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mu_);
  size_t idle_ ABSL_GUARDED_BY(mu_) = 0;
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace spcs::plugin
