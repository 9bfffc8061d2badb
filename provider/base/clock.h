// SPDX-License-Identifier: MPL-2.0
// Time and waiting as a dependency: nothing in the provider calls sleep() or now() by itself, so tests run in no time.
#pragma once

#include <stop_token>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "provider/base/mutex.h"

namespace spcs {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual absl::Time Now() const = 0;

  // Waits for `duration`. Returns false at once when `stop` is requested before that (Ctrl-C), true otherwise.
  virtual bool Sleep(absl::Duration duration, std::stop_token stop) = 0;
};

// The machine's clock.
class RealClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
  bool Sleep(absl::Duration duration, std::stop_token stop) override;
};

// A clock that stands still until somebody sleeps on it or moves it: Sleep() returns at once, later.
class FakeClock : public Clock {
 public:
  explicit FakeClock(absl::Time start = absl::FromUnixSeconds(1'800'000'000)) : now_(start) {}

  absl::Time Now() const override {
    MutexLock lock(mu_);
    return now_;
  }
  bool Sleep(absl::Duration duration, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    Advance(duration);
    return true;
  }
  void Advance(absl::Duration duration) {
    MutexLock lock(mu_);
    now_ += duration;
    slept_ += duration;
  }
  // Everything slept or advanced so far.
  absl::Duration slept() const {
    MutexLock lock(mu_);
    return slept_;
  }

 private:
  mutable Mutex mu_;
  absl::Time now_ ABSL_GUARDED_BY(mu_);
  absl::Duration slept_ ABSL_GUARDED_BY(mu_) = absl::ZeroDuration();
};

}  // namespace spcs
