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

std::string RowTable(const Object& table) {
  return absl::StrCat("t_", table.id);
}
std::string RowColumn(const TableColumn& column) {
  return absl::StrCat("c_", column.id);
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

std::vector<NumberedRow> NumberedRowsOf(ExecutionContext& context, const Object& table) {
  std::vector<std::string> names = {"rowid"};
  for (const TableColumn& column : ColumnsOf(table)) names.push_back(RowColumn(column));
  SqliteStatement query(context.store(), absl::StrCat("SELECT ", absl::StrJoin(names, ", "), " FROM ", RowTable(table),
                                                      " ORDER BY rowid"));
  std::vector<NumberedRow> rows;
  while (query.Step()) {
    NumberedRow row{.number = query.Int(0)};
    for (int i = 1; i < query.columns(); ++i) row.row.push_back(query.IsNull(i) ? Cell() : Cell(query.Text(i)));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Row> RowsOf(ExecutionContext& context, const Object& table) {
  std::vector<Row> rows;
  for (NumberedRow& row : NumberedRowsOf(context, table)) rows.push_back(std::move(row.row));
  return rows;
}

void AddRow(ExecutionContext& context, const Object& table, const Row& row) {
  const std::string marks = absl::StrJoin(std::vector<std::string>(row.size(), "?"), ", ");
  SqliteStatement insert(context.store(), absl::StrCat("INSERT INTO ", RowTable(table), " VALUES(", marks, ")"));
  for (const Cell& cell : row) cell ? insert.Bind(*cell) : insert.BindNull();
  insert.Run();
}

void ReplaceRow(ExecutionContext& context, const Object& table, int64_t number, const Row& row) {
  std::vector<std::string> settings;
  for (const TableColumn& column : ColumnsOf(table)) settings.push_back(absl::StrCat(RowColumn(column), "=?"));
  SqliteStatement update(context.store(), absl::StrCat("UPDATE ", RowTable(table), " SET ",
                                                       absl::StrJoin(settings, ", "), " WHERE rowid=?"));
  for (const Cell& cell : row) cell ? update.Bind(*cell) : update.BindNull();
  update.Bind(number).Run();
}

void RemoveRow(ExecutionContext& context, const Object& table, int64_t number) {
  SqliteStatement(context.store(), absl::StrCat("DELETE FROM ", RowTable(table), " WHERE rowid=?")).Bind(number).Run();
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
