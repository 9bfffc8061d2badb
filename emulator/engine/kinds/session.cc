// SPDX-License-Identifier: MPL-2.0
// USE and ALTER SESSION: they change nothing in the account, only what the driver's next statements run under.
#include <algorithm>
#include <array>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/account.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// Session parameters that drivers set; none changes what the emulator answers.
constexpr std::array<absl::string_view, 25> kParameters = {"ABORT_DETACHED_QUERY",
                                                           "BINARY_INPUT_FORMAT",
                                                           "BINARY_OUTPUT_FORMAT",
                                                           "CLIENT_PREFETCH_THREADS",
                                                           "CLIENT_RESULT_CHUNK_SIZE",
                                                           "CLIENT_RESULT_PREFETCH_SLOTS",
                                                           "CLIENT_SESSION_KEEP_ALIVE",
                                                           "CLIENT_TELEMETRY_ENABLED",
                                                           "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY",
                                                           "DATE_INPUT_FORMAT",
                                                           "DATE_OUTPUT_FORMAT",
                                                           "ERROR_ON_NONDETERMINISTIC_UPDATE",
                                                           "GO_QUERY_RESULT_FORMAT",
                                                           "JSON_INDENT",
                                                           "LOCK_TIMEOUT",
                                                           "LOG_LEVEL",
                                                           "QUERY_TAG",
                                                           "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT",
                                                           "ROWS_PER_RESULTSET",
                                                           "STATEMENT_TIMEOUT_IN_SECONDS",
                                                           "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
                                                           "TIMESTAMP_LTZ_OUTPUT_FORMAT",
                                                           "TIMESTAMP_NTZ_OUTPUT_FORMAT",
                                                           "TIMESTAMP_OUTPUT_FORMAT",
                                                           "TIMEZONE"};

// USE does not say of which kind the absent object is.
absl::Status NoSuchObject() {
  return SqlError(absl::StatusCode::kNotFound, "002043", "02000",
                  "SQL compilation error:\nObject does not exist, or operation cannot be performed.");
}

ResultSet Changed(SessionChange change) {
  ResultSet result = Done();
  result.session_change = std::move(change);
  return result;
}

absl::StatusOr<ResultSet> UseRole(ExecutionContext& context, const sql::Statement& statement) {
  const std::string& role = statement.name.name();
  const std::string& restriction = context.session().role_restriction;
  if (!context.Find(Kind::kRole, {.name = role})) return NoSuchObject();
  const bool granted = RolesOfUser(context.store(), context.session().user).count(role) > 0;
  if (!granted || (!restriction.empty() && restriction != role)) {
    return SqlError(absl::StatusCode::kPermissionDenied, "003013", "42501",
                    absl::StrCat("SQL access control error:\nRequested role '", role,
                                 "' is not assigned to the executing user. Specify another role to activate."));
  }
  return Changed({.role = role});
}

absl::StatusOr<ResultSet> UseWarehouse(ExecutionContext& context, const sql::Statement& statement) {
  const absl::StatusOr<Object> warehouse = context.Require(Kind::kWarehouse, statement.name);
  if (!warehouse.ok()) return NoSuchObject();
  return Changed({.warehouse = warehouse->name});
}

absl::StatusOr<ResultSet> UseDatabase(ExecutionContext& context, const sql::Statement& statement) {
  const absl::StatusOr<Object> database = context.Require(Kind::kDatabase, statement.name);
  if (!database.ok()) return NoSuchObject();
  const bool has_public = context.Require(Kind::kSchema, FullName{.database = database->name, .name = "PUBLIC"}).ok();
  return Changed({.database = database->name, .schema = has_public ? "PUBLIC" : ""});
}

absl::StatusOr<ResultSet> UseSchema(ExecutionContext& context, const sql::Statement& statement) {
  const absl::StatusOr<Object> schema = context.Require(Kind::kSchema, statement.name);
  if (absl::IsNotFound(schema.status())) return NoSuchObject();
  RETURN_IF_ERROR(schema.status());
  return Changed({.database = schema->database, .schema = schema->name});
}

absl::StatusOr<ResultSet> UseSecondaryRoles(ExecutionContext&, const sql::Statement& statement) {
  if (statement.words.at("roles") == "ALL") return Unsupported("USE SECONDARY ROLES ALL");
  return Done();
}

absl::Status CheckParameter(absl::string_view name) {
  if (absl::c_linear_search(kParameters, name)) return absl::OkStatus();
  return InvalidProperty(name, "SESSION");
}

absl::StatusOr<ResultSet> AlterSession(ExecutionContext&, const sql::Statement& statement) {
  SessionChange change;
  for (const sql::Property& property : statement.properties) {
    const std::string text = property.value.type == sql::Value::Type::kBoolean
                                 ? absl::AsciiStrToLower(property.value.text)
                                 : property.value.text;
    if (property.name == "AUTOCOMMIT") {
      // Every statement is a transaction of its own.
      if (text != "true") return Unsupported("AUTOCOMMIT = FALSE");
      continue;
    }
    RETURN_IF_ERROR(CheckParameter(property.name));
    change.parameters[property.name] = text;
  }
  for (const std::string& name : statement.unset) {
    RETURN_IF_ERROR(CheckParameter(name));
    change.parameters[name] = std::nullopt;
  }
  return Changed(std::move(change));
}

// Nothing is open: BEGIN is refused.
absl::StatusOr<ResultSet> EndTransaction(ExecutionContext&, const sql::Statement&) {
  return Done();
}

}  // namespace

void FollowContainers(ExecutionContext& context, const sql::Statement& statement, ResultSet& result) {
  const bool schema = statement.kind == Kind::kSchema;
  if (statement.kind != Kind::kDatabase && !schema) return;
  const absl::StatusOr<FullName> name = context.Qualify(*statement.kind, statement.name);
  if (!name.ok()) return;
  const std::string& database = schema ? name->database : name->name;
  const bool current = context.session().database == database;
  if (absl::StartsWith(statement.command, "CREATE ") && !statement.if_not_exists) {
    result.session_change = SessionChange{.database = database, .schema = schema ? name->name : "PUBLIC"};
  } else if (absl::StartsWith(statement.command, "DROP ") && current && !schema) {
    result.session_change = SessionChange{.database = "", .schema = ""};
  } else if (absl::StartsWith(statement.command, "DROP ") && current && context.session().schema == name->name) {
    result.session_change = SessionChange{.schema = ""};
  }
}

void RegisterSessions(Registry& registry) {
  registry.AddStatement("USE ROLE", UseRole);
  registry.AddStatement("USE WAREHOUSE", UseWarehouse);
  registry.AddStatement("USE DATABASE", UseDatabase);
  registry.AddStatement("USE SCHEMA", UseSchema);
  registry.AddStatement("USE SECONDARY ROLES", UseSecondaryRoles);
  registry.AddStatement("ALTER SESSION", AlterSession);
  registry.AddStatement("COMMIT", EndTransaction);
  registry.AddStatement("ROLLBACK", EndTransaction);
}

}  // namespace spcs::engine
