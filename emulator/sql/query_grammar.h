// SPDX-License-Identifier: MPL-2.0
// SELECT from one table or none, and CALL.
//
//   SELECT [DISTINCT] item [AS name], … [FROM t [[AS] alias]] [WHERE …] [GROUP BY …] [HAVING …]
//     [ORDER BY value [ASC|DESC] [NULLS FIRST|LAST], …] [LIMIT n] [OFFSET n]
//                                          values["items"]: the last of keys is the column's name; values["where"],
//                                          ["group_by"], ["having"]; values["order_by"]: kList of one value with keys
//                                          "ASC"/"DESC" and "", "FIRST" or "LAST"; words["alias"], words["offset"]
//   SELECT * FROM TABLE(RESULT_SCAN('id'))   command "RESULT_SCAN", words["query_id"]
//   CALL f(…)                                values["items"], one item
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// nullopt, with the cursor back at its start, for another statement. `sql` is the text that was tokenized.
absl::StatusOr<std::optional<Statement>> ParseQuery(TokenCursor& cursor, absl::string_view sql);

// A SELECT from its first word on to where it ends; what follows is the caller's.
absl::StatusOr<Statement> ParseSelect(TokenCursor& cursor, absl::string_view sql);

}  // namespace spcs::sql
