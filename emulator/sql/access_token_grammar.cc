// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/access_token_grammar.h"

#include "absl/strings/str_cat.h"
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

constexpr PropertySpec kRotation[] = {{"EXPIRE_ROTATED_TOKEN_AFTER_HOURS", PropertyType::kInt}};

constexpr PropertySpec kModified[] = {
    {"DISABLED", PropertyType::kBool},
    {"MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT", PropertyType::kInt},
    {"COMMENT", PropertyType::kString},
};

constexpr absl::string_view kActions[] = {kAddToken, kRemoveToken, kRotateToken, kModifyToken};

// "ADD PAT" for "ADD PROGRAMMATIC ACCESS TOKEN".
std::string Short(absl::string_view action) {
  return absl::StrCat(action.substr(0, action.find(' ')), " PAT");
}

bool IsTokenVerb(const TokenCursor& cursor) {
  for (const absl::string_view action : kActions) {
    if (cursor.Is(action) || cursor.Is(Short(action))) return true;
  }
  return false;
}

// What stands behind the token's name.
absl::Status ParseRest(TokenCursor& cursor, Statement& statement) {
  constexpr absl::string_view kKind = "PROGRAMMATIC_ACCESS_TOKEN";
  if (statement.action == kAddToken) return ParseProperties(cursor, kToken, kKind, statement.properties);
  if (statement.action == kRotateToken) return ParseProperties(cursor, kRotation, kKind, statement.properties);
  if (statement.action != kModifyToken) return absl::OkStatus();
  if (cursor.Try("SET")) {
    if (cursor.AtEnd()) return cursor.Unexpected();
    return ParseProperties(cursor, kModified, kKind, statement.properties);
  }
  if (!cursor.Try("RENAME TO")) return cursor.Unexpected();
  ASSIGN_OR_RETURN(QualifiedName name, cursor.ExpectName());
  if (name.parts.size() != 1) return cursor.Unexpected();
  statement.names["new_name"] = std::move(name);
  return absl::OkStatus();
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
  for (const absl::string_view action : kActions) {
    if (!cursor.Try(action) && !cursor.Try(Short(action))) continue;
    statement.action = std::string(action);
    break;
  }
  if (statement.action == kAddToken) statement.if_not_exists = cursor.Try("IF NOT EXISTS");
  ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  if (statement.target.parts.size() != 1) return cursor.Unexpected();
  RETURN_IF_ERROR(ParseRest(cursor, statement));
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

bool IsTokenAction(absl::string_view action) {
  for (const absl::string_view one : kActions) {
    if (action == one) return true;
  }
  return false;
}

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
