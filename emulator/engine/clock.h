// SPDX-License-Identifier: MPL-2.0
// The emulator's one clock: the machine's time plus what tests and the admin API added. Every state machine reads it.
#pragma once

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "provider/base/mutex.h"

namespace spcs::engine {

// Thread-safe.
class EmulatorClock {
 public:
  EmulatorClock() = default;
  // A clock that stands still at `start` until it is advanced, for tests.
  explicit EmulatorClock(absl::Time start) : frozen_(true), base_(start) {}

  absl::Time Now() const {
    MutexLock lock(mu_);
    return (frozen_ ? base_ : absl::Now()) + ahead_;
  }
  // `duration` must not be negative: nothing in the engine expects time to go back.
  void Advance(absl::Duration duration) {
    MutexLock lock(mu_);
    ahead_ += duration;
  }
  // Everything advanced so far.
  absl::Duration ahead() const {
    MutexLock lock(mu_);
    return ahead_;
  }

 private:
  mutable Mutex mu_;
  const bool frozen_ = false;
  const absl::Time base_ = absl::UnixEpoch();
  absl::Duration ahead_ ABSL_GUARDED_BY(mu_) = absl::ZeroDuration();
};

}  // namespace spcs::engine
