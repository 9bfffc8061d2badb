// SPDX-License-Identifier: MPL-2.0
// Statements that change a driver's session, not the account.
//
//   USE ROLE r · USE WAREHOUSE w · USE [DATABASE] d · USE [SCHEMA] [d.]s   commands "USE ROLE" and so on; name
//   USE SECONDARY ROLES ALL | NONE                                          words["roles"]
//   ALTER SESSION SET p = v … · UNSET p, …                                  properties, any name; unset
//   COMMIT · ROLLBACK
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// nullopt, with the cursor back at its start, for another statement.
absl::StatusOr<std::optional<Statement>> ParseSessionStatement(TokenCursor& cursor);

// The refusal of the SQL API, which has no sessions, for a statement of this file; OK for any other.
absl::Status CheckNotSessionOnly(const Statement& statement);

}  // namespace spcs::sql
