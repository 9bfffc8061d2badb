// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/account.h"

#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

constexpr absl::string_view kDemoRole = "SPCS_DEMO", kDemoWarehouse = "DEMO_WH", kAdmin = "ACCOUNTADMIN";

Object NewObject(Kind kind, absl::string_view name, absl::string_view owner, absl::Time now) {
  Object object;
  object.kind = kind;
  object.name = std::string(name);
  object.owner = std::string(owner);
  object.created_on = now;
  return object;
}

void MakeRoles(Store& store, absl::Time now) {
  for (const absl::string_view name : {"ACCOUNTADMIN", "SECURITYADMIN", "SYSADMIN", "USERADMIN", "PUBLIC"}) {
    Object role = NewObject(Kind::kRole, name, "", now);
    role.props["system"] = true;
    store.Insert(role);
  }
  Object demo = NewObject(Kind::kRole, kDemoRole, "USERADMIN", now);
  store.Insert(demo);
  const std::pair<absl::string_view, absl::string_view> kHierarchy[] = {{"SYSADMIN", "ACCOUNTADMIN"},
                                                                        {"SECURITYADMIN", "ACCOUNTADMIN"},
                                                                        {"USERADMIN", "SECURITYADMIN"},
                                                                        {kDemoRole, "SYSADMIN"}};
  for (const auto& [role, parent] : kHierarchy) {
    store.AddRoleGrant({std::string(role), Kind::kRole, std::string(parent), "", now});
  }
  const std::pair<absl::string_view, absl::string_view> kPrivileges[] = {{"CREATE DATABASE", "SYSADMIN"},
                                                                         {"CREATE WAREHOUSE", "SYSADMIN"},
                                                                         {"CREATE USER", "USERADMIN"},
                                                                         {"CREATE ROLE", "USERADMIN"},
                                                                         {"MANAGE GRANTS", "SECURITYADMIN"}};
  for (const auto& [privilege, role] : kPrivileges) {
    store.AddGrant({std::string(privilege), 0, "", std::string(role), "", false, now});
  }
}

void MakeUser(Store& store, const EngineOptions& options, absl::Time now) {
  const std::string name = absl::AsciiStrToUpper(options.user);
  Object user = NewObject(Kind::kUser, name, "USERADMIN", now);
  user.props = {{"login_name", name},        {"display_name", name},
                {"default_role", kDemoRole}, {"default_warehouse", kDemoWarehouse},
                {"type", "SERVICE"},         {"rsa_public_key", StripPublicKey(options.user_public_key)}};
  store.Insert(user);
  for (const absl::string_view role : {kDemoRole, kAdmin}) {
    store.AddRoleGrant({std::string(role), Kind::kUser, name, std::string(kAdmin), now});
  }
}

// Two letters and five digits, as account locators look.
std::string MakeLocator(uint64_t seed) {
  std::mt19937_64 random(seed ^ 0x5350435341434354ULL);
  std::string locator;
  for (int i = 0; i < 2; ++i) locator += static_cast<char>('A' + random() % 26);
  for (int i = 0; i < 5; ++i) locator += static_cast<char>('0' + random() % 10);
  return locator;
}

}  // namespace

void MakeAccount(Store& store, const EngineOptions& options) {
  if (store.GetRecord("account", "locator")) return;
  const absl::Time now = options.clock->Now();
  store.PutRecord("account", "locator", MakeLocator(options.seed));
  store.PutRecord("account", "organization", absl::AsciiStrToUpper(options.organization));
  store.PutRecord("account", "account_name", absl::AsciiStrToUpper(options.account_name));
  store.PutRecord("account", "region", "AWS_US_WEST_2");
  MakeRoles(store, now);
  MakeUser(store, options, now);
  Object warehouse = NewObject(Kind::kWarehouse, kDemoWarehouse, "SYSADMIN", now);
  warehouse.props = {{"state", "STARTED"}, {"size", "X-Small"}, {"auto_suspend", 600}, {"auto_resume", true}};
  store.Insert(warehouse);
}

AccountInfo ReadAccount(Store& store) {
  const auto read = [&](absl::string_view key) { return store.GetRecord("account", key).value_or(""); };
  return {read("organization"), read("account_name"), read("locator"), read("region")};
}

std::set<std::string> InheritedRoles(const std::vector<RoleGrant>& grants, absl::string_view role) {
  std::set<std::string> roles = {"PUBLIC"};
  std::vector<std::string> todo = {"PUBLIC"};
  if (!role.empty() && roles.insert(std::string(role)).second) todo.emplace_back(role);
  while (!todo.empty()) {
    const std::string parent = std::move(todo.back());
    todo.pop_back();
    for (const RoleGrant& grant : grants) {
      if (grant.grantee_kind != Kind::kRole || grant.grantee != parent) continue;
      if (roles.insert(grant.role).second) todo.push_back(grant.role);
    }
  }
  return roles;
}

std::set<std::string> RolesOfUser(Store& store, absl::string_view user) {
  const std::vector<RoleGrant> grants = store.AllRoleGrants();
  std::set<std::string> roles = {"PUBLIC"};
  for (const RoleGrant& grant : grants) {
    if (grant.grantee_kind == Kind::kUser && grant.grantee == user) roles.merge(InheritedRoles(grants, grant.role));
  }
  return roles;
}

absl::StatusOr<UserRecord> ReadUser(Store& store, absl::string_view name) {
  for (const Object& object : store.List(Kind::kUser)) {
    const std::string login = JsonString(object.props, "login_name");
    if (!absl::EqualsIgnoreCase(object.name, name) && !absl::EqualsIgnoreCase(login, name)) continue;
    UserRecord user;
    user.name = object.name;
    user.login_name = login.empty() ? object.name : login;
    for (const absl::string_view key : {"rsa_public_key", "rsa_public_key_2"}) {
      if (std::string text = JsonString(object.props, key); !text.empty()) user.public_keys.push_back(std::move(text));
    }
    user.default_role = JsonString(object.props, "default_role");
    user.default_warehouse = JsonString(object.props, "default_warehouse");
    user.default_namespace = JsonString(object.props, "default_namespace");
    user.disabled = object.props.value("disabled", false);
    const std::set<std::string> roles = RolesOfUser(store, object.name);
    user.roles.assign(roles.begin(), roles.end());
    return user;
  }
  return absl::NotFoundError("there is no user of that name");
}

std::string StripPublicKey(absl::string_view key) {
  std::string stripped;
  for (const absl::string_view line : absl::StrSplit(key, '\n')) {
    if (absl::StartsWith(absl::StripAsciiWhitespace(line), "-----")) continue;
    for (const char c : line) {
      if (!absl::ascii_isspace(c)) stripped += c;
    }
  }
  return stripped;
}

}  // namespace spcs::engine
