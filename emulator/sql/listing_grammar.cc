// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/listing_grammar.h"

#include "emulator/sql/show_grammar.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

constexpr absl::string_view kEmpty[] = {
    "SHOW USER FUNCTIONS", "SHOW PROCEDURES",       "SHOW TASKS",
    "SHOW STREAMS",        "SHOW SEQUENCES",        "SHOW PIPES",
    "SHOW STREAMLITS",     "SHOW NOTEBOOKS",        "SHOW ALERTS",
    "SHOW MODELS",         "SHOW GIT REPOSITORIES", "SHOW VIEWS",
    "SHOW EVENT TABLES",   "SHOW MASKING POLICIES", "SHOW ROW ACCESS POLICIES",
};
constexpr absl::string_view kScopes[] = {"ACCOUNT", "DATABASE", "SCHEMA"};

absl::StatusOr<std::optional<Statement>> TryListing(TokenCursor& cursor, absl::string_view command) {
  if (!cursor.Try(command)) return std::nullopt;
  Statement statement;
  statement.command = std::string(command);
  statement.kind = Kind::kTable;
  RETURN_IF_ERROR(ParseShowClauses(cursor, kScopes, statement.show));
  return std::optional<Statement>(std::move(statement));
}

}  // namespace

absl::Span<const absl::string_view> EmptyListings() {
  return kEmpty;
}

absl::StatusOr<std::optional<Statement>> ParseListing(TokenCursor& cursor) {
  for (const absl::string_view command : kEmpty) {
    ASSIGN_OR_RETURN(auto statement, TryListing(cursor, command));
    if (statement) return statement;
  }
  return TryListing(cursor, kShowObjects);
}

}  // namespace spcs::sql
