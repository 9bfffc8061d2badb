// SPDX-License-Identifier: MPL-2.0
// SELECT, CALL and the statements on rows.
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/query/modify.h"
#include "emulator/engine/query/select.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

absl::StatusOr<ResultSet> SelectResult(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(Selected selected, Select(context, statement));
  return std::move(selected.result);
}

}  // namespace

void RegisterQueries(Registry& registry) {
  registry.AddStatement("SELECT", SelectResult);
  registry.AddStatement("CALL", SelectResult);
  registry.AddStatement("INSERT", InsertRows);
  registry.AddStatement("UPDATE", UpdateRows);
  registry.AddStatement("DELETE", DeleteRows);
  registry.AddStatement("TRUNCATE TABLE", TruncateTable);
}

}  // namespace spcs::engine
