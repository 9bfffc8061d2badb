// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/query_grammar.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/expression.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

// One item of SELECT with its column's name: the alias, or the text of the expression in upper case.
absl::StatusOr<Value> ParseItem(TokenCursor& cursor, absl::string_view sql) {
  const size_t start = cursor.position();
  ASSIGN_OR_RETURN(Value item, ParseExpression(cursor));
  const size_t end = cursor.position();
  const bool named = cursor.Try("AS") || cursor.Peek().kind == TokenKind::kQuoted ||
                     (cursor.Peek().kind == TokenKind::kWord && !cursor.Is("FROM") && !cursor.Is("ORDER BY") &&
                      !cursor.Is("LIMIT") && !cursor.Is("WHERE"));
  if (named) {
    ASSIGN_OR_RETURN(const Identifier alias, cursor.ExpectIdentifier());
    item.keys.push_back(alias.name);
  } else if (item.type == Value::Type::kName) {
    item.keys.push_back(item.text);
  } else {
    item.keys.push_back(absl::AsciiStrToUpper(cursor.Span(sql, start, end)));
  }
  return item;
}

// TABLE(RESULT_SCAN('query id')), as drivers fetch what ran asynchronously; nothing may follow.
absl::Status ParseResultScan(TokenCursor& cursor, Statement& statement) {
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  RETURN_IF_ERROR(cursor.Expect("RESULT_SCAN"));
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  ASSIGN_OR_RETURN(statement.words["query_id"], cursor.ExpectString());
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  const std::vector<Value>& items = statement.values["items"];
  if (items.size() != 1 || items[0].type != Value::Type::kStar) {
    return Unsupported("SELECT of single columns FROM TABLE(RESULT_SCAN(…))");
  }
  statement.command = "RESULT_SCAN";
  return absl::OkStatus();
}

absl::Status ParseFrom(TokenCursor& cursor, Statement& statement) {
  if (cursor.Is("TABLE") && cursor.Peek(1).text == "(") {
    cursor.Next();
    return ParseResultScan(cursor, statement);
  }
  statement.kind = Kind::kTable;
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (cursor.Try("ORDER BY")) {
    ASSIGN_OR_RETURN(const Identifier column, cursor.ExpectIdentifier());
    statement.words["order_by"] = column.name;
    if (cursor.Try("DESC")) {
      statement.flags.push_back("DESC");
    } else {
      cursor.Try("ASC");
    }
  }
  if (cursor.Try("LIMIT")) {
    const absl::Status bad = cursor.Unexpected();
    ASSIGN_OR_RETURN(statement.show.limit, cursor.ExpectInt());
    if (*statement.show.limit < 0) return bad;
  }
  return absl::OkStatus();
}

absl::StatusOr<Statement> ParseSelect(TokenCursor& cursor, absl::string_view sql) {
  Statement statement;
  statement.command = "SELECT";
  do {
    ASSIGN_OR_RETURN(Value item, ParseItem(cursor, sql));
    statement.values["items"].push_back(std::move(item));
  } while (cursor.TrySymbol(","));
  if (cursor.Try("FROM")) RETURN_IF_ERROR(ParseFrom(cursor, statement));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ParseCallStatement(TokenCursor& cursor) {
  Statement statement;
  statement.command = "CALL";
  ASSIGN_OR_RETURN(Value call, ParseCall(cursor));
  call.keys.push_back(call.text);
  statement.values["items"].push_back(std::move(call));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Value> ParseRow(TokenCursor& cursor) {
  Value row;
  row.type = Value::Type::kList;
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  do {
    const bool call = cursor.Peek().kind == TokenKind::kWord && cursor.Peek(1).text == "(";
    ASSIGN_OR_RETURN(Value cell, call ? ParseCall(cursor) : ParseLiteral(cursor));
    row.list.push_back(std::move(cell));
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  return row;
}

absl::StatusOr<Statement> ParseInsert(TokenCursor& cursor) {
  Statement statement;
  statement.command = "INSERT";
  statement.kind = Kind::kTable;
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (cursor.TrySymbol("(")) {
    do {
      ASSIGN_OR_RETURN(const Identifier column, cursor.ExpectIdentifier());
      Value value;
      value.type = Value::Type::kName;
      value.text = column.name;
      statement.values["columns"].push_back(std::move(value));
    } while (cursor.TrySymbol(","));
    RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  }
  RETURN_IF_ERROR(cursor.Expect("VALUES"));
  do {
    ASSIGN_OR_RETURN(Value row, ParseRow(cursor));
    statement.values["rows"].push_back(std::move(row));
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseQuery(TokenCursor& cursor, absl::string_view sql) {
  absl::StatusOr<Statement> statement;
  if (cursor.Try("SELECT")) {
    statement = ParseSelect(cursor, sql);
  } else if (cursor.Try("CALL")) {
    statement = ParseCallStatement(cursor);
  } else if (cursor.Try("INSERT INTO")) {
    statement = ParseInsert(cursor);
  } else {
    return std::nullopt;
  }
  if (!statement.ok()) return statement.status();
  return std::optional<Statement>(*std::move(statement));
}

}  // namespace spcs::sql
