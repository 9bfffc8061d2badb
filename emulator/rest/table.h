// SPDX-License-Identifier: MPL-2.0
// The columns of tables, which their one-line table of members cannot say. Called through Kind.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "emulator/http/message.h"
#include "emulator/rest/kinds.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

// " (ID NUMBER(38,0) NOT NULL, …)". Types and defaults are read and written anew: they are SQL inside JSON.
absl::StatusOr<CreateWords> TableWords(const emulator_http::HttpRequest& request, const nlohmann::json& body);

// ADD COLUMN, ALTER COLUMN and DROP COLUMN, from the current columns to the body's. Renaming is no change of a PUT: a
// column of another name is another column.
absl::StatusOr<std::vector<std::string>> TableChanges(nlohmann::json& body, const nlohmann::json& current);

// Adds the columns.
absl::Status CompleteTable(const std::string& name, const Run& run, nlohmann::json& table);

}  // namespace spcs::rest
