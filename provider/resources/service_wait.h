// SPDX-License-Identifier: MPL-2.0
// Waits until a service runs what was asked for, and knows why it does not.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/resources/account.h"
#include "provider/resources/object_row.h"
#include "provider/tf/resource.h"

namespace spcs::resources {

struct WaitOptions {
  absl::Time deadline;
  bool fail_fast_on_capacity = false;
};

struct ReadyService {
  ObjectRow row;                            // of SHOW SERVICES
  std::map<std::string, std::string> urls;  // of its public endpoints, by name
};

// Returns once no upgrade is under way, every instance runs the specification in force, every container is READY and
// each public endpoint has a real URL. A container that ends, a missing image and the like end the wait at once, with
// container, status, message, restart count and the tail of its log. Each minute of the wait is logged once; lack of
// capacity, which is waited for until the deadline, with the pool, the instances wanted and placed, and its message.
absl::StatusOr<ReadyService> WaitUntilReady(tf::Context& context, Session& session, const snowflake::ObjectName& name,
                                            const WaitOptions& options);

}  // namespace spcs::resources
