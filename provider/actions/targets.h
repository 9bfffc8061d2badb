// SPDX-License-Identifier: MPL-2.0
// The pools and services that actions work on: their attributes, and their state right now.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/resources/account.h"
#include "provider/resources/object_row.h"
#include "provider/tf/action.h"
#include "provider/tf/model.h"

namespace spcs::actions {

tf::Required PoolNameAttribute();
tf::Required ServiceDatabaseAttribute();
tf::Required ServiceSchemaAttribute();
tf::Required ServiceNameAttribute();
// "30m"; the action gives up waiting after it.
tf::Optional TimeoutAttribute();
absl::Duration TimeoutOf(const tf::String& timeout);

absl::StatusOr<snowflake::ObjectName> PoolName(const tf::String& name);
absl::StatusOr<snowflake::ObjectName> ServiceName(const tf::String& database, const tf::String& schema,
                                                  const tf::String& name);

// The pool's row of a SHOW that was begun after this call. NotFound when the role sees no such pool.
absl::StatusOr<resources::ObjectRow> PoolNow(resources::Session& session, const snowflake::ObjectName& pool,
                                             std::stop_token stop);

// The row of DESCRIBE SERVICE. NotFound when the role sees no such service.
absl::StatusOr<resources::ObjectRow> ServiceNow(resources::Session& session, const snowflake::ObjectName& service,
                                                std::stop_token stop);

// ALTER COMPUTE POOL … RESUME and the like: the keyword stands behind the name.
absl::Status AlterPool(tf::Context& context, resources::Session& session, const snowflake::ObjectName& pool,
                       snowflake::Keyword verb);
absl::Status AlterService(tf::Context& context, resources::Session& session, const snowflake::ObjectName& service,
                          snowflake::Keyword verb);

// Waits until the service is SUSPENDED. DeadlineExceeded with its last status.
absl::Status AwaitSuspended(tf::Context& context, resources::Session& session, const snowflake::ObjectName& service,
                            absl::Time deadline);

}  // namespace spcs::actions
