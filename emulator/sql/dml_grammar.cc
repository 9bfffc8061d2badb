// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/dml_grammar.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/expression.h"
#include "emulator/sql/query_grammar.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

absl::StatusOr<Statement> Begin(TokenCursor& cursor, absl::string_view command) {
  Statement statement;
  statement.command = std::string(command);
  statement.kind = Kind::kTable;
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  return statement;
}

absl::StatusOr<Value> ParseColumn(TokenCursor& cursor) {
  ASSIGN_OR_RETURN(QualifiedName name, cursor.ExpectName());
  Value column;
  column.type = Value::Type::kName;
  column.text = name.name();
  column.name = std::move(name);
  return column;
}

// A value, or the word DEFAULT.
absl::StatusOr<Value> ParseCell(TokenCursor& cursor) {
  if (!cursor.Try("DEFAULT")) return ParseValue(cursor);
  Value value;
  value.type = Value::Type::kWord;
  value.text = "DEFAULT";
  return value;
}

absl::StatusOr<Value> ParseRow(TokenCursor& cursor) {
  Value row;
  row.type = Value::Type::kList;
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  do {
    ASSIGN_OR_RETURN(Value cell, ParseCell(cursor));
    row.list.push_back(std::move(cell));
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  return row;
}

absl::Status ParseWhere(TokenCursor& cursor, Statement& statement) {
  for (const absl::string_view word : {"FROM", "USING"}) {
    if (cursor.Is(word)) return Unsupported(absl::StrCat(statement.command, " with ", word, " a second table"));
  }
  if (!cursor.Try("WHERE")) return absl::OkStatus();
  ASSIGN_OR_RETURN(Value where, ParseValue(cursor));
  statement.values["where"].push_back(std::move(where));
  return absl::OkStatus();
}

absl::StatusOr<Statement> ParseInsert(TokenCursor& cursor, absl::string_view sql) {
  ASSIGN_OR_RETURN(Statement statement, Begin(cursor, "INSERT"));
  if (cursor.TrySymbol("(")) {
    do {
      ASSIGN_OR_RETURN(Value column, ParseColumn(cursor));
      statement.values["columns"].push_back(std::move(column));
    } while (cursor.TrySymbol(","));
    RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  }
  if (cursor.Is("SELECT")) {
    ASSIGN_OR_RETURN(Statement query, ParseSelect(cursor, sql));
    if (query.command != "SELECT") return Unsupported("INSERT from RESULT_SCAN");
    statement.query = std::make_shared<const Statement>(std::move(query));
    return statement;
  }
  if (cursor.Is("WITH")) return Unsupported("WITH");
  RETURN_IF_ERROR(cursor.Expect("VALUES"));
  do {
    ASSIGN_OR_RETURN(Value row, ParseRow(cursor));
    statement.values["rows"].push_back(std::move(row));
  } while (cursor.TrySymbol(","));
  return statement;
}

absl::StatusOr<Statement> ParseUpdate(TokenCursor& cursor) {
  ASSIGN_OR_RETURN(Statement statement, Begin(cursor, "UPDATE"));
  RETURN_IF_ERROR(cursor.Expect("SET"));
  Value row;
  row.type = Value::Type::kList;
  do {
    ASSIGN_OR_RETURN(Value column, ParseColumn(cursor));
    RETURN_IF_ERROR(cursor.ExpectSymbol("="));
    ASSIGN_OR_RETURN(Value cell, ParseCell(cursor));
    statement.values["columns"].push_back(std::move(column));
    row.list.push_back(std::move(cell));
  } while (cursor.TrySymbol(","));
  statement.values["rows"].push_back(std::move(row));
  RETURN_IF_ERROR(ParseWhere(cursor, statement));
  return statement;
}

absl::StatusOr<Statement> ParseDelete(TokenCursor& cursor) {
  ASSIGN_OR_RETURN(Statement statement, Begin(cursor, "DELETE"));
  RETURN_IF_ERROR(ParseWhere(cursor, statement));
  return statement;
}

absl::StatusOr<Statement> ParseTruncate(TokenCursor& cursor) {
  cursor.Try("TABLE");
  const bool if_exists = cursor.Try("IF EXISTS");
  ASSIGN_OR_RETURN(Statement statement, Begin(cursor, "TRUNCATE TABLE"));
  statement.if_exists = if_exists;
  return statement;
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseDml(TokenCursor& cursor, absl::string_view sql) {
  absl::StatusOr<Statement> statement;
  if (cursor.Try("INSERT")) {
    if (cursor.Is("OVERWRITE") || cursor.Is("ALL") || cursor.Is("FIRST"))
      return Unsupported("INSERT OVERWRITE or into several tables");
    RETURN_IF_ERROR(cursor.Expect("INTO"));
    statement = ParseInsert(cursor, sql);
  } else if (cursor.Try("UPDATE")) {
    statement = ParseUpdate(cursor);
  } else if (cursor.Try("DELETE FROM")) {
    statement = ParseDelete(cursor);
  } else if (cursor.Try("TRUNCATE")) {
    statement = ParseTruncate(cursor);
  } else if (cursor.Is("MERGE")) {
    return Unsupported("MERGE");
  } else {
    return std::nullopt;
  }
  if (!statement.ok()) return statement.status();
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return std::optional<Statement>(*std::move(statement));
}

}  // namespace spcs::sql
