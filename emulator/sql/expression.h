// SPDX-License-Identifier: MPL-2.0
// Literals, bindings and function calls, as far as INSERT, SELECT and CALL need them.
#pragma once

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// 'text', 12, -1.5, TRUE, FALSE, NULL or ? (numbered from 1 within the statement).
absl::StatusOr<Value> ParseLiteral(TokenCursor& cursor);

// NAME(literal, …): a Value of type kFunction.
absl::StatusOr<Value> ParseCall(TokenCursor& cursor);

// A literal, a call, COUNT(*), a column name or *.
absl::StatusOr<Value> ParseExpression(TokenCursor& cursor);

}  // namespace spcs::sql
