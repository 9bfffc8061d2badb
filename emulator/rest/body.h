// SPDX-License-Identifier: MPL-2.0
// Requests taken apart: flags of the query string, bodies, and the properties of CREATE and ALTER that they ask for.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/http/message.h"
#include "emulator/rest/kinds.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

// A truth value of the query string in any case; false when it is not there, 400 when it is something else.
absl::StatusOr<bool> Flag(const emulator_http::HttpRequest& request, const std::string& name);

// The body as a JSON object; 415 for another content type, 400 for another body.
absl::StatusOr<nlohmann::json> ParseBody(const emulator_http::HttpRequest& request);

// 400 for a member that the table has not: here it is a slip of the client, what the service does is not documented.
absl::Status CheckMembers(absl::Span<const Field> fields, const nlohmann::json& body);

// The member as SQL; 400 when it is absent or of another type.
absl::StatusOr<std::string> Required(absl::string_view member, Type type, const nlohmann::json& body);

// " MIN_NODES = 1 COMMENT = 'x'": the body's properties among `fields`, in the table's order, as far as they have one
// of the uses. Members that are null count as absent.
absl::StatusOr<std::string> Properties(absl::Span<const Field> fields, const std::vector<Use>& uses,
                                       const nlohmann::json& body);

// 400 when a PUT of the body would change the member, an identifier, from what it is: that the service refuses this is
// inferred.
absl::Status CheckUnchanged(absl::string_view member, const nlohmann::json& body, const nlohmann::json& current);

// "AUTO_RESUME, COMMENT": what a PUT of the body resets.
std::string Omitted(absl::Span<const Field> fields, const nlohmann::json& body);

}  // namespace spcs::rest
