// SPDX-License-Identifier: MPL-2.0
// A line of a container's log with the time it was printed at: what both runtimes give SYSTEM$GET_SERVICE_LOGS.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace spcs::runtime {

struct PrintedLine {
  absl::Time at;  // no two lines of a container have the same: followers of a log tell lines apart by it
  std::string text;

  bool operator==(const PrintedLine&) const = default;
};

}  // namespace spcs::runtime
