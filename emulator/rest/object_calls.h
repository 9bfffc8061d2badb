// SPDX-License-Identifier: MPL-2.0
// The calls that every kind has: list, fetch, create, drop, actions. Called by Serve() and Put().
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "emulator/http/message.h"
#include "emulator/rest/kinds.h"
#include "emulator/rest/path.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

// SHOW with like, startsWith, showLimit and fromName.
absl::StatusOr<nlohmann::json> List(const emulator_http::HttpRequest& request, const Target& target, const Run& run);
absl::StatusOr<nlohmann::json> Fetch(const Target& target, const Run& run);

// POST to a collection, with createMode.
absl::StatusOr<nlohmann::json> Create(const emulator_http::HttpRequest& request, const Target& target, const Run& run);
// The statement: `opening` is "CREATE ", "CREATE OR REPLACE "; `condition` is "" or "IF NOT EXISTS ".
absl::StatusOr<std::string> CreateSql(const emulator_http::HttpRequest& request, const Target& target,
                                      const nlohmann::json& body, absl::string_view opening,
                                      absl::string_view condition);

// DELETE with ifExists and, for what holds objects, restrict.
absl::StatusOr<nlohmann::json> Drop(const emulator_http::HttpRequest& request, const Target& target, const Run& run);
// POST …/name:action with ifExists.
absl::StatusOr<nlohmann::json> Act(const emulator_http::HttpRequest& request, const Target& target, const Run& run);
// What to say of an action that is none of the table's: 404, or that the emulator does not have it.
absl::Status NoSuchAction(const Target& target);
// GET …/name/part.
absl::StatusOr<nlohmann::json> ListPart(const Target& target, const Run& run);
// GET …/stages/name/files.
absl::StatusOr<nlohmann::json> ListFiles(const emulator_http::HttpRequest& request, const Target& target,
                                         const Run& run);

}  // namespace spcs::rest
