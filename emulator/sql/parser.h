// SPDX-License-Identifier: MPL-2.0
// Text to Statement. Called by the engine for each statement; refuses what it does not know, never guesses.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// Parses exactly one statement (a trailing semicolon is allowed). Errors are the service's, with code and SQL state.
absl::StatusOr<Statement> Parse(absl::string_view sql);

}  // namespace spcs::sql
