// SPDX-License-Identifier: MPL-2.0
// SELECT, CALL and INSERT, in the small form that a control plane needs.
//
//   SELECT item [AS name], … [FROM t [ORDER BY column [DESC]] [LIMIT n]]  values["items"]: keys[0] is the column's name
//   SELECT * FROM TABLE(RESULT_SCAN('id'))                                command "RESULT_SCAN", words["query_id"]
//   INSERT INTO t [(a, b)] VALUES (…), (…)                                values["columns"], values["rows"]
//   CALL f(…)                                                             values["items"], one item
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// nullopt, with the cursor back at its start, for another statement. `sql` is the text that was tokenized.
absl::StatusOr<std::optional<Statement>> ParseQuery(TokenCursor& cursor, absl::string_view sql);

}  // namespace spcs::sql
