// SPDX-License-Identifier: MPL-2.0
// What a database or schema holds: asked before it is dropped, and at no other time.
#pragma once

#include "absl/status/status.h"
#include "provider/resources/sql_object.h"
#include "provider/tf/resource.h"
#include "provider/tf/value.h"

namespace spcs::resources {

// FailedPrecondition with the list when the database or schema of `state` holds objects that the role sees, of whatever
// kind the account can list. What the service itself puts there does not count.
absl::Status RefuseUnlessEmpty(tf::Context& context, SqlObject& object, const tf::Value& state);

}  // namespace spcs::resources
