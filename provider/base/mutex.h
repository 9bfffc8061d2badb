// SPDX-License-Identifier: MPL-2.0
// A mutex over std::mutex that clang's thread-safety analysis and TSan both understand: Debian's absl::Mutex is not
// instrumented, so TSan reports races that do not exist.
//
//   Mutex mu_;
//   int hits_ ABSL_GUARDED_BY(mu_) = 0;
//   ...
//   MutexLock lock(mu_);
//   while (hits_ == 0) changed_.Wait(lock);
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "absl/base/thread_annotations.h"

namespace spcs {

class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

// Holds the mutex for its own life. Unlock() and Lock() allow a gap in the middle.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { lock_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { lock_.unlock(); }

 private:
  friend class CondVar;
  std::unique_lock<std::mutex> lock_;
};

// Wakes waiters. Wakes may be spurious: wait in a loop over the condition.
class CondVar {
 public:
  void Wait(MutexLock& lock) { condition_.wait(lock.lock_); }

  // Returns true when `stop` was requested, false on a wake or after `timeout`.
  bool WaitFor(MutexLock& lock, std::chrono::nanoseconds timeout, std::stop_token stop) {
    // The condition is false before the wait and true after any wake. This overload loses no stop that comes between.
    bool woken = false;
    condition_.wait_for(lock.lock_, stop, timeout, [&] { return std::exchange(woken, true); });
    return stop.stop_requested();
  }

  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace spcs
