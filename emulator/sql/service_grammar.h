// SPDX-License-Identifier: MPL-2.0
// The statements on compute pools, services, jobs and images. parser.cc asks here first.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// Parses the statement when it is about one of these kinds; nullopt, with the cursor back at its start, when it is
// about something else.
absl::StatusOr<std::optional<Statement>> ParseServiceStatement(TokenCursor& cursor);

}  // namespace spcs::sql
