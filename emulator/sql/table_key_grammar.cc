// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/table_key_grammar.h"

#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

Value TextValue(std::string text) {
  Value value;
  value.type = Value::Type::kString;
  value.text = std::move(text);
  return value;
}

absl::Status ParseColumns(TokenCursor& cursor, Value& key) {
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  do {
    ASSIGN_OR_RETURN(Identifier name, cursor.ExpectIdentifier());
    key.list.push_back(TextValue(std::move(name.name)));
  } while (cursor.TrySymbol(","));
  return cursor.ExpectSymbol(")");
}

absl::Status CheckForeign(const TokenCursor& cursor) {
  for (const absl::string_view words : {"REFERENCES", "FOREIGN KEY"}) {
    if (cursor.Is(words)) return Unsupported(absl::StrCat("constraint ", words));
  }
  return absl::OkStatus();
}

// Whether the word is a column: no function's name, no type behind :: and no key behind :.
bool IsColumn(const Token& before, const Token& token, const Token& after) {
  if (token.kind == TokenKind::kQuoted) return before.text != ":";
  return token.kind == TokenKind::kWord && after.text != "(" && before.text != "::" && before.text != ":";
}

// One expression, up to a comma or the parenthesis that ends the list.
absl::Status ParseExpression(TokenCursor& cursor, absl::string_view sql, Statement& statement) {
  const size_t from = cursor.position();
  Value expression;
  int depth = 0;
  Token before;
  while (depth > 0 || (cursor.Peek().text != "," && cursor.Peek().text != ")")) {
    if (cursor.AtEnd() || cursor.Peek().text == ";") return cursor.Unexpected();
    if (cursor.Peek().text == "(") ++depth;
    if (cursor.Peek().text == ")") --depth;
    if (IsColumn(before, cursor.Peek(), cursor.Peek(1))) {
      before = cursor.Peek();
      ASSIGN_OR_RETURN(Identifier name, cursor.ExpectIdentifier());
      expression.list.push_back(TextValue(std::move(name.name)));
    } else {
      before = cursor.Next();
    }
  }
  if (cursor.position() == from) return cursor.Unexpected();
  expression.type = Value::Type::kString;
  expression.text = std::string(cursor.Span(sql, from, cursor.position()));
  statement.values["cluster_by"].push_back(std::move(expression));
  return absl::OkStatus();
}

absl::StatusOr<bool> TryDropKey(TokenCursor& cursor, Statement& statement) {
  Value key;
  if (cursor.Try("DROP PRIMARY KEY")) {
    key.text = "PRIMARY KEY";
  } else if (cursor.Try("DROP UNIQUE")) {
    key.text = "UNIQUE";
    RETURN_IF_ERROR(ParseColumns(cursor, key));
  } else if (cursor.Try("DROP CONSTRAINT")) {
    ASSIGN_OR_RETURN(Identifier name, cursor.ExpectIdentifier());
    key.name.parts = {std::move(name)};
  } else {
    return false;
  }
  if (!cursor.Try("CASCADE")) cursor.Try("RESTRICT");
  statement.action = "DROP KEY";
  statement.values["keys"].push_back(std::move(key));
  return true;
}

}  // namespace

absl::StatusOr<bool> TryKey(TokenCursor& cursor, const std::string& column, Statement& statement) {
  RETURN_IF_ERROR(CheckForeign(cursor));
  Value key;
  const bool named = cursor.Try("CONSTRAINT");
  if (named) {
    ASSIGN_OR_RETURN(Identifier name, cursor.ExpectIdentifier());
    key.name.parts = {std::move(name)};
    RETURN_IF_ERROR(CheckForeign(cursor));
  }
  if (cursor.Try("PRIMARY KEY")) {
    key.text = "PRIMARY KEY";
  } else if (cursor.Try("UNIQUE")) {
    key.text = "UNIQUE";
  } else {
    return named ? absl::StatusOr<bool>(cursor.Unexpected()) : absl::StatusOr<bool>(false);
  }
  if (column.empty()) {
    RETURN_IF_ERROR(ParseColumns(cursor, key));
  } else {
    key.list.push_back(TextValue(column));
  }
  if (!cursor.Try("NOT ENFORCED") && cursor.Is("ENFORCED")) return Unsupported("constraint ENFORCED");
  statement.values["keys"].push_back(std::move(key));
  return true;
}

absl::Status ParseClusterBy(TokenCursor& cursor, absl::string_view sql, Statement& statement) {
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  do {
    RETURN_IF_ERROR(ParseExpression(cursor, sql, statement));
  } while (cursor.TrySymbol(","));
  return cursor.ExpectSymbol(")");
}

absl::StatusOr<bool> TryAlterKeys(TokenCursor& cursor, absl::string_view sql, Statement& statement) {
  if (cursor.Try("CLUSTER BY")) {
    statement.action = "CLUSTER BY";
    RETURN_IF_ERROR(ParseClusterBy(cursor, sql, statement));
    return true;
  }
  if (cursor.Try("DROP CLUSTERING KEY")) {
    statement.action = "CLUSTER BY";
    return true;
  }
  const size_t start = cursor.position();
  if (cursor.Try("ADD")) {
    statement.action = "ADD KEY";
    ASSIGN_OR_RETURN(const bool key, TryKey(cursor, "", statement));
    if (key) return true;
    cursor.Rewind(start);
  }
  return TryDropKey(cursor, statement);
}

absl::StatusOr<std::optional<Statement>> TryShowKeys(TokenCursor& cursor) {
  for (const absl::string_view command : {"SHOW PRIMARY KEYS", "SHOW UNIQUE KEYS"}) {
    if (!cursor.Try(command)) continue;
    Statement statement;
    statement.command = std::string(command);
    statement.kind = Kind::kTable;
    RETURN_IF_ERROR(cursor.Expect("IN"));
    for (const absl::string_view scope : {"ACCOUNT", "DATABASE", "SCHEMA"}) {
      if (cursor.Is(scope)) return Unsupported(absl::StrCat(command, " IN ", scope));
    }
    cursor.Try("TABLE");
    ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
    RETURN_IF_ERROR(cursor.ExpectEnd());
    return std::optional<Statement>(std::move(statement));
  }
  return std::optional<Statement>();
}

}  // namespace spcs::sql
