// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/access_token_grammar.h"

#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/properties.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

constexpr PropertySpec kToken[] = {
    {"ROLE_RESTRICTION", PropertyType::kString},
    {"DAYS_TO_EXPIRY", PropertyType::kInt},
    {"MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT", PropertyType::kInt},
    {"COMMENT", PropertyType::kString},
};

bool IsTokenVerb(const TokenCursor& cursor) {
  for (const absl::string_view verb : {"ADD", "REMOVE", "MODIFY", "ROTATE"}) {
    if (cursor.Is(absl::StrCat(verb, " PROGRAMMATIC ACCESS TOKEN")) || cursor.Is(absl::StrCat(verb, " PAT"))) {
      return true;
    }
  }
  return false;
}

bool TryVerb(TokenCursor& cursor, absl::string_view verb) {
  return cursor.Try(absl::StrCat(verb, " PROGRAMMATIC ACCESS TOKEN")) || cursor.Try(absl::StrCat(verb, " PAT"));
}

// After ALTER USER; nullopt when it is about something else.
absl::StatusOr<std::optional<Statement>> ParseAlter(TokenCursor& cursor) {
  Statement statement;
  statement.command = "ALTER USER";
  statement.kind = Kind::kUser;
  statement.if_exists = cursor.Try("IF EXISTS");
  if (!IsTokenVerb(cursor)) {
    absl::StatusOr<QualifiedName> name = cursor.ExpectName();
    if (!name.ok() || !IsTokenVerb(cursor)) return std::nullopt;
    statement.name = *std::move(name);
  }
  if (TryVerb(cursor, "ADD")) {
    statement.action = std::string(kAddToken);
    statement.if_not_exists = cursor.Try("IF NOT EXISTS");
  } else if (TryVerb(cursor, "REMOVE")) {
    statement.action = std::string(kRemoveToken);
  } else {
    return Unsupported(absl::StrCat("ALTER USER ", cursor.Peek().text, " PROGRAMMATIC ACCESS TOKEN"));
  }
  ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  if (statement.target.parts.size() != 1) return cursor.Unexpected();
  if (statement.action == kAddToken) {
    RETURN_IF_ERROR(ParseProperties(cursor, kToken, "PROGRAMMATIC_ACCESS_TOKEN", statement.properties));
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<std::optional<Statement>> ParseShow(TokenCursor& cursor) {
  Statement statement;
  statement.command = std::string(kShowTokens);
  statement.kind = Kind::kUser;
  if (cursor.Try("FOR USER")) {
    ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseAccessTokenStatement(TokenCursor& cursor) {
  const size_t start = cursor.position();
  absl::StatusOr<std::optional<Statement>> statement = std::nullopt;
  if (cursor.Try("ALTER USER")) {
    statement = ParseAlter(cursor);
  } else if (cursor.Try("SHOW USER PROGRAMMATIC ACCESS TOKENS") || cursor.Try("SHOW USER PATS")) {
    statement = ParseShow(cursor);
  }
  if (statement.ok() && !statement->has_value()) cursor.Rewind(start);
  return statement;
}

}  // namespace spcs::sql
