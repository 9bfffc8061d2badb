// SPDX-License-Identifier: MPL-2.0
#include "provider/base/clock.h"

namespace spcs {

bool RealClock::Sleep(absl::Duration duration, std::stop_token stop) {
  Mutex mutex;
  CondVar never;
  const absl::Time end = absl::Now() + duration;
  MutexLock lock(mutex);
  for (absl::Duration left = duration; left > absl::ZeroDuration(); left = end - absl::Now()) {
    if (never.WaitFor(lock, absl::ToChronoNanoseconds(left), stop)) return false;
  }
  return !stop.stop_requested();
}

}  // namespace spcs
