// SPDX-License-Identifier: MPL-2.0
// INSERT, UPDATE, DELETE and TRUNCATE on user tables, and the defaults of columns.
#pragma once

#include "absl/status/statusor.h"
#include "emulator/engine/context.h"
#include "emulator/engine/kinds/table_rows.h"
#include "emulator/engine/result.h"
#include "emulator/sql/statement.h"

namespace spcs::engine {

// As dml_grammar.h describes the statements. Each needs the privilege of its name on the table, and SELECT where it
// reads: UPDATE and DELETE with a condition.
absl::StatusOr<ResultSet> InsertRows(ExecutionContext& context, const sql::Statement& statement);
absl::StatusOr<ResultSet> UpdateRows(ExecutionContext& context, const sql::Statement& statement);
absl::StatusOr<ResultSet> DeleteRows(ExecutionContext& context, const sql::Statement& statement);
absl::StatusOr<ResultSet> TruncateTable(ExecutionContext& context, const sql::Statement& statement);

// The column's default as a value, NULL without one. Fails when the type does not take it.
absl::StatusOr<Cell> DefaultOf(ExecutionContext& context, const TableColumn& column);

}  // namespace spcs::engine
