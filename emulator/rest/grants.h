// SPDX-License-Identifier: MPL-2.0
// Privileges and roles: /roles/R/grants, grants:revoke, grants-of, grants-on. Future grants are not kept by the
// emulator's account, which says so.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/http/message.h"
#include "emulator/rest/kinds.h"
#include "emulator/rest/path.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

// SHOW GRANTS OF <what>, "ROLE R" or "SERVICE ROLE S!R".
absl::StatusOr<nlohmann::json> ListGrantsOf(absl::string_view what, const Run& run);

// nullopt when the request is none of these.
absl::StatusOr<std::optional<nlohmann::json>> ServeRoleCall(const emulator_http::HttpRequest& request,
                                                            const Target& target, const Run& run);

}  // namespace spcs::rest
