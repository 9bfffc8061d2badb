// SPDX-License-Identifier: MPL-2.0
// One switch for StopProvider: it stops the calls that run now. Calls that come later (a debugger's provider lives on
// for the next command) get a fresh token.
#pragma once

#include <stop_token>
#include <utility>

#include "provider/base/mutex.h"

namespace spcs::plugin {

// Thread-safe.
class StopHub {
 public:
  // The token for a call that begins now.
  std::stop_token Token() const {
    MutexLock lock(mu_);
    return source_.get_token();
  }

  // Stops every call that holds a token, none that begins later.
  void StopRunning() {
    std::stop_source old;
    {
      MutexLock lock(mu_);
      std::swap(old, source_);
    }
    old.request_stop();  // runs callbacks: outside the lock
  }

 private:
  mutable Mutex mu_;
  std::stop_source source_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::plugin
