// SPDX-License-Identifier: MPL-2.0
// What goes wrong in the REST object API, and the HTTP status of each. What the account refuses keeps the account's
// code and text.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace spcs::rest {

// 400: the request itself is malformed. `what` is a clause: "body: 'min_nodes' must be a whole number".
absl::Status BadRequest(absl::string_view what);
// 404 for a path, 405 for a method of a path that exists.
absl::Status NoSuchEndpoint();
absl::Status NoSuchMethod();
// 415.
absl::Status NotJson();

// 404 for what does not exist or is not authorized, 409 for what exists, 403 for a missing privilege, 408 for a
// statement that took too long, 400 for every other refusal; 500 for a fault of the emulator itself. Which status the
// service gives to the other refusals is inferred.
int HttpStatusOf(const absl::Status& error);

// The code for the body: the account's, else the HTTP status.
std::string CodeOf(const absl::Status& error);

}  // namespace spcs::rest
