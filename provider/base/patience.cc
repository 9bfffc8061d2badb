// SPDX-License-Identifier: MPL-2.0
#include "provider/base/patience.h"

#include <algorithm>

namespace spcs {

bool PassesByItself(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status);
}

bool Patience::Bears(const absl::Status& outcome, absl::Time now) {
  if (outcome.ok()) {
    failing_since_ = absl::InfiniteFuture();
    return true;
  }
  failing_since_ = std::min(failing_since_, now);
  return PassesByItself(outcome) && now - failing_since_ < longest_;
}

}  // namespace spcs
