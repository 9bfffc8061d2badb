// SPDX-License-Identifier: MPL-2.0
// The clauses that SHOW statements share.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

// Reads [LIKE 'x'] [IN …] [STARTS WITH 'x'] [LIMIT n [FROM 'x']] up to the end of the statement. `scopes` names what
// may follow IN ("ACCOUNT", "DATABASE", "SCHEMA", "COMPUTE POOL", …); with "SCHEMA" among them a bare name after IN is
// a schema, else with "DATABASE" a database.
absl::Status ParseShowClauses(TokenCursor& cursor, absl::Span<const absl::string_view> scopes, ShowClauses& show);

}  // namespace spcs::sql
