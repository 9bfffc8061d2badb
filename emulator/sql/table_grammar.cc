// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/table_grammar.h"

#include "absl/strings/str_cat.h"
#include "emulator/sql/data_type.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/expression.h"
#include "emulator/sql/properties.h"
#include "emulator/sql/table_key_grammar.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

constexpr PropertySpec kTableProperties[] = {
    {"DATA_RETENTION_TIME_IN_DAYS", PropertyType::kInt},
    {"CHANGE_TRACKING", PropertyType::kBool},
    {"ENABLE_SCHEMA_EVOLUTION", PropertyType::kBool},
    {"COMMENT", PropertyType::kString},
};

void Put(Value& column, absl::string_view key, std::string text) {
  Value value;
  value.type = Value::Type::kString;
  value.text = std::move(text);
  column.keys.emplace_back(key);
  column.list.push_back(std::move(value));
}

Value ColumnNamed(std::string name) {
  Value column;
  column.type = Value::Type::kProperties;
  Put(column, "NAME", std::move(name));
  return column;
}

// AUTOINCREMENT or IDENTITY with where it starts, its step and its order, as DESCRIBE TABLE shows it.
absl::StatusOr<std::string> ParseIdentity(TokenCursor& cursor) {
  int64_t start = 1, increment = 1;
  if (cursor.TrySymbol("(")) {
    ASSIGN_OR_RETURN(start, cursor.ExpectInt());
    RETURN_IF_ERROR(cursor.ExpectSymbol(","));
    ASSIGN_OR_RETURN(increment, cursor.ExpectInt());
    RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  } else if (cursor.Try("START")) {
    ASSIGN_OR_RETURN(start, cursor.ExpectInt());
    RETURN_IF_ERROR(cursor.Expect("INCREMENT"));
    ASSIGN_OR_RETURN(increment, cursor.ExpectInt());
  }
  if (increment == 0) return InvalidValue("0", "INCREMENT");
  const bool ordered = !cursor.Try("NOORDER") && cursor.Try("ORDER");
  return absl::StrCat("IDENTITY START ", start, " INCREMENT ", increment, ordered ? " ORDER" : " NOORDER");
}

// COLLATE, NOT NULL, DEFAULT or AUTOINCREMENT, keys and COMMENT, in any order, each at most once.
absl::Status ParseColumnClauses(TokenCursor& cursor, absl::string_view sql, Value& column, Statement& statement) {
  bool nullability = false, has_default = false, comment = false, collation = false;
  while (true) {
    const size_t start = cursor.position();
    if (!nullability && (cursor.Try("NOT NULL") || cursor.Try("NULL"))) {
      nullability = true;
      Put(column, "NULLABLE", cursor.position() - start == 2 ? "FALSE" : "TRUE");
    } else if (!has_default && cursor.Try("DEFAULT")) {
      has_default = true;
      const size_t from = cursor.position();
      const bool call = cursor.Peek(1).text == "(";
      ASSIGN_OR_RETURN(const Value value, call ? ParseCall(cursor) : ParseLiteral(cursor));
      (void)value;
      Put(column, "DEFAULT", std::string(cursor.Span(sql, from, cursor.position())));
    } else if (!has_default && (cursor.Try("AUTOINCREMENT") || cursor.Try("IDENTITY"))) {
      has_default = true;
      ASSIGN_OR_RETURN(std::string identity, ParseIdentity(cursor));
      Put(column, "IDENTITY", std::move(identity));
    } else if (!collation && cursor.Try("COLLATE")) {
      collation = true;
      ASSIGN_OR_RETURN(std::string text, cursor.ExpectString());
      Put(column, "COLLATE", std::move(text));
    } else if (!comment && cursor.Try("COMMENT")) {
      comment = true;
      ASSIGN_OR_RETURN(std::string text, cursor.ExpectString());
      Put(column, "COMMENT", std::move(text));
    } else {
      ASSIGN_OR_RETURN(const bool key, TryKey(cursor, column.list.front().text, statement));
      if (!key) return absl::OkStatus();
    }
  }
}

absl::StatusOr<Value> ParseColumn(TokenCursor& cursor, absl::string_view sql, Statement& statement) {
  ASSIGN_OR_RETURN(Identifier name, cursor.ExpectIdentifier());
  Value column = ColumnNamed(std::move(name.name));
  ASSIGN_OR_RETURN(std::string type, ParseDataType(cursor));
  Put(column, "TYPE", std::move(type));
  RETURN_IF_ERROR(ParseColumnClauses(cursor, sql, column, statement));
  return column;
}

absl::StatusOr<std::optional<Statement>> TryCreate(TokenCursor& cursor, absl::string_view sql) {
  const bool or_replace = cursor.Try("OR REPLACE");
  const bool transient = cursor.Try("TRANSIENT");
  if (!cursor.Try("TABLE")) return std::nullopt;
  Statement statement;
  statement.command = "CREATE TABLE";
  statement.kind = Kind::kTable;
  statement.or_replace = or_replace;
  if (transient) statement.flags.push_back("TRANSIENT");
  if (cursor.Is("IF NOT EXISTS") && or_replace) return cursor.Unexpected();
  statement.if_not_exists = cursor.Try("IF NOT EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  do {
    ASSIGN_OR_RETURN(const bool key, TryKey(cursor, "", statement));
    if (key) continue;
    ASSIGN_OR_RETURN(Value column, ParseColumn(cursor, sql, statement));
    statement.values["columns"].push_back(std::move(column));
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  if (statement.values["columns"].empty()) return cursor.Unexpected();
  if (cursor.Try("CLUSTER BY")) RETURN_IF_ERROR(ParseClusterBy(cursor, sql, statement));
  RETURN_IF_ERROR(ParseProperties(cursor, kTableProperties, "TABLE", statement.properties));
  RETURN_IF_ERROR(ParseTags(cursor, statement));
  RETURN_IF_ERROR(ParseProperties(cursor, kTableProperties, "TABLE", statement.properties));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return std::optional<Statement>(std::move(statement));
}

absl::Status ParseAdd(TokenCursor& cursor, absl::string_view sql, Statement& statement) {
  statement.action = "ADD COLUMN";
  cursor.Try("COLUMN");
  if (cursor.Try("IF NOT EXISTS")) statement.flags.push_back("IF NOT EXISTS");
  do {
    ASSIGN_OR_RETURN(Value column, ParseColumn(cursor, sql, statement));
    statement.values["columns"].push_back(std::move(column));
  } while (cursor.TrySymbol(","));
  return absl::OkStatus();
}

absl::Status ParseDrop(TokenCursor& cursor, Statement& statement) {
  statement.action = "DROP COLUMN";
  cursor.Try("COLUMN");
  if (cursor.Try("IF EXISTS")) statement.flags.push_back("IF EXISTS");
  do {
    ASSIGN_OR_RETURN(Identifier name, cursor.ExpectIdentifier());
    statement.values["columns"].push_back(ColumnNamed(std::move(name.name)));
  } while (cursor.TrySymbol(","));
  return absl::OkStatus();
}

// What follows [COLUMN] name in ALTER TABLE … ALTER.
absl::Status ParseColumnChange(TokenCursor& cursor, Value& column) {
  if (cursor.Try("SET NOT NULL")) {
    Put(column, "NULLABLE", "FALSE");
  } else if (cursor.Try("DROP NOT NULL")) {
    Put(column, "NULLABLE", "TRUE");
  } else if (cursor.Try("DROP DEFAULT")) {
    Put(column, "DROP_DEFAULT", "TRUE");
  } else if (cursor.Try("UNSET COMMENT")) {
    Put(column, "COMMENT", "");
  } else if (cursor.Try("COMMENT")) {
    ASSIGN_OR_RETURN(std::string text, cursor.ExpectString());
    Put(column, "COMMENT", std::move(text));
  } else {
    if (!cursor.Try("SET DATA TYPE")) cursor.Try("TYPE");
    ASSIGN_OR_RETURN(std::string type, ParseDataType(cursor));
    Put(column, "TYPE", std::move(type));
  }
  return absl::OkStatus();
}

absl::Status ParseAlterColumns(TokenCursor& cursor, Statement& statement) {
  statement.action = "ALTER COLUMN";
  const bool parentheses = cursor.TrySymbol("(");
  do {
    cursor.Try("COLUMN");
    ASSIGN_OR_RETURN(Identifier name, cursor.ExpectIdentifier());
    Value column = ColumnNamed(std::move(name.name));
    RETURN_IF_ERROR(ParseColumnChange(cursor, column));
    statement.values["columns"].push_back(std::move(column));
  } while (cursor.TrySymbol(","));
  return parentheses ? cursor.ExpectSymbol(")") : absl::OkStatus();
}

absl::Status ParseRenameColumn(TokenCursor& cursor, Statement& statement) {
  statement.action = "RENAME COLUMN";
  ASSIGN_OR_RETURN(const Identifier from, cursor.ExpectIdentifier());
  RETURN_IF_ERROR(cursor.Expect("TO"));
  ASSIGN_OR_RETURN(const Identifier to, cursor.ExpectIdentifier());
  statement.words["from"] = from.name;
  statement.words["to"] = to.name;
  return absl::OkStatus();
}

// Column actions only: nullopt for SET, UNSET and RENAME TO.
absl::StatusOr<std::optional<Statement>> TryAlter(TokenCursor& cursor, absl::string_view sql) {
  if (!cursor.Try("TABLE")) return std::nullopt;
  Statement statement;
  statement.command = "ALTER TABLE";
  statement.kind = Kind::kTable;
  statement.if_exists = cursor.Try("IF EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  ASSIGN_OR_RETURN(const bool keys, TryAlterKeys(cursor, sql, statement));
  if (keys) {
    // All is read.
  } else if (cursor.Try("ADD")) {
    RETURN_IF_ERROR(ParseAdd(cursor, sql, statement));
  } else if (cursor.Try("DROP")) {
    RETURN_IF_ERROR(ParseDrop(cursor, statement));
  } else if (cursor.Try("ALTER") || cursor.Try("MODIFY")) {
    RETURN_IF_ERROR(ParseAlterColumns(cursor, statement));
  } else if (cursor.Try("RENAME COLUMN")) {
    RETURN_IF_ERROR(ParseRenameColumn(cursor, statement));
  } else {
    return std::nullopt;
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return std::optional<Statement>(std::move(statement));
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseTableStatement(TokenCursor& cursor, absl::string_view sql) {
  const size_t start = cursor.position();
  absl::StatusOr<std::optional<Statement>> statement = std::nullopt;
  if (cursor.Try("CREATE")) {
    statement = TryCreate(cursor, sql);
  } else if (cursor.Try("ALTER")) {
    statement = TryAlter(cursor, sql);
  } else {
    statement = TryShowKeys(cursor);
  }
  if (statement.ok() && !statement->has_value()) cursor.Rewind(start);
  return statement;
}

}  // namespace spcs::sql
