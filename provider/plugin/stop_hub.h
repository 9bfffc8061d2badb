// SPDX-License-Identifier: MPL-2.0
// One switch for StopProvider: it stops the calls that run now. Calls that come later (a debugger's provider lives on
// for the next command) get a fresh token.
#pragma once

#include <memory>
#include <stop_token>

#include "provider/base/mutex.h"

namespace spcs::plugin {

// Thread-safe.
class StopHub {
 public:
  // The token for a call that begins now.
  std::stop_token Token() const {
    MutexLock lock(mu_);
    return source_->get_token();
  }

  // Stops every call that holds a token, none that begins later.
  void StopRunning() {
    auto old = std::make_unique<std::stop_source>();
    {
      MutexLock lock(mu_);
      old.swap(source_);
    }
    old->request_stop();  // runs callbacks: outside the lock
  }

 private:
  mutable Mutex mu_;
  // On the heap: GCC 12 takes a stop_source on the stack for uninitialised when it optimises for size.
  std::unique_ptr<std::stop_source> source_ ABSL_GUARDED_BY(mu_) = std::make_unique<std::stop_source>();
};

}  // namespace spcs::plugin
