// SPDX-License-Identifier: MPL-2.0
// SELECT: from one user table, or from none.
#pragma once

#include "absl/status/statusor.h"
#include "emulator/engine/context.h"
#include "emulator/engine/query/data_type.h"
#include "emulator/engine/result.h"
#include "emulator/sql/statement.h"

namespace spcs::engine {

struct Selected {
  ResultSet result;
  std::vector<DataType> types;  // of the columns
};

// Executes the statement, as query_grammar.h describes it. Needs SELECT on the table.
absl::StatusOr<Selected> Select(ExecutionContext& context, const sql::Statement& statement);

}  // namespace spcs::engine
