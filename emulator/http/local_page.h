// SPDX-License-Identifier: MPL-2.0
// Who may talk to what has no password (admin API, console): programs on this machine and pages of the emulator's own.
// Containers may not, as in the account there is nothing of the kind.
// A page of somebody else in the developer's browser may not, also when its host name was made to resolve to the
// loopback address (DNS rebinding).
#pragma once

#include "absl/status/status.h"
#include "emulator/http/message.h"

namespace spcs::emulator_http {

// PermissionDenied, with what to do, for a container, and unless the Host header is 127.0.0.1, [::1] or localhost (any
// port) and an Origin header, if any, is of that same host. A request without Host comes from no browser and passes.
absl::Status CheckLocalPage(const HttpRequest& request);

}  // namespace spcs::emulator_http
