// SPDX-License-Identifier: MPL-2.0
// Service roles: defined in the specification, granted to roles of the account.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/service.h"
#include "emulator/engine/kinds/service_plan.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// The service, which must have the role.
absl::StatusOr<Object> ServiceWithRole(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(Object service, context.Require(Kind::kService, statement.name));
  const std::string& role = statement.words.at("service_role");
  const std::vector<std::string> roles = spec::ServiceRolesOf(CurrentSpec(service));
  if (role == "ALL_ENDPOINTS_USAGE" || std::find(roles.begin(), roles.end(), role) != roles.end()) return service;
  return SqlError(absl::StatusCode::kNotFound, "002003", "02000",
                  absl::StrCat("SQL compilation error:\nService role '", NameOf(service).ToString(), "!", role,
                               "' does not exist or not authorized."));
}

absl::StatusOr<Grant> GrantOf(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object service, ServiceWithRole(context, statement));
  if (!context.HasAccountPrivilege("MANAGE GRANTS")) RETURN_IF_ERROR(context.RequirePrivilege(service, "OWNERSHIP"));
  ASSIGN_OR_RETURN(const Object role, context.Require(Kind::kRole, statement.target));
  return Grant{.privilege = "USAGE",
               .object_id = service.id,
               .detail = statement.words.at("service_role"),
               .role = role.name,
               .granted_by = context.session().role,
               .created_on = context.now()};
}

absl::StatusOr<ResultSet> GrantRole(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Grant grant, GrantOf(context, statement));
  context.store().AddGrant(grant);
  return StatusResult("Statement executed successfully.");
}

absl::StatusOr<ResultSet> RevokeRole(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Grant grant, GrantOf(context, statement));
  context.store().RemoveGrant(grant);
  return StatusResult("Statement executed successfully.");
}

absl::StatusOr<ResultSet> ShowGrantsOf(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object service, ServiceWithRole(context, statement));
  const std::string& role = statement.words.at("service_role");
  ResultBuilder rows(
      {Timestamp("created_on"), Text("role"), Text("granted_to"), Text("grantee_name"), Text("granted_by")});
  for (const Grant& grant : context.store().GrantsOn(service.id)) {
    if (grant.detail != role) continue;
    rows.Add({TimeText(grant.created_on), role, "ROLE", grant.role, grant.granted_by});
  }
  return std::move(rows).Build();
}

}  // namespace

void RegisterServiceRoles(Registry& registry) {
  registry.AddStatement("GRANT SERVICE ROLE", GrantRole);
  registry.AddStatement("REVOKE SERVICE ROLE", RevokeRole);
  registry.AddStatement("SHOW GRANTS OF SERVICE ROLE", ShowGrantsOf);
}

}  // namespace spcs::engine
