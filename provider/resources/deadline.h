// SPDX-License-Identifier: MPL-2.0
// A stop token that also fires when a time is up: for long transfers, which know stopping but no deadline.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "provider/base/clock.h"

namespace spcs::resources {

class Deadline {
 public:
  // The time is the machine's: a transfer takes as long as it takes.
  Deadline(const std::stop_token& outer, absl::Duration limit)
      : limit_(limit), forward_(outer, [this] { source_.request_stop(); }), timer_([this](std::stop_token ended) {
          if (!RealClock().Sleep(limit_, ended)) return;
          passed_ = true;
          source_.request_stop();
        }) {}

  std::stop_token token() { return source_.get_token(); }

  // The status, or DeadlineExceeded in place of a cancellation that the deadline has caused.
  absl::Status Explain(const absl::Status& status) const {
    if (!absl::IsCancelled(status) || !passed_) return status;
    return absl::DeadlineExceededError(absl::StrCat("not done within ", absl::FormatDuration(limit_)));
  }

 private:
  const absl::Duration limit_;
  std::stop_source source_;
  std::stop_callback<std::function<void()>> forward_;
  std::atomic<bool> passed_ = false;
  std::jthread timer_;  // ends first
};

}  // namespace spcs::resources
