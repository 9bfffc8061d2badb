// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/table_rows.h"

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/engine/store_statement.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Type = sql::Value::Type;

std::string RowTable(const Object& table) {
  return absl::StrCat("t_", table.id);
}
std::string RowColumn(const TableColumn& column) {
  return absl::StrCat("c_", column.id);
}

absl::Status InvalidIdentifier(absl::string_view name) {
  return SqlError(absl::StatusCode::kInvalidArgument, "000904", "42000",
                  absl::StrCat("SQL compilation error:\ninvalid identifier '", sql::ToSql(name), "'"));
}

absl::StatusOr<TableColumn> FindColumn(const std::vector<TableColumn>& columns, absl::string_view name) {
  for (const TableColumn& column : columns) {
    if (column.name == name) return column;
  }
  return InvalidIdentifier(name);
}

// The columns that INSERT names, all without names.
absl::StatusOr<std::vector<TableColumn>> InsertColumns(const Object& table, const sql::Statement& statement) {
  const std::vector<TableColumn> all = ColumnsOf(table);
  const auto named = statement.values.find("columns");
  if (named == statement.values.end()) return all;
  std::vector<TableColumn> columns;
  for (const sql::Value& value : named->second) {
    ASSIGN_OR_RETURN(TableColumn column, FindColumn(all, value.text));
    const bool twice = absl::c_any_of(columns, [&](const TableColumn& other) { return other.id == column.id; });
    if (twice) return CompilationError(absl::StrCat("duplicate column name '", column.name, "'"));
    columns.push_back(std::move(column));
  }
  return columns;
}

absl::Status CheckNotNull(const TableColumn& column, const Cell& cell) {
  if (cell || column.nullable) return absl::OkStatus();
  return SqlError(absl::StatusCode::kInvalidArgument, "100072", "22000",
                  absl::StrCat("NULL result in a non-nullable column ", column.name));
}

// One row of VALUES, with defaults for the columns not named, in the order of `all`.
absl::StatusOr<Row> MakeRow(ExecutionContext& context, const std::vector<TableColumn>& all,
                            const std::vector<TableColumn>& named, const sql::Value& values) {
  if (values.list.size() != named.size()) {
    return SqlError(absl::StatusCode::kInvalidArgument, "002020", "21S01",
                    absl::StrCat("SQL compilation error:\nInsert value list does not match column list expecting ",
                                 named.size(), " but got ", values.list.size()));
  }
  Row row;
  for (const TableColumn& column : all) {
    Cell cell;
    const auto given = absl::c_find_if(named, [&](const TableColumn& other) { return other.id == column.id; });
    if (given == named.end()) {
      ASSIGN_OR_RETURN(cell, DefaultOf(context, column));
    } else {
      ASSIGN_OR_RETURN(cell, Coerce(context, column, values.list[given - named.begin()]));
    }
    RETURN_IF_ERROR(CheckNotNull(column, cell));
    row.push_back(std::move(cell));
  }
  return row;
}

Column ResultColumn(const TableColumn& column) {
  Column result = Text(column.name);
  result.nullable = column.nullable;
  if (absl::StartsWith(column.type, "NUMBER")) {
    result.type = "fixed";
    result.precision = 38;
  } else if (column.type == "FLOAT") {
    result.type = "real";
  } else if (column.type == "BOOLEAN") {
    result.type = "boolean";
  } else if (absl::StartsWith(column.type, "TIMESTAMP")) {
    result.type = "timestamp_ltz";
    result.scale = 9;
  }
  return result;
}

// One row with the number of rows for each COUNT.
ResultSet CountResult(ExecutionContext& context, const Object& table, const std::vector<sql::Value>& items) {
  ResultSet result;
  Row row;
  for (const sql::Value& item : items) {
    result.columns.push_back(Fixed(item.keys.front()));
    row.push_back(absl::StrCat(CountRows(context, table)));
  }
  result.rows.push_back(std::move(row));
  return result;
}

}  // namespace

std::vector<TableColumn> ColumnsOf(const Object& table) {
  std::vector<TableColumn> columns;
  for (const nlohmann::json& json : table.props.at("columns")) {
    TableColumn column;
    column.id = JsonInt(json, "id");
    column.name = JsonString(json, "name");
    column.type = JsonString(json, "type");
    column.nullable = json.value("nullable", true);
    if (json.contains("default")) column.default_text = JsonString(json, "default");
    column.comment = JsonString(json, "comment");
    columns.push_back(std::move(column));
  }
  return columns;
}

void SetColumns(Object& table, const std::vector<TableColumn>& columns) {
  nlohmann::json list = nlohmann::json::array();
  for (const TableColumn& column : columns) {
    nlohmann::json json = {{"id", column.id},
                           {"name", column.name},
                           {"type", column.type},
                           {"nullable", column.nullable},
                           {"comment", column.comment}};
    if (column.default_text) json["default"] = *column.default_text;
    list.push_back(std::move(json));
  }
  table.props["columns"] = std::move(list);
}

absl::StatusOr<ResultSet> InsertRows(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object table, context.RequireFor(Kind::kTable, statement.name, "INSERT"));
  ASSIGN_OR_RETURN(const std::vector<TableColumn> named, InsertColumns(table, statement));
  const std::vector<TableColumn> all = ColumnsOf(table);
  const std::string marks = absl::StrJoin(std::vector<std::string>(all.size(), "?"), ", ");
  const std::vector<sql::Value>& rows = statement.values.at("rows");
  for (const sql::Value& values : rows) {
    ASSIGN_OR_RETURN(const Row row, MakeRow(context, all, named, values));
    SqliteStatement insert(context.store(), absl::StrCat("INSERT INTO ", RowTable(table), " VALUES(", marks, ")"));
    for (const Cell& cell : row) cell ? insert.Bind(*cell) : insert.BindNull();
    insert.Run();
  }
  ResultSet result;
  result.columns.push_back(Fixed("number of rows inserted"));
  result.rows.push_back({absl::StrCat(rows.size())});
  result.rows_affected = static_cast<int64_t>(rows.size());
  return result;
}

absl::StatusOr<ResultSet> SelectRows(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object table, context.RequireFor(Kind::kTable, statement.name, "SELECT"));
  const std::vector<TableColumn> all = ColumnsOf(table);
  const std::vector<sql::Value>& items = statement.values.at("items");
  const auto is_count = [](const sql::Value& item) { return item.type == Type::kFunction && item.text == "COUNT"; };
  if (absl::c_all_of(items, is_count)) return CountResult(context, table, items);
  ResultSet result;
  std::vector<std::string> selected;
  for (const sql::Value& item : items) {
    if (item.type == Type::kStar) {
      for (const TableColumn& column : all) {
        result.columns.push_back(ResultColumn(column));
        selected.push_back(RowColumn(column));
      }
    } else if (item.type == Type::kName) {
      ASSIGN_OR_RETURN(const TableColumn column, FindColumn(all, item.text));
      result.columns.push_back(ResultColumn(column));
      result.columns.back().name = item.keys.front();
      selected.push_back(RowColumn(column));
    } else {
      return Unsupported("SELECT of expressions FROM a table");
    }
  }
  std::string query = absl::StrCat("SELECT ", absl::StrJoin(selected, ", "), " FROM ", RowTable(table));
  const auto order = statement.words.find("order_by");
  if (order != statement.words.end()) {
    ASSIGN_OR_RETURN(const TableColumn column, FindColumn(all, order->second));
    const bool number = absl::StartsWith(column.type, "NUMBER") || column.type == "FLOAT";
    absl::StrAppend(&query, " ORDER BY ", number ? "CAST(" : "", RowColumn(column), number ? " AS REAL)" : "",
                    statement.HasFlag("DESC") ? " DESC" : "");
  }
  if (statement.show.limit) absl::StrAppend(&query, " LIMIT ", *statement.show.limit);
  SqliteStatement rows(context.store(), query);
  while (rows.Step()) {
    Row row;
    for (int i = 0; i < rows.columns(); ++i) row.push_back(rows.IsNull(i) ? Cell() : Cell(rows.Text(i)));
    result.rows.push_back(std::move(row));
  }
  return result;
}

int64_t CountRows(ExecutionContext& context, const Object& table) {
  SqliteStatement query(context.store(), absl::StrCat("SELECT COUNT(*) FROM ", RowTable(table)));
  return query.Step() ? query.Int(0) : 0;
}

void MakeRows(ExecutionContext& context, const Object& table) {
  std::vector<std::string> columns;
  for (const TableColumn& column : ColumnsOf(table)) columns.push_back(absl::StrCat(RowColumn(column), " TEXT"));
  context.store().Execute(absl::StrCat("CREATE TABLE ", RowTable(table), "(", absl::StrJoin(columns, ", "), ")"));
}

void AddRowColumn(ExecutionContext& context, const Object& table, const TableColumn& column, const Cell& value) {
  context.store().Execute(absl::StrCat("ALTER TABLE ", RowTable(table), " ADD COLUMN ", RowColumn(column), " TEXT"));
  if (!value) return;
  SqliteStatement(context.store(), absl::StrCat("UPDATE ", RowTable(table), " SET ", RowColumn(column), "=?"))
      .Bind(*value)
      .Run();
}

void DropRowColumn(ExecutionContext& context, const Object& table, const TableColumn& column) {
  context.store().Execute(absl::StrCat("ALTER TABLE ", RowTable(table), " DROP COLUMN ", RowColumn(column)));
}

void DropRows(ExecutionContext& context, const Object& table) {
  context.store().Execute(absl::StrCat("DROP TABLE ", RowTable(table)));
}

bool HasNulls(ExecutionContext& context, const Object& table, const TableColumn& column) {
  SqliteStatement query(context.store(), absl::StrCat("SELECT 1 FROM ", RowTable(table), " WHERE ", RowColumn(column),
                                                      " IS NULL LIMIT 1"));
  return query.Step();
}

}  // namespace spcs::engine
