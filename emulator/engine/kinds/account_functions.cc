// SPDX-License-Identifier: MPL-2.0
// CURRENT_…() and the SYSTEM$ functions that are about the account, its sessions and its roles.
#include <functional>

#include "absl/strings/str_cat.h"
#include "emulator/engine/account.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/json.h"

namespace spcs::engine {
namespace {

using Plain = std::function<Cell(ExecutionContext&)>;

absl::Status WrongArguments(absl::string_view name) {
  return SqlError(absl::StatusCode::kInvalidArgument, "000938", "22023",
                  absl::StrCat("SQL compilation error:\ntoo many arguments for function [", name, "]"));
}

// NULL for what the session does not have.
Cell OrNull(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

Cell AvailableRoles(ExecutionContext& context) {
  const std::set<std::string> roles = RolesOfUser(context.store(), context.session().user);
  return DumpJson(nlohmann::json(roles));
}

void AddPlain(Registry& registry, const std::string& name, Plain function) {
  registry.AddFunction(
      name,
      [name, function = std::move(function)](ExecutionContext& context,
                                             const std::vector<sql::Value>& arguments) -> absl::StatusOr<Cell> {
        if (!arguments.empty()) return WrongArguments(name);
        return function(context);
      });
}

absl::StatusOr<Cell> IsRoleInSession(ExecutionContext& context, const std::vector<sql::Value>& arguments) {
  if (arguments.size() != 1) return WrongArguments("IS_ROLE_IN_SESSION");
  return BoolText(context.roles().count(arguments[0].text) > 0);
}

}  // namespace

void RegisterAccountFunctions(Registry& registry) {
  AddPlain(registry, "CURRENT_ACCOUNT", [](ExecutionContext& context) { return context.account().locator; });
  AddPlain(registry, "CURRENT_ACCOUNT_NAME", [](ExecutionContext& context) { return context.account().account_name; });
  AddPlain(registry, "CURRENT_ORGANIZATION_NAME",
           [](ExecutionContext& context) { return context.account().organization; });
  AddPlain(registry, "CURRENT_REGION", [](ExecutionContext& context) { return context.account().region; });
  AddPlain(registry, "CURRENT_ROLE", [](ExecutionContext& context) { return OrNull(context.session().role); });
  AddPlain(registry, "CURRENT_USER", [](ExecutionContext& context) { return OrNull(context.session().user); });
  AddPlain(registry, "CURRENT_WAREHOUSE",
           [](ExecutionContext& context) { return OrNull(context.session().warehouse); });
  AddPlain(registry, "CURRENT_DATABASE", [](ExecutionContext& context) { return OrNull(context.session().database); });
  AddPlain(registry, "CURRENT_SCHEMA", [](ExecutionContext& context) { return OrNull(context.session().schema); });
  AddPlain(registry, "CURRENT_AVAILABLE_ROLES", AvailableRoles);
  AddPlain(registry, "CURRENT_VERSION", [](ExecutionContext&) { return Cell("10.10.0"); });
  // Which clients are supported, and until when; a client that is not listed takes itself for supported.
  AddPlain(registry, "SYSTEM$CLIENT_VERSION_INFO", [](ExecutionContext&) { return Cell("[]"); });
  AddPlain(registry, "CURRENT_SESSION", [](ExecutionContext& context) {
    if (!context.session().id.empty()) return context.session().id;
    return absl::StrCat(std::hash<std::string>()(context.session().user) % 1'000'000'000'000);
  });
  registry.AddFunction("IS_ROLE_IN_SESSION", IsRoleInSession);
}

}  // namespace spcs::engine
