// SPDX-License-Identifier: MPL-2.0
#include "provider/lists/listed_objects.h"

#include "provider/base/status.h"
#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::lists {

using resources::ObjectRow;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;
using tf::Value;

namespace {

std::string Spelled(const ObjectRow& row, absl::string_view column) {
  return Identifier::Stored(row.Text(column)).Sql();
}

tf::ListItem ItemOf(const ObjectRow& row, bool in_schema, const std::string& account) {
  Value::Map identity{{"account", account}, {"name", Spelled(row, "name")}};
  if (!in_schema) {
    const std::string name = Spelled(row, "name");
    return {.import_id = name, .display_name = name, .identity = Value(std::move(identity))};
  }
  identity["database"] = Spelled(row, "database_name");
  identity["schema"] = Spelled(row, "schema_name");
  const std::string name = ObjectName(Identifier::Stored(row.Text("database_name")),
                                      Identifier::Stored(row.Text("schema_name")), Identifier::Stored(row.Text("name")))
                               .Sql();
  return {.import_id = name, .display_name = name, .identity = Value(std::move(identity))};
}

}  // namespace

void AddLike(const tf::String& like, Statement& statement) {
  if (like.IsKnown()) statement.Raw("LIKE").Literal(like.value());
}

absl::Status AddPlace(const Place& place, Statement& statement) {
  if (!place.database.IsKnown()) {
    statement.Raw("IN ACCOUNT");
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Identifier database, Identifier::Parse(place.database.value()));
  if (!place.schema.IsKnown()) {
    statement.Raw("IN DATABASE").Name(database);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Identifier schema, Identifier::Parse(place.schema.value()));
  statement.Raw("IN SCHEMA").Name(ObjectName(database, schema));
  return absl::OkStatus();
}

void CheckPlace(const Place& place, tf::Diagnostics& diagnostics) {
  if (!place.schema.IsKnown() || !place.database.IsNull()) return;
  diagnostics.AddError(tf::Path("schema"), "Missing database",
                       "A schema is searched in its database: set `database` too.");
}

tf::Optional LikeAttribute() {
  return {.validators = {tf::NonEmpty()},
          .doc = "Pattern of names as in SQL, without regard to case: `%` is any text, `_` any character."};
}

tf::Optional DatabaseAttribute() {
  return {.validators = {resources::CheckPlainName}, .doc = "Only those in this database."};
}

tf::Optional SchemaAttribute() {
  return {.validators = {resources::CheckPlainName}, .doc = "Only those in this schema of `database`."};
}

absl::StatusOr<Rows> ReadRows(resources::Session& session, snowflake::ShowKind kind,
                              const std::optional<Statement>& statement, std::stop_token stop) {
  if (statement) {
    ASSIGN_OR_RETURN(const auto result, session.Query(*statement, std::move(stop)));
    return resources::AllRows(result);
  }
  ASSIGN_OR_RETURN(const auto listing, session.inventory().List(kind, snowflake::Scope::Account(), std::move(stop)));
  Rows rows;
  for (size_t i = 0; i < listing->size(); ++i) rows.emplace_back(listing->row(i));
  return rows;
}

absl::Status EmitRows(resources::Session& session, const Rows& rows, bool in_schema, const tf::ListSink& sink,
                      std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto facts, session.client().Account(std::move(stop)));
  for (const ObjectRow& row : rows) {
    if (!sink(ItemOf(row, in_schema, facts->account_locator))) break;
  }
  return absl::OkStatus();
}

}  // namespace spcs::lists
