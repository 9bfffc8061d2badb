// SPDX-License-Identifier: MPL-2.0
// Whose object a state speaks of. "Does not exist or not authorized" is one answer for two things; what is remembered
// here in the private state of a resource tells them apart, and keeps a state from being used with another account.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "provider/resources/account.h"
#include "provider/resources/object_row.h"
#include "provider/tf/resource.h"

namespace spcs::resources {

// Names under which a resource's private state remembers whose object it is.
inline constexpr char kPrivateAccount[] = "account";  // locator of the account
inline constexpr char kPrivateRole[] = "role";        // role that last read it
inline constexpr char kPrivateOwner[] = "owner";      // role that owned it then

// FailedPrecondition when the state was made in another account than the one connected to.
absl::Status CheckSameAccount(tf::Context& context, Session& session);

// Remembers account and role, behind a read or a create that has succeeded.
absl::Status RememberAccount(tf::Context& context, Session& session);

// The same, with the owner where the row tells it.
absl::Status RememberOwner(tf::Context& context, Session& session, const ObjectRow& row);

// Of an import by identity: remembers the account that it names, so that the read that follows refuses another one.
void RememberAccountOf(tf::Context& context, const tf::Value& identity);

// That, and the state with what the identity names; the other attributes are null.
tf::Value StateFromIdentity(tf::Context& context, const tf::Schema& schema, const tf::Value& identity);

// OK when an object that `describe` (a DESCRIBE, or a SHOW … LIKE) does not find is gone for certain, seen as the role
// that last read it:
//   - its schema or database is visible to that role, or is gone for certain itself;
//   - an object of the account: that role owned it.
// Otherwise PermissionDenied with both roles: it may be there and not be visible. `noun` is the kind for sentences.
absl::Status RequireGone(tf::Context& context, Session& session, const snowflake::Statement& describe,
                         const std::string& noun, const snowflake::ObjectName& name);

}  // namespace spcs::resources
