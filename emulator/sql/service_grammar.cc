// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/service_grammar.h"

namespace spcs::sql {

absl::StatusOr<std::optional<Statement>> ParseServiceStatement(TokenCursor& cursor) {
  (void)cursor;
  return std::nullopt;
}

}  // namespace spcs::sql
