// SPDX-License-Identifier: MPL-2.0
// What services and jobs share: their containers and logs, and waiting until a dropped one is gone.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "provider/resources/account.h"
#include "provider/resources/service_health.h"
#include "provider/snowflake/identifier.h"
#include "provider/tf/resource.h"

namespace spcs::resources {

// The containers of a service or job.
absl::StatusOr<std::vector<ContainerHealth>> ListContainers(Session& session, const snowflake::ObjectName& name,
                                                            std::stop_token stop);

// The last lines that a container has written; "" when there are none or they cannot be read.
std::string LogTail(Session& session, const snowflake::ObjectName& name, const ContainerHealth& container, int lines,
                    std::stop_token stop);

// The row of DESCRIBE SERVICE; nullopt when the service or job is not there.
absl::StatusOr<std::optional<ObjectRow>> DescribeService(Session& session, const snowflake::ObjectName& name,
                                                         std::stop_token stop);

// Drops the service or job and waits until it is gone, at most `timeout`. NotFound when it is gone already, or this
// role may not see it.
absl::Status DropAndWait(tf::Context& context, Session& session, const snowflake::ObjectName& name, bool force,
                         absl::Duration timeout);

}  // namespace spcs::resources
