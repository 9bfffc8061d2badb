// SPDX-License-Identifier: MPL-2.0
// Expressions: literals, bindings, columns, function calls and operators. ParseValue() reads the whole grammar, for
// SELECT and DML; ParseLiteral() and ParseCall() its simple forms, for defaults of columns, parameters and CALL.
//
// An operator is a Value of type kOperator: `text` names it, `list` holds the operands.
//   + - * / % || = <> < <= > >= AND OR    two;  NOT, NEGATE, "IS NULL", DISTINCT (of an aggregate)  one
//   IN          the value, then the list;   BETWEEN  value, low, high;   LIKE, ILIKE  value, pattern
//   CASE        when, then, when, then, … and the last, when odd, is ELSE
//   CAST, TRY_CAST  the value; keys[0] is the type as ParseDataType() returns it
#pragma once

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// 'text', 12, -1.5, TRUE, FALSE, NULL or ? (numbered from 1 within the statement).
absl::StatusOr<Value> ParseLiteral(TokenCursor& cursor);

// NAME(literal, …): a Value of type kFunction.
absl::StatusOr<Value> ParseCall(TokenCursor& cursor);

// Any expression. Fails with the service's syntax error, or as unsupported for what stands in the service's grammar and
// not in this one: subqueries, window functions, paths into semi-structured values.
absl::StatusOr<Value> ParseValue(TokenCursor& cursor);

}  // namespace spcs::sql
