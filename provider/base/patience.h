// SPDX-License-Identifier: MPL-2.0
// How long a wait goes on although it cannot look. An hour's wait must not end, and a job that runs must not be run
// again, because the network was away for a minute.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace spcs {

// Whether the same request may succeed later: nobody answered, too late, or the server is busy.
bool PassesByItself(const absl::Status& status);

// Used by one thread.
class Patience {
 public:
  explicit Patience(absl::Duration longest = absl::Minutes(5)) : longest_(longest) {}

  // Whether to look again after this outcome of a look, which came at `now`: true for OK, and for what passes by itself
  // until nothing else has come for `longest`.
  bool Bears(const absl::Status& outcome, absl::Time now);

 private:
  const absl::Duration longest_;
  absl::Time failing_since_ = absl::InfiniteFuture();
};

}  // namespace spcs
