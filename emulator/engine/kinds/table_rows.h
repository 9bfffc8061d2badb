// SPDX-License-Identifier: MPL-2.0
// The rows of user tables. Each table is a SQLite table t_<object id> with columns c_<column id>, so that renaming is a
// matter of the record alone; values are texts in the form in which SELECT answers them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "emulator/engine/context.h"
#include "emulator/engine/result.h"

namespace spcs::engine {

struct TableColumn {
  int64_t id = 0;
  std::string name, type;  // type as ParseDataType() returns it
  bool nullable = true;
  Cell default_text;  // the expression as written
  std::string comment;
};

// The columns of the record, in order.
std::vector<TableColumn> ColumnsOf(const Object& table);
void SetColumns(Object& table, const std::vector<TableColumn>& columns);

// Every row of the table, in the order in which they came; `number` is for the two functions below.
struct NumberedRow {
  int64_t number = 0;
  Row row;  // a cell for each of ColumnsOf()
};
std::vector<NumberedRow> NumberedRowsOf(ExecutionContext& context, const Object& table);
std::vector<Row> RowsOf(ExecutionContext& context, const Object& table);
// `row` has a cell for each of ColumnsOf(), in the form that data_type.h describes.
void AddRow(ExecutionContext& context, const Object& table, const Row& row);
void ReplaceRow(ExecutionContext& context, const Object& table, int64_t number, const Row& row);
void RemoveRow(ExecutionContext& context, const Object& table, int64_t number);

int64_t CountRows(ExecutionContext& context, const Object& table);

// The SQLite side of CREATE TABLE, ADD and DROP COLUMN and DROP TABLE.
void MakeRows(ExecutionContext& context, const Object& table);
void AddRowColumn(ExecutionContext& context, const Object& table, const TableColumn& column, const Cell& value);
void DropRowColumn(ExecutionContext& context, const Object& table, const TableColumn& column);
void DropRows(ExecutionContext& context, const Object& table);
// Whether a row has NULL in the column.
bool HasNulls(ExecutionContext& context, const Object& table, const TableColumn& column);

}  // namespace spcs::engine
