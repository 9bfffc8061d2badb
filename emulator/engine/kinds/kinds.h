// SPDX-License-Identifier: MPL-2.0
// The plain kinds' handlers, one file each in this folder, and what databases and schemas share.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/kind_handler.h"

namespace spcs::engine {

std::unique_ptr<KindHandler> MakeDatabaseHandler();
std::unique_ptr<KindHandler> MakeSchemaHandler();
std::unique_ptr<KindHandler> MakeRoleHandler();
std::unique_ptr<KindHandler> MakeUserHandler();
std::unique_ptr<KindHandler> MakeWarehouseHandler();
std::unique_ptr<KindHandler> MakeStageHandler();
std::unique_ptr<KindHandler> MakeImageRepositoryHandler();
std::unique_ptr<KindHandler> MakeSecretHandler();
std::unique_ptr<KindHandler> MakeNetworkRuleHandler();
std::unique_ptr<KindHandler> MakeIntegrationHandler();
std::unique_ptr<KindHandler> MakeTableHandler();
std::unique_ptr<KindHandler> MakeTagHandler();
std::unique_ptr<KindHandler> MakeNamedHandler(Kind kind);  // what others only name

// The type of ENCRYPTION = (TYPE = …), `fallback` without one.
absl::StatusOr<std::string> EncryptionType(const sql::Statement& statement,
                                           std::initializer_list<absl::string_view> allowed,
                                           absl::string_view fallback);

// Adds a schema to a database that is being made.
void MakeSchema(ExecutionContext& context, const std::string& database, absl::string_view name, absl::string_view owner,
                bool transient);
absl::Status CheckContainerProperties(const sql::Statement& statement, bool transient);
void UnsetContainerProperties(const sql::Statement& statement, nlohmann::json& props);

// ALTER USER … ADD and REMOVE PROGRAMMATIC ACCESS TOKEN, for the handler of users; and SHOW of these tokens.
absl::StatusOr<ResultSet> AlterAccessToken(ExecutionContext& context, const sql::Statement& statement);
void RegisterAccessTokens(Registry& registry);
// USE and ALTER SESSION.
void RegisterSessions(Registry& registry);
// A database or schema that a driver's session makes becomes its current one; one that it drops is so no longer.
void FollowContainers(ExecutionContext& context, const sql::Statement& statement, ResultSet& result);
// GRANT and REVOKE.
void RegisterGrants(Registry& registry);
// LIST and REMOVE of the files of stages.
void RegisterStageFiles(Registry& registry);
// SHOW GRANTS and SHOW PARAMETERS.
void RegisterShowGrants(Registry& registry);
// SHOW OBJECTS, and SHOW of what there is none of.
void RegisterListings(Registry& registry);
// CURRENT_…() and the SYSTEM$ functions that are about the account.
void RegisterAccountFunctions(Registry& registry);
// SELECT with and without FROM, CALL, INSERT.
void RegisterQueries(Registry& registry);

}  // namespace spcs::engine
