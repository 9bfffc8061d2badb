// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/show_grammar.h"

#include "absl/algorithm/container.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

bool StartsClause(const TokenCursor& cursor) {
  return cursor.AtEnd() || cursor.Is("STARTS WITH") || cursor.Is("LIMIT") || cursor.Peek().text == ";";
}

// What stands after IN.
absl::Status ParseIn(TokenCursor& cursor, absl::Span<const absl::string_view> scopes, ShowClauses& show) {
  for (const absl::string_view scope : scopes) {
    if (!cursor.Try(scope)) continue;
    show.in = std::string(scope);
    if (scope == "ACCOUNT" || StartsClause(cursor)) return absl::OkStatus();
    ASSIGN_OR_RETURN(show.in_name, cursor.ExpectName());
    return absl::OkStatus();
  }
  const bool schema = absl::c_linear_search(scopes, "SCHEMA");
  if (!schema && !absl::c_linear_search(scopes, "DATABASE")) return cursor.Unexpected();
  show.in = schema ? "SCHEMA" : "DATABASE";
  ASSIGN_OR_RETURN(show.in_name, cursor.ExpectName());
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseShowClauses(TokenCursor& cursor, absl::Span<const absl::string_view> scopes, ShowClauses& show) {
  if (cursor.Try("LIKE")) {
    ASSIGN_OR_RETURN(show.like, cursor.ExpectString());
  }
  if (!scopes.empty() && cursor.Try("IN")) RETURN_IF_ERROR(ParseIn(cursor, scopes, show));
  if (cursor.Try("STARTS WITH")) {
    ASSIGN_OR_RETURN(show.starts_with, cursor.ExpectString());
  }
  if (cursor.Try("LIMIT")) {
    const absl::Status bad = cursor.Unexpected();
    ASSIGN_OR_RETURN(show.limit, cursor.ExpectInt());
    if (*show.limit < 1 || *show.limit > 10000) return bad;
    if (cursor.Try("FROM")) {
      ASSIGN_OR_RETURN(show.from, cursor.ExpectString());
    }
  }
  return cursor.ExpectEnd();
}

}  // namespace spcs::sql
