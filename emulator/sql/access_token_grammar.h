// SPDX-License-Identifier: MPL-2.0
// The statements on programmatic access tokens. PAT and PATS are short for the long words.
//
//   ALTER USER [IF EXISTS] [u] ADD PROGRAMMATIC ACCESS TOKEN [IF NOT EXISTS] t [ROLE_RESTRICTION = 'r']
//     [DAYS_TO_EXPIRY = n] [MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT = n] [COMMENT = 'c']
//   ALTER USER [IF EXISTS] [u] REMOVE PROGRAMMATIC ACCESS TOKEN t
//   ALTER USER [IF EXISTS] [u] ROTATE PROGRAMMATIC ACCESS TOKEN t [EXPIRE_ROTATED_TOKEN_AFTER_HOURS = n]
//   ALTER USER [IF EXISTS] [u] MODIFY PROGRAMMATIC ACCESS TOKEN t RENAME TO n
//   ALTER USER [IF EXISTS] [u] MODIFY PROGRAMMATIC ACCESS TOKEN t SET [DISABLED = b]
//     [MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT = n] [COMMENT = 'c']
//   SHOW USER PROGRAMMATIC ACCESS TOKENS [FOR USER u]
//
// `name` is the user, empty for the session's own; `target` the token; names["new_name"] what it is renamed to; the
// action of the command "ALTER USER" one of those below.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

inline constexpr absl::string_view kAddToken = "ADD PROGRAMMATIC ACCESS TOKEN";
inline constexpr absl::string_view kRemoveToken = "REMOVE PROGRAMMATIC ACCESS TOKEN";
inline constexpr absl::string_view kRotateToken = "ROTATE PROGRAMMATIC ACCESS TOKEN";
inline constexpr absl::string_view kModifyToken = "MODIFY PROGRAMMATIC ACCESS TOKEN";
inline constexpr absl::string_view kShowTokens = "SHOW USER PROGRAMMATIC ACCESS TOKENS";

// Whether an ALTER USER is about a token.
bool IsTokenAction(absl::string_view action);

// nullopt, with the cursor back at its start, for another statement.
absl::StatusOr<std::optional<Statement>> ParseAccessTokenStatement(TokenCursor& cursor);

}  // namespace spcs::sql
