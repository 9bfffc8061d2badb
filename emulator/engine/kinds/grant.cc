// SPDX-License-Identifier: MPL-2.0
// GRANT and REVOKE of privileges, ownership and roles.
#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/account.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/privileges.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// "IMAGE_REPOSITORY", as messages and SHOW GRANTS name kinds.
std::string Underscored(Kind kind) {
  return absl::StrReplaceAll(sql::InfoOf(kind).keyword, {{" ", "_"}});
}

absl::Status NotExecuted(absl::string_view verb) {
  return SqlError(absl::StatusCode::kPermissionDenied, "003102", "42501",
                  absl::StrCat(verb, " not executed: Insufficient privileges."));
}

absl::StatusOr<Object> RequireRole(ExecutionContext& context, const sql::QualifiedName& name) {
  return context.Require(Kind::kRole, name);
}

// The privileges of the statement with ALL spelt out.
absl::StatusOr<std::vector<std::string>> Privileges(const sql::Statement& statement, Kind kind) {
  std::vector<std::string> privileges;
  for (const sql::Value& value : statement.values.at("privileges")) {
    if (value.text == "ALL") {
      for (const absl::string_view privilege : PrivilegesOn(kind)) privileges.emplace_back(privilege);
    } else if (CanBeGranted(value.text, kind)) {
      privileges.push_back(value.text);
    } else {
      return SqlError(absl::StatusCode::kInvalidArgument, "003008", "42601",
                      absl::StrCat("SQL compilation error:\nInvalid object type '", Underscored(kind),
                                   "' for privilege '", value.text, "'."));
    }
  }
  return privileges;
}

// Whether the role may grant the privilege on the object (nullopt: the account).
bool MayGrant(ExecutionContext& context, const std::optional<Object>& object, absl::string_view privilege) {
  if (context.HasAccountPrivilege("MANAGE GRANTS")) return true;
  if (object && !object->schema.empty()) {
    // In a schema with managed access only its owner grants.
    const std::optional<Object> schema =
        context.Find(Kind::kSchema, {.database = object->database, .name = object->schema});
    if (schema && schema->props.value("managed", false)) return context.Owns(*schema);
  }
  if (object && context.Owns(*object)) return true;
  return absl::c_any_of(context.store().GrantsOn(object ? object->id : 0), [&](const Grant& grant) {
    return grant.privilege == privilege && grant.grant_option && context.roles().count(grant.role) > 0;
  });
}

// The object of ON; nullopt for the account.
absl::StatusOr<std::optional<Object>> Target(ExecutionContext& context, const sql::Statement& statement) {
  if (statement.kind == Kind::kAccount) return std::nullopt;
  if (context.HasAccountPrivilege("MANAGE GRANTS")) {
    // Whoever manages grants needs no USAGE on what holds the object.
    ASSIGN_OR_RETURN(const FullName name, context.Qualify(*statement.kind, statement.name));
    if (std::optional<Object> object = context.Find(*statement.kind, name)) return object;
    return DoesNotExist(*statement.kind, name.ToString());
  }
  ASSIGN_OR_RETURN(Object object, context.Require(*statement.kind, statement.name));
  return std::optional<Object>(std::move(object));
}

absl::StatusOr<ResultSet> GrantPrivileges(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const std::optional<Object> object, Target(context, statement));
  ASSIGN_OR_RETURN(const std::vector<std::string> privileges, Privileges(statement, *statement.kind));
  ASSIGN_OR_RETURN(const Object role, RequireRole(context, statement.target));
  for (const std::string& privilege : privileges) {
    if (!MayGrant(context, object, privilege)) return NotExecuted("Grant");
    Grant grant;
    grant.privilege = privilege;
    grant.object_id = object ? object->id : 0;
    grant.role = role.name;
    grant.granted_by = context.session().role;
    grant.grant_option = statement.HasFlag("WITH GRANT OPTION");
    grant.created_on = context.now();
    context.store().AddGrant(grant);
  }
  return Done();
}

absl::StatusOr<ResultSet> RevokePrivileges(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const std::optional<Object> object, Target(context, statement));
  ASSIGN_OR_RETURN(const std::vector<std::string> privileges, Privileges(statement, *statement.kind));
  ASSIGN_OR_RETURN(const Object role, RequireRole(context, statement.target));
  for (const std::string& privilege : privileges) {
    if (!MayGrant(context, object, privilege)) return NotExecuted("Revoke");
    Grant grant;
    grant.privilege = privilege;
    grant.object_id = object ? object->id : 0;
    grant.role = role.name;
    // Revoking what was not granted is no error.
    if (context.store().RemoveGrant(grant) && statement.HasFlag("GRANT OPTION FOR")) {
      grant.granted_by = context.session().role;
      grant.created_on = context.now();
      context.store().AddGrant(grant);
    }
  }
  return Done();
}

absl::StatusOr<ResultSet> GrantOwnership(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(std::optional<Object> object, Target(context, statement));
  if (!object) return Unsupported("GRANT OWNERSHIP ON ACCOUNT");
  if (object->kind == Kind::kService) return Unsupported("GRANT OWNERSHIP ON SERVICE");
  ASSIGN_OR_RETURN(const Object role, RequireRole(context, statement.target));
  if (!context.Owns(*object) && !context.HasAccountPrivilege("MANAGE GRANTS")) return NotExecuted("Grant");
  const std::vector<Grant> grants = context.store().GrantsOn(object->id);
  const bool revoke = statement.HasFlag("REVOKE CURRENT GRANTS");
  if (!grants.empty() && !revoke && !statement.HasFlag("COPY CURRENT GRANTS")) {
    return Refused(
        "003036", "42501",
        absl::StrCat("SQL execution error: Dependent grant of privilege '", grants[0].privilege, "' on securable '",
                     NameOf(*object).ToString(), "' to role '", grants[0].role, "' exists. It must be revoked first."));
  }
  if (revoke) {
    for (const Grant& grant : grants) context.store().RemoveGrant(grant);
  }
  object->owner = role.name;
  context.store().Update(*object);
  return Done();
}

// Granting `role` to `parent` must not close a circle.
absl::Status CheckNoCircle(ExecutionContext& context, const std::string& role, const std::string& parent) {
  if (role != "PUBLIC" && InheritedRoles(context.store().AllRoleGrants(), role).count(parent) == 0) {
    return absl::OkStatus();
  }
  return Refused("003045", "0L000",
                 absl::StrCat("SQL execution error: Cannot grant role '", role, "' to role '", parent,
                              "': the grant would be circular."));
}

absl::StatusOr<RoleGrant> ReadRoleGrant(ExecutionContext& context, const sql::Statement& statement,
                                        absl::string_view verb) {
  ASSIGN_OR_RETURN(const Object role, RequireRole(context, statement.name));
  RoleGrant grant;
  grant.role = role.name;
  grant.grantee_kind = statement.words.at("to") == "USER" ? Kind::kUser : Kind::kRole;
  ASSIGN_OR_RETURN(const FullName name, context.Qualify(grant.grantee_kind, statement.target));
  // Whoever may grant the role may name any user.
  const std::optional<Object> grantee = context.Find(grant.grantee_kind, name);
  if (!grantee) return DoesNotExist(grant.grantee_kind, name.ToString());
  if (!context.Owns(role) && !context.HasAccountPrivilege("MANAGE GRANTS")) return NotExecuted(verb);
  grant.grantee = grantee->name;
  grant.granted_by = context.session().role;
  grant.created_on = context.now();
  return grant;
}

absl::StatusOr<ResultSet> GrantRole(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const RoleGrant grant, ReadRoleGrant(context, statement, "Grant"));
  if (grant.grantee_kind == Kind::kRole) RETURN_IF_ERROR(CheckNoCircle(context, grant.role, grant.grantee));
  context.store().AddRoleGrant(grant);
  return Done();
}

absl::StatusOr<ResultSet> RevokeRole(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const RoleGrant grant, ReadRoleGrant(context, statement, "Revoke"));
  context.store().RemoveRoleGrant(grant);
  return Done();
}

}  // namespace

void RegisterGrants(Registry& registry) {
  registry.AddStatement("GRANT", GrantPrivileges);
  registry.AddStatement("REVOKE", RevokePrivileges);
  registry.AddStatement("GRANT OWNERSHIP", GrantOwnership);
  registry.AddStatement("GRANT ROLE", GrantRole);
  registry.AddStatement("REVOKE ROLE", RevokeRole);
}

}  // namespace spcs::engine
