// SPDX-License-Identifier: MPL-2.0
// Looks again and again, on the clock of the call, until something has come about: for what no listing shows. Waits on
// listings share a poller (provider/snowflake/poller.h).
//
//   return PollUntil<Row>(context, {}, deadline, [&]() -> absl::StatusOr<std::optional<Row>> { … },
//                         [&] { return absl::StrCat("pool ", name, " is still ", state); });
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "provider/base/clock.h"
#include "provider/base/patience.h"
#include "provider/base/status.h"
#include "provider/tf/resource.h"

namespace spcs::resources {

// Pauses between two looks.
struct Pace {
  absl::Duration first = absl::Seconds(1);
  double growth = 1.5;
  absl::Duration longest = absl::Seconds(10);
};

// The first value that `look` returns, or its error; nullopt means not yet, and so does an error that passes by itself
// unless it lasts. DeadlineExceeded or Cancelled with what `standing` says of the last look. Looks at least once.
template <class T>
absl::StatusOr<T> PollUntil(tf::Context& context, const Pace& pace, absl::Time deadline,
                            const std::function<absl::StatusOr<std::optional<T>>()>& look,
                            const std::function<std::string()>& standing) {
  Patience patience;
  for (absl::Duration pause = pace.first;; pause = std::min(pause * pace.growth, pace.longest)) {
    absl::StatusOr<std::optional<T>> found = look();
    const absl::Time now = context.clock.Now();
    if (!patience.Bears(found.status(), now)) return std::move(found).status();
    if (found.ok() && *found) return **std::move(found);
    if (now >= deadline) return found.ok() ? absl::DeadlineExceededError(standing()) : std::move(found).status();
    if (!context.clock.Sleep(pause, context.stop)) {
      return absl::CancelledError(absl::StrCat("stopped: ", standing(), "; it goes on by itself"));
    }
  }
}

}  // namespace spcs::resources
