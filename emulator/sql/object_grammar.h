// SPDX-License-Identifier: MPL-2.0
// CREATE, ALTER, DROP, SHOW and DESCRIBE of the kinds that are a name and a list of properties, from one table.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// nullopt, with the cursor back at its start, when the statement is about no kind of the table.
absl::StatusOr<std::optional<Statement>> ParseObjectStatement(TokenCursor& cursor);

}  // namespace spcs::sql
