// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/table_columns.h"

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/kinds/table_keys.h"
#include "emulator/engine/query/modify.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// The text under the key of what the grammar read; nullopt when it is not there.
Cell Read(const sql::Value& value, absl::string_view key) {
  for (size_t i = 0; i < value.keys.size(); ++i) {
    if (value.keys[i] == key) return value.list[i].text;
  }
  return std::nullopt;
}

std::vector<TableColumn>::iterator Named(std::vector<TableColumn>& columns, absl::string_view name) {
  return absl::c_find_if(columns, [&](const TableColumn& column) { return column.name == name; });
}

absl::Status NoColumn(absl::string_view name) {
  return SqlError(absl::StatusCode::kInvalidArgument, "000904", "42000",
                  absl::StrCat("SQL compilation error:\ninvalid identifier '", sql::ToSql(name), "'"));
}

absl::Status ColumnExists(absl::string_view name) {
  return SqlError(absl::StatusCode::kAlreadyExists, "001430", "42601",
                  absl::StrCat("SQL compilation error:\ncolumn '", name, "' already exists"));
}

// Only whole numbers have one.
absl::Status CheckIdentity(const TableColumn& column) {
  if (absl::StartsWith(column.type, "NUMBER") && absl::EndsWith(column.type, ",0)")) return absl::OkStatus();
  return CompilationError(
      absl::StrCat("Column '", column.name, "' of type ", column.type, " cannot have an identity."));
}

absl::Status Add(ExecutionContext& context, Object& table, const sql::Statement& statement) {
  for (const sql::Value& value : statement.values.at("columns")) {
    std::vector<TableColumn> columns = ColumnsOf(table);
    if (statement.HasFlag("IF NOT EXISTS") && Named(columns, *Read(value, "NAME")) != columns.end()) continue;
    ASSIGN_OR_RETURN(const TableColumn column, AddColumn(context, table, value));
    if (IsIdentity(column) && CountRows(context, table) > 0) {
      return CompilationError(absl::StrCat("Cannot add column '", column.name,
                                           "' with an identity to non-empty table '", table.name, "'."));
    }
    ASSIGN_OR_RETURN(const Cell cell, IsIdentity(column) ? Cell() : DefaultOf(context, column));
    if (!column.nullable && !cell && !IsIdentity(column) && CountRows(context, table) > 0) {
      return CompilationError(absl::StrCat("Non-nullable column '", column.name,
                                           "' cannot be added to non-empty table '", table.name,
                                           "' unless it has a non-null default value."));
    }
    AddRowColumn(context, table, column, cell);
  }
  return absl::OkStatus();
}

absl::Status Drop(ExecutionContext& context, Object& table, const sql::Statement& statement) {
  for (const sql::Value& value : statement.values.at("columns")) {
    std::vector<TableColumn> columns = ColumnsOf(table);
    const std::string name = *Read(value, "NAME");
    const auto column = Named(columns, name);
    if (column == columns.end()) {
      if (statement.HasFlag("IF EXISTS")) continue;
      return NoColumn(name);
    }
    if (columns.size() == 1) return CompilationError("Cannot drop the last column of a table.");
    RETURN_IF_ERROR(ForgetColumn(table, *column));
    DropRowColumn(context, table, *column);
    columns.erase(column);
    SetColumns(table, columns);
  }
  return absl::OkStatus();
}

std::vector<int64_t> Numbers(absl::string_view type) {
  std::vector<int64_t> numbers;
  const size_t open = type.find('(');
  if (open == absl::string_view::npos) return numbers;
  for (const absl::string_view text : absl::StrSplit(type.substr(open + 1, type.size() - open - 2), ',')) {
    int64_t number = 0;
    if (absl::SimpleAtoi(text, &number)) numbers.push_back(number);
  }
  return numbers;
}

// A text may get longer, a number more digits before the same scale; nothing else.
absl::Status CheckTypeChange(const TableColumn& column, const std::string& type) {
  const auto family = [](absl::string_view text) { return text.substr(0, text.find('(')); };
  const std::vector<int64_t> before = Numbers(column.type), after = Numbers(type);
  bool fits = family(column.type) == family(type) && before.size() == after.size();
  if (fits && !before.empty()) fits = after[0] >= before[0];
  if (fits && before.size() == 2) fits = after[1] == before[1];
  if (fits) return absl::OkStatus();
  return SqlError(absl::StatusCode::kInvalidArgument, "002108", "22000",
                  absl::StrCat("SQL compilation error: cannot change column ", column.name, " from type ", column.type,
                               " to ", type));
}

absl::Status Change(ExecutionContext& context, const Object& table, const sql::Value& value, TableColumn& column) {
  if (const Cell type = Read(value, "TYPE")) {
    RETURN_IF_ERROR(CheckTypeChange(column, *type));
    column.type = *type;
  }
  if (const Cell nullable = Read(value, "NULLABLE")) {
    column.nullable = *nullable == "TRUE";
    if (!column.nullable && HasNulls(context, table, column)) {
      return CompilationError(
          absl::StrCat("Column '", column.name, "' contains null values. Not null constraint cannot be added."));
    }
    if (column.nullable && IsInKey(table, column, "PRIMARY KEY")) {
      return CompilationError(
          absl::StrCat("Column '", column.name, "' belongs to the primary key and cannot be null."));
    }
  }
  if (Read(value, "DROP_DEFAULT")) {
    if (IsIdentity(column)) return CompilationError(absl::StrCat("Column '", column.name, "' has an identity."));
    column.default_text = std::nullopt;
  }
  if (const Cell comment = Read(value, "COMMENT")) column.comment = *comment;
  return absl::OkStatus();
}

absl::Status Alter(ExecutionContext& context, Object& table, const sql::Statement& statement) {
  std::vector<TableColumn> columns = ColumnsOf(table);
  for (const sql::Value& value : statement.values.at("columns")) {
    const std::string name = *Read(value, "NAME");
    const auto column = Named(columns, name);
    if (column == columns.end()) return NoColumn(name);
    RETURN_IF_ERROR(Change(context, table, value, *column));
  }
  SetColumns(table, columns);
  return absl::OkStatus();
}

absl::Status RenameColumn(Object& table, const sql::Statement& statement) {
  std::vector<TableColumn> columns = ColumnsOf(table);
  const std::string &from = statement.words.at("from"), &to = statement.words.at("to");
  const auto column = Named(columns, from);
  if (column == columns.end()) return NoColumn(from);
  if (from != to && Named(columns, to) != columns.end()) return ColumnExists(to);
  column->name = to;
  SetColumns(table, columns);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TableColumn> AddColumn(ExecutionContext& context, Object& table, const sql::Value& value) {
  std::vector<TableColumn> columns = ColumnsOf(table);
  TableColumn column;
  column.name = *Read(value, "NAME");
  if (Named(columns, column.name) != columns.end()) return ColumnExists(column.name);
  column.id = JsonInt(table.props, "next_column");
  column.type = *Read(value, "TYPE");
  column.nullable = Read(value, "NULLABLE").value_or("TRUE") == "TRUE";
  const Cell identity = Read(value, "IDENTITY");
  column.default_text = identity ? identity : Read(value, "DEFAULT");
  column.comment = Read(value, "COMMENT").value_or("");
  // A default that the type does not take is an error now, not at the first INSERT.
  if (!identity) RETURN_IF_ERROR(DefaultOf(context, column).status());
  if (identity) RETURN_IF_ERROR(CheckIdentity(column));
  table.props["next_column"] = column.id + 1;
  columns.push_back(column);
  SetColumns(table, columns);
  if (const Cell collation = Read(value, "COLLATE")) RETURN_IF_ERROR(SetCollation(table, column, *collation));
  return column;
}

absl::Status AlterColumns(ExecutionContext& context, Object& table, const sql::Statement& statement) {
  if (statement.action == "ADD COLUMN") return Add(context, table, statement);
  if (statement.action == "DROP COLUMN") return Drop(context, table, statement);
  if (statement.action == "RENAME COLUMN") return RenameColumn(table, statement);
  return Alter(context, table, statement);
}

}  // namespace spcs::engine
