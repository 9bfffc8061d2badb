// SPDX-License-Identifier: MPL-2.0
// The parts of CREATE, ALTER and DROP that are the same for every plain kind. Used by the handlers in this folder.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/kind_handler.h"

namespace spcs::engine {

// The beginning of CREATE. `done` is set when there is nothing to do (IF NOT EXISTS); `replaced` is the object that OR
// REPLACE has to drop first.
struct CreateStart {
  FullName name;
  std::optional<ResultSet> done;
  std::optional<Object> replaced;
};

// Checks names, privileges and existence for CREATE.
absl::StatusOr<CreateStart> StartCreate(ExecutionContext& context, Kind kind, const sql::Statement& statement);

// The object of ALTER, on which the role has the privilege; nullopt with IF EXISTS when it is not there.
absl::StatusOr<std::optional<Object>> StartAlter(ExecutionContext& context, Kind kind, const sql::Statement& statement,
                                                 absl::string_view privilege = "OWNERSHIP");

// The object of DROP, owned by the role; nullopt with IF EXISTS when it is not there (answer with AlreadyDropped).
absl::StatusOr<std::optional<Object>> StartDrop(ExecutionContext& context, Kind kind, const sql::Statement& statement);

// Gives the object the name after RENAME TO, which must be free; a schema-level object may move to another schema.
absl::Status Rename(ExecutionContext& context, Object& object, const sql::Statement& statement);

ResultSet Created(absl::string_view noun, absl::string_view name);
ResultSet Dropped(absl::string_view name);
ResultSet AlreadyDropped(const sql::Statement& statement);
ResultSet Done();

// Copies properties of SET (or CREATE) into members of props: {"COMMENT", "comment"}; strings, numbers and booleans
// keep their type, words become strings. Properties not in `map` are left to the handler.
using PropertyMap = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;
void CopyProperties(const sql::Statement& statement, PropertyMap map, nlohmann::json& props);

// Checks that a whole-number property, if written, is within the range.
absl::Status CheckInt(const sql::Statement& statement, absl::string_view property, int64_t low, int64_t high);

// Checks that a word property, if written, is one of `allowed`.
absl::Status CheckWord(const sql::Statement& statement, absl::string_view property,
                       std::initializer_list<absl::string_view> allowed);

// The member as text, "" when absent.
std::string Member(const Object& object, absl::string_view key);

// Adds the cells for which the object has no member, under the names of their columns: for AdminView().
void AddCells(const std::vector<Column>& columns, const Row& row, nlohmann::json& object);

// Integrations of every sort share their names: whether this is one for external access.
bool IsExternalAccess(const Object& integration);

// The security integration of type API_AUTHENTICATION that `name` means, on which the role has USAGE.
absl::StatusOr<Object> RequireApiAuthentication(ExecutionContext& context, const sql::QualifiedName& name);

// Drops everything inside the database (or its one schema), through the kinds' handlers.
void DropContents(ExecutionContext& context, const std::string& database, std::optional<std::string> schema);

// Refuses when an integration uses a network rule or secret inside the database (or its one schema).
absl::Status CheckNotReferenced(ExecutionContext& context, Kind dropped, const std::string& database,
                                std::optional<std::string> schema);

// The integration that names the network rule or secret, nullopt when none does.
std::optional<Object> IntegrationUsing(ExecutionContext& context, int64_t object_id);

}  // namespace spcs::engine
