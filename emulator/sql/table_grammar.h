// SPDX-License-Identifier: MPL-2.0
// CREATE TABLE and the column actions of ALTER TABLE; the rest of a table's life is in object_grammar.cc.
//
// A column is a Value of type kProperties with the keys NAME, TYPE, NULLABLE (TRUE/FALSE), DEFAULT (the expression's
// text, absent without one) and COMMENT; values["columns"] holds them. Actions of ALTER TABLE:
//   ADD COLUMN (columns) · DROP COLUMN (columns: NAME only) · RENAME COLUMN (words from, to) · ALTER COLUMN
//   (columns: NAME and what changes: TYPE, NULLABLE, COMMENT, or DROP_DEFAULT) · and SET, UNSET, RENAME TO.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// nullopt, with the cursor back at its start, for another statement. `sql` is the text that was tokenized.
absl::StatusOr<std::optional<Statement>> ParseTableStatement(TokenCursor& cursor, absl::string_view sql);

}  // namespace spcs::sql
