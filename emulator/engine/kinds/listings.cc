// SPDX-License-Identifier: MPL-2.0
// SHOW OBJECTS, and SHOW of the kinds of which this emulator has none: who asks whether a schema is empty asks for
// them.
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/sql/listing_grammar.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

absl::StatusOr<ResultSet> ShowObjects(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const std::vector<Object> tables, context.ListVisible(Kind::kTable, statement.show));
  ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"), Text("kind"),
                      Text("comment"), Text("owner"), Text("owner_role_type")});
  for (const Object& table : tables) {
    rows.Add({TimeText(table.created_on), table.name, table.database, table.schema, "TABLE", Member(table, "comment"),
              table.owner, "ROLE"});
  }
  return std::move(rows).Build();
}

// A scope that is not there is an error as in every SHOW.
absl::StatusOr<ResultSet> ShowNothing(ExecutionContext& context, const sql::Statement& statement) {
  RETURN_IF_ERROR(context.ListVisible(Kind::kTable, statement.show).status());
  ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"), Text("owner"),
                      Text("comment")});
  return std::move(rows).Build();
}

}  // namespace

void RegisterListings(Registry& registry) {
  registry.AddStatement(sql::kShowObjects, ShowObjects);
  for (const absl::string_view command : sql::EmptyListings()) registry.AddStatement(command, ShowNothing);
}

}  // namespace spcs::engine
