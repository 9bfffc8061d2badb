// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/modify.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/expression.h"
#include "emulator/engine/query/select.h"
#include "emulator/sql/expression.h"
#include "emulator/sql/token.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Type = sql::Value::Type;

// Positions in `all` of the columns that INSERT or SET names; all of them without names.
absl::StatusOr<std::vector<size_t>> NamedColumns(const std::vector<TableColumn>& all, const sql::Statement& statement) {
  std::vector<size_t> named;
  const auto values = statement.values.find("columns");
  if (values == statement.values.end()) {
    for (size_t i = 0; i < all.size(); ++i) named.push_back(i);
    return named;
  }
  for (const sql::Value& value : values->second) {
    const auto column = absl::c_find_if(all, [&](const TableColumn& other) { return other.name == value.text; });
    if (column == all.end()) return InvalidIdentifier(sql::ToSql(value.text));
    const size_t position = column - all.begin();
    if (absl::c_linear_search(named, position)) {
      return CompilationError(absl::StrCat("duplicate column name '", value.text, "'"));
    }
    named.push_back(position);
  }
  return named;
}

absl::Status CheckNotNull(const TableColumn& column, const Cell& cell) {
  if (cell || column.nullable) return absl::OkStatus();
  return SqlError(absl::StatusCode::kInvalidArgument, "100072", "22000",
                  absl::StrCat("NULL result in a non-nullable column ", column.name));
}

// The cell as the column keeps it.
absl::StatusOr<Cell> Stored(const TableColumn& column, const DataType& from, const Cell& cell) {
  const DataType to = TypeOf(column.type);
  if (!Converts(from, to)) {
    return SqlError(absl::StatusCode::kInvalidArgument, "002023", "22000",
                    absl::StrCat("SQL compilation error:\nExpression type does not match column data type, expecting ",
                                 TypeText(to), " but got ", TypeText(from), " for column ", column.name));
  }
  RETURN_IF_ERROR(CheckNotNull(column, cell));
  if (!cell) return cell;
  ASSIGN_OR_RETURN(std::string text, Convert(*cell, from, to, column.name));
  return Cell(std::move(text));
}

bool IsDefault(const sql::Value& value) {
  return value.type == Type::kWord;
}

absl::Status WrongCount(size_t expected, size_t given) {
  return SqlError(absl::StatusCode::kInvalidArgument, "002020", "21S01",
                  absl::StrCat("SQL compilation error:\nInsert value list does not match column list expecting ",
                               expected, " but got ", given));
}

// The next number of a column whose default is "IDENTITY START s INCREMENT i …". Numbers that a rolled back statement
// took come again, which the service does not promise either way.
absl::StatusOr<Cell> NextNumber(ExecutionContext& context, const Object& table, const TableColumn& column) {
  const std::vector<std::string> words = absl::StrSplit(*column.default_text, ' ');
  std::optional<Object> record = context.store().Get(table.id);
  int64_t start = 0, increment = 0;
  if (!record || words.size() < 5 || !absl::SimpleAtoi(words[2], &start) || !absl::SimpleAtoi(words[4], &increment)) {
    return absl::InternalError(absl::StrCat("no identity of column ", column.name));
  }
  nlohmann::json& given = record->props["numbers_given"];
  const std::string key = absl::StrCat(column.id);
  const int64_t before = given.is_object() ? JsonInt(given, key) : 0;
  given[key] = before + 1;
  context.store().Update(*record);
  return Cell(absl::StrCat(start + before * increment));
}

absl::StatusOr<Cell> FreshValue(ExecutionContext& context, const Object& table, const TableColumn& column) {
  if (column.default_text && absl::StartsWith(*column.default_text, "IDENTITY ")) {
    return NextNumber(context, table, column);
  }
  return DefaultOf(context, column);
}

// A row with defaults in the columns that are not named; cells of the others are NULL until they are filled.
absl::StatusOr<Row> StartRow(ExecutionContext& context, const Object& table, const std::vector<TableColumn>& all,
                             const std::vector<size_t>& named) {
  Row row(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    if (absl::c_linear_search(named, i)) continue;
    ASSIGN_OR_RETURN(row[i], FreshValue(context, table, all[i]));
    RETURN_IF_ERROR(CheckNotNull(all[i], row[i]));
  }
  return row;
}

absl::StatusOr<Row> RowOfValues(ExecutionContext& context, const Object& table, const std::vector<TableColumn>& all,
                                const std::vector<size_t>& named, const sql::Value& values) {
  if (values.list.size() != named.size()) return WrongCount(named.size(), values.list.size());
  ASSIGN_OR_RETURN(Row row, StartRow(context, table, all, named));
  ExpressionCompiler compiler(context, {});
  for (size_t i = 0; i < named.size(); ++i) {
    const TableColumn& column = all[named[i]];
    if (IsDefault(values.list[i])) {
      ASSIGN_OR_RETURN(row[named[i]], FreshValue(context, table, column));
      RETURN_IF_ERROR(CheckNotNull(column, row[named[i]]));
      continue;
    }
    ASSIGN_OR_RETURN(const Expression expression, compiler.Compile(values.list[i]));
    if (values.list[i].type == Type::kFunction && expression.type.family == Family::kVariant) {
      return SqlError(
          absl::StatusCode::kInvalidArgument, "002014", "22000",
          absl::StrCat("SQL compilation error:\nInvalid expression [", values.list[i].text, "] in VALUES clause"));
    }
    ASSIGN_OR_RETURN(const Cell cell, expression.evaluate({}));
    ASSIGN_OR_RETURN(row[named[i]], Stored(column, expression.type, cell));
  }
  return row;
}

// Rows of VALUES, once for each value of the bindings that are arrays.
absl::StatusOr<std::vector<Row>> RowsOfValues(ExecutionContext& context, const Object& table,
                                              const std::vector<TableColumn>& all, const std::vector<size_t>& named,
                                              const std::vector<sql::Value>& values) {
  ASSIGN_OR_RETURN(const size_t repeats, context.BoundRows());
  std::vector<Row> rows;
  for (size_t repeat = 0; repeat < repeats; ++repeat) {
    context.UseBoundRow(repeat);
    for (const sql::Value& value : values) {
      ASSIGN_OR_RETURN(Row row, RowOfValues(context, table, all, named, value));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

absl::StatusOr<std::vector<Row>> RowsOfQuery(ExecutionContext& context, const Object& table,
                                             const std::vector<TableColumn>& all, const std::vector<size_t>& named,
                                             const sql::Statement& query) {
  ASSIGN_OR_RETURN(const Selected selected, Select(context, query));
  if (selected.types.size() != named.size()) return WrongCount(named.size(), selected.types.size());
  std::vector<Row> rows;
  for (const Row& given : selected.result.rows) {
    ASSIGN_OR_RETURN(Row row, StartRow(context, table, all, named));
    for (size_t i = 0; i < named.size(); ++i) {
      ASSIGN_OR_RETURN(row[named[i]], Stored(all[named[i]], selected.types[i], given[i]));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

ResultSet Changed(absl::string_view column, size_t count, RowChange change) {
  ResultSet result;
  result.columns.push_back(Fixed(column));
  result.rows.push_back({absl::StrCat(count)});
  result.rows_affected = static_cast<int64_t>(count);
  result.row_change = change;
  return result;
}

// The condition, always true without WHERE. It reads, so it needs SELECT.
absl::StatusOr<Expression> Condition(ExecutionContext& context, const Object& table,
                                     const std::vector<TableColumn>& all, const sql::Statement& statement) {
  const auto where = statement.values.find("where");
  if (where == statement.values.end()) return Constant(PlainType(Family::kBoolean), "true");
  RETURN_IF_ERROR(context.RequirePrivilege(table, "SELECT"));
  return ExpressionCompiler(context, {.columns = &all, .table = table.name}).CompileCondition(where->second[0]);
}

struct Assignment {
  size_t column = 0;
  Expression value;
};

absl::StatusOr<std::vector<Assignment>> Assignments(ExecutionContext& context, const Object& table,
                                                    const std::vector<TableColumn>& all,
                                                    const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const std::vector<size_t> named, NamedColumns(all, statement));
  const std::vector<sql::Value>& values = statement.values.at("rows")[0].list;
  ExpressionCompiler compiler(context, {.columns = &all, .table = table.name});
  std::vector<Assignment> assignments;
  for (size_t i = 0; i < named.size(); ++i) {
    if (IsDefault(values[i])) {
      ASSIGN_OR_RETURN(Cell cell, FreshValue(context, table, all[named[i]]));
      assignments.push_back({named[i], Constant(TypeOf(all[named[i]].type), std::move(cell))});
      continue;
    }
    ASSIGN_OR_RETURN(Expression compiled, compiler.Compile(values[i]));
    assignments.push_back({named[i], std::move(compiled)});
  }
  return assignments;
}

}  // namespace

absl::StatusOr<ResultSet> InsertRows(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object table, context.RequireFor(Kind::kTable, statement.name, "INSERT"));
  const std::vector<TableColumn> all = ColumnsOf(table);
  ASSIGN_OR_RETURN(const std::vector<size_t> named, NamedColumns(all, statement));
  ASSIGN_OR_RETURN(const std::vector<Row> rows,
                   statement.query != nullptr ? RowsOfQuery(context, table, all, named, *statement.query)
                                              : RowsOfValues(context, table, all, named, statement.values.at("rows")));
  for (const Row& row : rows) AddRow(context, table, row);
  return Changed("number of rows inserted", rows.size(), RowChange::kInserted);
}

absl::StatusOr<ResultSet> UpdateRows(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object table, context.RequireFor(Kind::kTable, statement.name, "UPDATE"));
  const std::vector<TableColumn> all = ColumnsOf(table);
  ASSIGN_OR_RETURN(const std::vector<Assignment> assignments, Assignments(context, table, all, statement));
  ASSIGN_OR_RETURN(const Expression condition, Condition(context, table, all, statement));
  size_t count = 0;
  for (const NumberedRow& old : NumberedRowsOf(context, table)) {
    ASSIGN_OR_RETURN(const Cell holds, condition.evaluate({.row = &old.row}));
    if (holds != "true") continue;
    Row row = old.row;
    for (const Assignment& assignment : assignments) {
      ASSIGN_OR_RETURN(const Cell cell, assignment.value.evaluate({.row = &old.row}));
      ASSIGN_OR_RETURN(row[assignment.column], Stored(all[assignment.column], assignment.value.type, cell));
    }
    ReplaceRow(context, table, old.number, row);
    ++count;
  }
  ResultSet result = Changed("number of rows updated", count, RowChange::kUpdated);
  result.columns.push_back(Fixed("number of multi-joined rows updated"));
  result.rows[0].push_back("0");
  return result;
}

absl::StatusOr<ResultSet> DeleteRows(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object table, context.RequireFor(Kind::kTable, statement.name, "DELETE"));
  const std::vector<TableColumn> all = ColumnsOf(table);
  ASSIGN_OR_RETURN(const Expression condition, Condition(context, table, all, statement));
  size_t count = 0;
  for (const NumberedRow& row : NumberedRowsOf(context, table)) {
    ASSIGN_OR_RETURN(const Cell holds, condition.evaluate({.row = &row.row}));
    if (holds != "true") continue;
    RemoveRow(context, table, row.number);
    ++count;
  }
  return Changed("number of rows deleted", count, RowChange::kDeleted);
}

absl::StatusOr<ResultSet> TruncateTable(ExecutionContext& context, const sql::Statement& statement) {
  const absl::StatusOr<Object> table = context.RequireFor(Kind::kTable, statement.name, "TRUNCATE");
  if (statement.if_exists && absl::IsNotFound(table.status())) return Done();
  RETURN_IF_ERROR(table.status());
  for (const NumberedRow& row : NumberedRowsOf(context, *table)) RemoveRow(context, *table, row.number);
  return Done();
}

absl::StatusOr<Cell> DefaultOf(ExecutionContext& context, const TableColumn& column) {
  if (!column.default_text) return Cell();
  ASSIGN_OR_RETURN(std::vector<sql::Token> tokens, sql::Tokenize(*column.default_text));
  sql::TokenCursor cursor(std::move(tokens));
  ASSIGN_OR_RETURN(const sql::Value value, sql::ParseValue(cursor));
  ASSIGN_OR_RETURN(const Expression expression, ExpressionCompiler(context, {}).Compile(value));
  ASSIGN_OR_RETURN(const Cell cell, expression.evaluate({}));
  const DataType to = TypeOf(column.type);
  if (!Converts(expression.type, to)) return CannotConvert(expression.type, to);
  if (!cell) return cell;
  ASSIGN_OR_RETURN(std::string text, Convert(*cell, expression.type, to, column.name));
  return Cell(std::move(text));
}

}  // namespace spcs::engine
