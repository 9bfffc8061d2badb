// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/query_grammar.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/expression.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

// Clauses of the service's SELECT that are not here.
constexpr absl::string_view kMissing[] = {"JOIN",    "INNER",   "LEFT",        "RIGHT",  "FULL",      "CROSS",
                                          "NATURAL", "UNION",   "MINUS",       "EXCEPT", "INTERSECT", "QUALIFY",
                                          "FETCH",   "LATERAL", "TABLESAMPLE", "SAMPLE", "PIVOT",     "UNPIVOT",
                                          "AT",      "BEFORE",  "WINDOW"};
constexpr absl::string_view kClauses[] = {"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"};

bool IsWordOf(const TokenCursor& cursor, absl::Span<const absl::string_view> words) {
  return cursor.Peek().kind == TokenKind::kWord &&
         absl::c_linear_search(words, absl::AsciiStrToUpper(cursor.Peek().text));
}

// A name behind AS, or without it where no clause begins.
absl::StatusOr<std::optional<std::string>> ParseAlias(TokenCursor& cursor) {
  const bool as = cursor.Try("AS");
  const bool bare =
      cursor.Peek().kind == TokenKind::kQuoted ||
      (cursor.Peek().kind == TokenKind::kWord && !IsWordOf(cursor, kClauses) && !IsWordOf(cursor, kMissing));
  if (!as && !bare) return std::nullopt;
  ASSIGN_OR_RETURN(Identifier alias, cursor.ExpectIdentifier());
  return std::optional<std::string>(std::move(alias.name));
}

// One item of SELECT with its column's name: the alias, or the text of the expression in upper case.
absl::StatusOr<Value> ParseItem(TokenCursor& cursor, absl::string_view sql) {
  if (cursor.TrySymbol("*")) {
    Value star;
    star.type = Value::Type::kStar;
    star.text = "*";
    star.keys.push_back("*");
    return star;
  }
  const size_t start = cursor.position();
  ASSIGN_OR_RETURN(Value item, ParseValue(cursor));
  const size_t end = cursor.position();
  ASSIGN_OR_RETURN(const std::optional<std::string> alias, ParseAlias(cursor));
  if (alias) {
    item.keys.push_back(*alias);
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
  if (cursor.Peek().text == "(" && cursor.Peek().kind == TokenKind::kSymbol) return Unsupported("subqueries");
  statement.kind = Kind::kTable;
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  ASSIGN_OR_RETURN(const std::optional<std::string> alias, ParseAlias(cursor));
  if (alias) statement.words["alias"] = *alias;
  if (cursor.Peek().kind == TokenKind::kSymbol && cursor.Peek().text == ",") return Unsupported("joins");
  return absl::OkStatus();
}

absl::Status ParseOrder(TokenCursor& cursor, Statement& statement) {
  do {
    Value order;
    order.type = Value::Type::kList;
    ASSIGN_OR_RETURN(Value value, ParseValue(cursor));
    order.list.push_back(std::move(value));
    const bool descending = cursor.Try("DESC");
    if (!descending) cursor.Try("ASC");
    order.keys.push_back(descending ? "DESC" : "ASC");
    order.keys.push_back(cursor.Try("NULLS FIRST") ? "FIRST" : cursor.Try("NULLS LAST") ? "LAST" : "");
    statement.values["order_by"].push_back(std::move(order));
  } while (cursor.TrySymbol(","));
  return absl::OkStatus();
}

absl::Status ParseValues(TokenCursor& cursor, std::vector<Value>& values) {
  do {
    ASSIGN_OR_RETURN(Value value, ParseValue(cursor));
    values.push_back(std::move(value));
  } while (cursor.TrySymbol(","));
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ParseCount(TokenCursor& cursor) {
  const absl::Status bad = cursor.Unexpected();
  ASSIGN_OR_RETURN(const int64_t count, cursor.ExpectInt());
  if (count < 0) return bad;
  return count;
}

absl::Status ParseClauses(TokenCursor& cursor, Statement& statement) {
  if (IsWordOf(cursor, kMissing))
    return Unsupported(absl::StrCat("SELECT with ", absl::AsciiStrToUpper(cursor.Peek().text)));
  if (cursor.Try("WHERE")) {
    ASSIGN_OR_RETURN(Value where, ParseValue(cursor));
    statement.values["where"].push_back(std::move(where));
  }
  if (cursor.Try("GROUP BY")) {
    if (cursor.Is("ALL") || cursor.Is("CUBE") || cursor.Is("ROLLUP") || cursor.Is("GROUPING SETS")) {
      return Unsupported(absl::StrCat("GROUP BY ", absl::AsciiStrToUpper(cursor.Peek().text)));
    }
    RETURN_IF_ERROR(ParseValues(cursor, statement.values["group_by"]));
  }
  if (cursor.Try("HAVING")) {
    ASSIGN_OR_RETURN(Value having, ParseValue(cursor));
    statement.values["having"].push_back(std::move(having));
  }
  if (cursor.Try("ORDER BY")) RETURN_IF_ERROR(ParseOrder(cursor, statement));
  if (cursor.Try("LIMIT")) {
    ASSIGN_OR_RETURN(statement.show.limit, ParseCount(cursor));
  }
  if (cursor.Try("OFFSET")) {
    ASSIGN_OR_RETURN(const int64_t offset, ParseCount(cursor));
    statement.words["offset"] = absl::StrCat(offset);
  }
  if (IsWordOf(cursor, kMissing))
    return Unsupported(absl::StrCat("SELECT with ", absl::AsciiStrToUpper(cursor.Peek().text)));
  return absl::OkStatus();
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

absl::StatusOr<Statement> ParseSelectStatement(TokenCursor& cursor, absl::string_view sql) {
  ASSIGN_OR_RETURN(Statement statement, ParseSelect(cursor, sql));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

}  // namespace

absl::StatusOr<Statement> ParseSelect(TokenCursor& cursor, absl::string_view sql) {
  Statement statement;
  statement.command = "SELECT";
  RETURN_IF_ERROR(cursor.Expect("SELECT"));
  if (cursor.Try("DISTINCT")) statement.flags.push_back("DISTINCT");
  do {
    ASSIGN_OR_RETURN(Value item, ParseItem(cursor, sql));
    statement.values["items"].push_back(std::move(item));
  } while (cursor.TrySymbol(","));
  if (cursor.Try("FROM")) {
    RETURN_IF_ERROR(ParseFrom(cursor, statement));
    if (statement.command == "RESULT_SCAN") return statement;
  }
  RETURN_IF_ERROR(ParseClauses(cursor, statement));
  return statement;
}

absl::StatusOr<std::optional<Statement>> ParseQuery(TokenCursor& cursor, absl::string_view sql) {
  absl::StatusOr<Statement> statement;
  if (cursor.Is("SELECT")) {
    statement = ParseSelectStatement(cursor, sql);
  } else if (cursor.Is("WITH")) {
    return Unsupported("WITH");
  } else if (cursor.Try("CALL")) {
    statement = ParseCallStatement(cursor);
  } else {
    return std::nullopt;
  }
  if (!statement.ok()) return statement.status();
  return std::optional<Statement>(*std::move(statement));
}

}  // namespace spcs::sql
