// SPDX-License-Identifier: MPL-2.0
// The REST object API as a translation: a request becomes statements, their results become JSON. It holds nothing and
// decides nothing: rules, privileges, states and errors are the account's, as with SQL. Called by
// emulator_http::RestSurface.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/http/message.h"
#include "emulator/rest/kinds.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

// Whether the path is of this API. /api/v2/statements and /api/v2/results are not.
bool Serves(absl::string_view path);

// The body of the answer with 200. HttpStatusOf() tells the status of an error. Deterministic: with the same results of
// `run` it asks for the same statements, so a request can be taken up again later.
absl::StatusOr<nlohmann::json> Serve(const emulator_http::HttpRequest& request, const Run& run);

}  // namespace spcs::rest
