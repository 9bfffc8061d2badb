// SPDX-License-Identifier: MPL-2.0
// The column actions of CREATE and ALTER TABLE, on the record and on the rows. Used by table.cc.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/engine/context.h"
#include "emulator/engine/kinds/table_rows.h"

namespace spcs::engine {

// Adds the column that the grammar read to the record, not to the rows.
absl::StatusOr<TableColumn> AddColumn(ExecutionContext& context, Object& table, const sql::Value& value);

// ADD, DROP, ALTER and RENAME COLUMN.
absl::Status AlterColumns(ExecutionContext& context, Object& table, const sql::Statement& statement);

}  // namespace spcs::engine
