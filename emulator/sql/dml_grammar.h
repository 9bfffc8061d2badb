// SPDX-License-Identifier: MPL-2.0
// INSERT, UPDATE, DELETE and TRUNCATE.
//
//   INSERT INTO t [(a, b)] VALUES (…), (…)   values["columns"]; values["rows"]: kList each; a cell may be kWord DEFAULT
//   INSERT INTO t [(a, b)] SELECT …          the SELECT in Statement::query
//   UPDATE t SET a = …, b = … [WHERE …]      values["columns"], values["rows"]: one list of as many values;
//                                            values["where"]
//   DELETE FROM t [WHERE …]                  values["where"]
//   TRUNCATE [TABLE] [IF EXISTS] t
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// nullopt, with the cursor back at its start, for another statement. `sql` is the text that was tokenized.
absl::StatusOr<std::optional<Statement>> ParseDml(TokenCursor& cursor, absl::string_view sql);

}  // namespace spcs::sql
