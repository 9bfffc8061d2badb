// SPDX-License-Identifier: MPL-2.0
// SHOW GRANTS in its forms, and the few SHOW PARAMETERS that clients ask for.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/account.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

ResultBuilder PrivilegeRows() {
  return ResultBuilder({Timestamp("created_on"), Text("privilege"), Text("granted_on"), Text("name"),
                        Text("granted_to"), Text("grantee_name"), Text("grant_option"), Text("granted_by")});
}

std::string GrantedOn(Kind kind) {
  return absl::StrReplaceAll(sql::InfoOf(kind).keyword, {{" ", "_"}});
}

void AddPrivilege(ExecutionContext& context, const Grant& grant, ResultBuilder& rows) {
  const std::optional<Object> object = context.store().Get(grant.object_id);
  std::string on = object ? GrantedOn(object->kind) : "ACCOUNT";
  std::string name = object ? NameOf(*object).ToString() : context.account().locator;
  if (!grant.detail.empty()) {
    on = "SERVICE_ROLE";
    absl::StrAppend(&name, "!", grant.detail);
  }
  rows.Add({TimeText(grant.created_on), grant.privilege, on, name, "ROLE", grant.role, BoolText(grant.grant_option),
            grant.granted_by});
}

void AddOwnership(const Object& object, ResultBuilder& rows) {
  if (object.owner.empty()) return;
  rows.Add({TimeText(object.created_on), "OWNERSHIP", GrantedOn(object.kind), NameOf(object).ToString(), "ROLE",
            object.owner, "true", object.owner});
}

absl::StatusOr<ResultSet> OnObject(ExecutionContext& context, const sql::Statement& statement) {
  ResultBuilder rows = PrivilegeRows();
  int64_t id = 0;
  if (statement.kind != Kind::kAccount) {
    ASSIGN_OR_RETURN(const Object object, context.Require(*statement.kind, statement.name));
    AddOwnership(object, rows);
    id = object.id;
  }
  for (const Grant& grant : context.store().GrantsOn(id)) {
    if (grant.detail.empty()) AddPrivilege(context, grant, rows);
  }
  return std::move(rows).Build();
}

// Whoever has the role, or manages grants, may see what it has.
absl::Status CheckMayInspect(ExecutionContext& context, const Object& role) {
  if (context.roles().count(role.name) > 0 || context.Owns(role) || context.HasAccountPrivilege("MANAGE GRANTS")) {
    return absl::OkStatus();
  }
  return InsufficientPrivileges(Kind::kRole, role.name);
}

absl::StatusOr<ResultSet> ToRole(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object role, context.Require(Kind::kRole, statement.name));
  RETURN_IF_ERROR(CheckMayInspect(context, role));
  ResultBuilder rows = PrivilegeRows();
  for (const Grant& grant : context.store().GrantsTo(role.name)) AddPrivilege(context, grant, rows);
  for (const sql::KindInfo& info : sql::AllKinds()) {
    if (info.kind == Kind::kAccount || info.kind == Kind::kImage) continue;
    for (const Object& object : context.store().List(info.kind)) {
      if (object.owner == role.name) AddOwnership(object, rows);
    }
  }
  for (const RoleGrant& grant : context.store().AllRoleGrants()) {
    if (grant.grantee_kind != Kind::kRole || grant.grantee != role.name) continue;
    rows.Add({TimeText(grant.created_on), "USAGE", "ROLE", grant.role, "ROLE", role.name, "false", grant.granted_by});
  }
  return std::move(rows).Build();
}

absl::StatusOr<ResultSet> OfRole(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object role, context.Require(Kind::kRole, statement.name));
  RETURN_IF_ERROR(CheckMayInspect(context, role));
  ResultBuilder rows(
      {Timestamp("created_on"), Text("role"), Text("granted_to"), Text("grantee_name"), Text("granted_by")});
  for (const RoleGrant& grant : context.store().AllRoleGrants()) {
    if (grant.role != role.name) continue;
    rows.Add({TimeText(grant.created_on), grant.role, std::string(sql::InfoOf(grant.grantee_kind).keyword),
              grant.grantee, grant.granted_by});
  }
  return std::move(rows).Build();
}

absl::StatusOr<ResultSet> ToUser(ExecutionContext& context, const std::string& user) {
  ResultBuilder rows(
      {Timestamp("created_on"), Text("role"), Text("granted_to"), Text("grantee_name"), Text("granted_by")});
  for (const RoleGrant& grant : context.store().AllRoleGrants()) {
    if (grant.grantee_kind != Kind::kUser || grant.grantee != user) continue;
    rows.Add({TimeText(grant.created_on), grant.role, "USER", grant.grantee, grant.granted_by});
  }
  return std::move(rows).Build();
}

absl::StatusOr<ResultSet> ShowGrants(ExecutionContext& context, const sql::Statement& statement) {
  const std::string& what = statement.words.at("what");
  if (what == "ON") return OnObject(context, statement);
  if (what == "TO ROLE") return ToRole(context, statement);
  if (what == "OF ROLE") return OfRole(context, statement);
  if (what.empty()) return ToUser(context, context.session().user);
  ASSIGN_OR_RETURN(const Object user, context.Require(Kind::kUser, statement.name));
  return ToUser(context, user.name);
}

struct Parameter {
  const char *key, *value, *description, *type;
};

constexpr Parameter kParameters[] = {
    {"AUTOCOMMIT", "true", "Each statement is committed by itself.", "BOOLEAN"},
    {"QUOTED_IDENTIFIERS_IGNORE_CASE", "false", "Quoted identifiers keep their case.", "BOOLEAN"},
    {"STATEMENT_TIMEOUT_IN_SECONDS", "172800", "Time after which a statement is cancelled.", "NUMBER"},
    {"TIMEZONE", "America/Los_Angeles", "Time zone of the session.", "STRING"},
};

absl::StatusOr<ResultSet> ShowParameters(ExecutionContext& context, const sql::Statement& statement) {
  if (!statement.show.in_name.empty()) {
    const std::optional<Kind> kind = sql::KindOfKeyword(statement.show.in);
    if (!kind) return Unsupported(absl::StrCat("SHOW PARAMETERS IN ", statement.show.in));
    RETURN_IF_ERROR(context.Require(*kind, statement.show.in_name).status());
  }
  ResultBuilder rows({Text("key"), Text("value"), Text("default"), Text("level"), Text("description"), Text("type")});
  std::vector<std::string> names;
  for (const Parameter& parameter : kParameters) names.emplace_back(parameter.key);
  for (const size_t index : FilterNames(statement.show, names)) {
    const Parameter& parameter = kParameters[index];
    rows.Add({parameter.key, parameter.value, parameter.value, "", parameter.description, parameter.type});
  }
  return std::move(rows).Build();
}

}  // namespace

void RegisterShowGrants(Registry& registry) {
  registry.AddStatement("SHOW GRANTS", ShowGrants);
  registry.AddStatement("SHOW PARAMETERS", ShowParameters);
}

}  // namespace spcs::engine
