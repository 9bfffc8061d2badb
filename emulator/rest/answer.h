// SPDX-License-Identifier: MPL-2.0
// Rows of SHOW and DESCRIBE as the objects of the REST API.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/engine/result.h"
#include "emulator/rest/kinds.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

// The cell of the row; nullopt for NULL and for a column that the result has not.
engine::Cell CellOf(const engine::ResultSet& result, const engine::Row& row, absl::string_view column);

// Every member of the table; null where the account has no value.
nlohmann::json ObjectOf(absl::Span<const Field> fields, const engine::ResultSet& result, const engine::Row& row);

// One object a row.
nlohmann::json ListOf(absl::Span<const Field> fields, const engine::ResultSet& result);

// The only value of a result of one row and one column, as SELECT of a function has it: "" for NULL.
std::string ScalarOf(const engine::ResultSet& result);

}  // namespace spcs::rest
