// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/session_grammar.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/expression.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

Statement Begin(absl::string_view command) {
  Statement statement;
  statement.command = std::string(command);
  return statement;
}

// The name of an object of account level, or of a schema.
absl::StatusOr<Statement> ParseUseName(TokenCursor& cursor, absl::string_view what, size_t most_parts) {
  Statement statement = Begin(absl::StrCat("USE ", what));
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (statement.name.parts.size() > most_parts) return cursor.Unexpected();
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ParseUse(TokenCursor& cursor) {
  if (cursor.Try("SECONDARY ROLES")) {
    Statement statement = Begin("USE SECONDARY ROLES");
    if (!cursor.Is("ALL") && !cursor.Is("NONE")) return cursor.Unexpected();
    statement.words["roles"] = absl::AsciiStrToUpper(cursor.Next().text);
    RETURN_IF_ERROR(cursor.ExpectEnd());
    return statement;
  }
  for (const absl::string_view what : {"ROLE", "WAREHOUSE", "DATABASE"}) {
    if (cursor.Try(what)) return ParseUseName(cursor, what, 1);
  }
  if (cursor.Try("SCHEMA")) return ParseUseName(cursor, "SCHEMA", 2);
  ASSIGN_OR_RETURN(Statement statement, ParseUseName(cursor, "DATABASE", 2));
  if (statement.name.parts.size() == 2) statement.command = "USE SCHEMA";
  return statement;
}

// Parameters have no common table: the engine knows their names.
absl::Status ParseParameters(TokenCursor& cursor, Statement& statement) {
  do {
    ASSIGN_OR_RETURN(const Identifier name, cursor.ExpectIdentifier());
    RETURN_IF_ERROR(cursor.ExpectSymbol("="));
    ASSIGN_OR_RETURN(Value value, ParseLiteral(cursor));
    statement.properties.push_back({name.name, std::move(value)});
    cursor.TrySymbol(",");
  } while (!cursor.AtEnd() && cursor.Peek().text != ";");
  return absl::OkStatus();
}

absl::StatusOr<Statement> ParseAlterSession(TokenCursor& cursor) {
  Statement statement = Begin("ALTER SESSION");
  if (cursor.Try("SET")) {
    statement.action = "SET";
    RETURN_IF_ERROR(ParseParameters(cursor, statement));
  } else {
    RETURN_IF_ERROR(cursor.Expect("UNSET"));
    statement.action = "UNSET";
    do {
      ASSIGN_OR_RETURN(const Identifier name, cursor.ExpectIdentifier());
      statement.unset.push_back(name.name);
    } while (cursor.TrySymbol(","));
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseSessionStatement(TokenCursor& cursor) {
  absl::StatusOr<Statement> statement;
  if (cursor.Try("USE")) {
    statement = ParseUse(cursor);
  } else if (cursor.Try("ALTER SESSION")) {
    statement = ParseAlterSession(cursor);
  } else if (cursor.Is("COMMIT") || cursor.Is("ROLLBACK")) {
    statement = Begin(absl::AsciiStrToUpper(cursor.Next().text));
    RETURN_IF_ERROR(cursor.ExpectEnd());
  } else {
    return std::nullopt;
  }
  if (!statement.ok()) return statement.status();
  return std::optional<Statement>(*std::move(statement));
}

absl::Status CheckNotSessionOnly(const Statement& statement) {
  if (absl::StartsWith(statement.command, "USE ")) return UnsupportedType("USE");
  for (const absl::string_view command : {"ALTER SESSION", "COMMIT", "ROLLBACK"}) {
    if (statement.command == command) return UnsupportedType(command);
  }
  return absl::OkStatus();
}

}  // namespace spcs::sql
