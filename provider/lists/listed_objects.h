// SPDX-License-Identifier: MPL-2.0
// From the rows of a SHOW to the items of a list resource: what the lists share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/resources/account.h"
#include "provider/resources/object_row.h"
#include "provider/snowflake/inventory.h"
#include "provider/tf/list_resource.h"
#include "provider/tf/model.h"

namespace spcs::lists {

using Rows = std::vector<resources::ObjectRow>;

// Where a list looks; all parts are optional.
struct Place {
  tf::String database, schema;
};

// LIKE and IN, as the user wrote them.
void AddLike(const tf::String& like, snowflake::Statement& statement);
absl::Status AddPlace(const Place& place, snowflake::Statement& statement);

// A schema is searched in its database.
void CheckPlace(const Place& place, tf::Diagnostics& diagnostics);

// The attributes that lists share.
tf::Optional LikeAttribute();
tf::Optional DatabaseAttribute();
tf::Optional SchemaAttribute();

// The rows of the statement; without one, of the whole listing, which resources share.
absl::StatusOr<Rows> ReadRows(resources::Session& session, snowflake::ShowKind kind,
                              const std::optional<snowflake::Statement>& statement, std::stop_token stop);

// Hands each row to the sink: of an account-level object by its name, of a schema-level one by its full name.
absl::Status EmitRows(resources::Session& session, const Rows& rows, bool in_schema, const tf::ListSink& sink,
                      std::stop_token stop);

}  // namespace spcs::lists
