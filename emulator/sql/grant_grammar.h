// SPDX-License-Identifier: MPL-2.0
// GRANT, REVOKE, SHOW GRANTS and SHOW PARAMETERS.
//
//   GRANT p, q ON kind name | ON ACCOUNT TO ROLE r   command "GRANT": values["privileges"], kind, name, target
//   GRANT OWNERSHIP ON kind name TO ROLE r           command "GRANT OWNERSHIP"
//   GRANT ROLE r TO ROLE|USER x                      command "GRANT ROLE": name = r, target = x, words["to"] ROLE|USER
//   REVOKE … FROM …                                  commands "REVOKE", "REVOKE ROLE"
//   SHOW GRANTS …                                    words["what"]: "", "ON", "TO ROLE", "TO USER", "OF ROLE"
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// nullopt, with the cursor back at its start, for another statement.
absl::StatusOr<std::optional<Statement>> ParseGrantStatement(TokenCursor& cursor);

}  // namespace spcs::sql
