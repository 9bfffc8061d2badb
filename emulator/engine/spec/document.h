// SPDX-License-Identifier: MPL-2.0
// A service specification as a tree whose members are all known (shape.h), in the order in which the service prints
// them. Made by Read(), checked by Check(), filled up by Complete(), printed by Write(). The service handlers of the
// engine are the callers.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace spcs::spec {

using Document = nlohmann::ordered_json;

// 395018/22023: "Invalid spec: <text>."
absl::Status Invalid(absl::string_view text);

// The list at a path of members ("spec", "containers"), empty when there is none.
const Document& ListAt(const Document& document, std::initializer_list<const char*> path);

// A member's text, "" when it is absent.
std::string TextOf(const Document& object, const char* member);

// SHA-256 of the document, whatever the order of its members: equal digests mean equal specifications.
std::string DigestOf(const Document& document);
// SHA-256 of a text, as 64 hexadecimal digits.
std::string Sha256(absl::string_view text);

// "DB.SC.NAME" texts of what the specification refers to; as written.
std::vector<std::string> StagesOf(const Document& document);   // "@db.sc.stage/path"
std::vector<std::string> SecretsOf(const Document& document);  // "db.sc.secret"
bool HasPublicEndpoint(const Document& document);
bool HasBlockVolume(const Document& document);

// Names of the service roles; every service also has ALL_ENDPOINTS_USAGE, which is not among them.
std::vector<std::string> ServiceRolesOf(const Document& document);

}  // namespace spcs::spec
