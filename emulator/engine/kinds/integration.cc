// SPDX-License-Identifier: MPL-2.0
// External access integrations: which network rules and secrets a service may use. Both are kept by id, so that a
// renamed schema does not break them; neither can be dropped while an integration names it.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/kinds/security_integration.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr absl::string_view kRules = "ALLOWED_NETWORK_RULES", kSecrets = "ALLOWED_AUTHENTICATION_SECRETS",
                            kApis = "ALLOWED_API_AUTHENTICATION_INTEGRATIONS";

// The rules of the list as ids. Only rules for leaving traffic can be used.
absl::Status SetRules(ExecutionContext& context, const sql::Statement& statement, nlohmann::json& props) {
  const sql::Value* list = statement.Find(kRules);
  if (list == nullptr) return absl::OkStatus();
  if (list->type == sql::Value::Type::kWord) return InvalidValue(list->text, kRules);
  nlohmann::json ids = nlohmann::json::array();
  for (const sql::Value& item : list->list) {
    ASSIGN_OR_RETURN(const Object rule, context.Require(Kind::kNetworkRule, item.name));
    RETURN_IF_ERROR(context.RequirePrivilege(rule, "USAGE"));
    if (Member(rule, "mode") != "EGRESS") {
      return CompilationError(
          absl::StrCat("Network rule ", NameOf(rule).ToString(), " has mode ", Member(rule, "mode"),
                       "; only network rules with mode EGRESS can be used in an external access integration."));
    }
    ids.push_back(rule.id);
  }
  props["network_rules"] = std::move(ids);
  return absl::OkStatus();
}

// The secrets of the list as ids, or ALL or NONE.
absl::Status SetSecrets(ExecutionContext& context, const sql::Statement& statement, nlohmann::json& props) {
  const sql::Value* list = statement.Find(kSecrets);
  if (list == nullptr) return absl::OkStatus();
  nlohmann::json ids = nlohmann::json::array();
  for (const sql::Value& item : list->list) {
    ASSIGN_OR_RETURN(const Object secret, context.Require(Kind::kSecret, item.name));
    RETURN_IF_ERROR(context.RequireAnyPrivilege(secret, {"USAGE", "READ"}));
    ids.push_back(secret.id);
  }
  props["secrets"] = std::move(ids);
  props["all_secrets"] = list->type == sql::Value::Type::kWord && list->text == "ALL";
  return absl::OkStatus();
}

// The security integrations of the list as ids, or NONE.
absl::Status SetApis(ExecutionContext& context, const sql::Statement& statement, nlohmann::json& props) {
  const sql::Value* list = statement.Find(kApis);
  if (list == nullptr) return absl::OkStatus();
  if (list->type == sql::Value::Type::kWord && list->text != "NONE") return InvalidValue(list->text, kApis);
  nlohmann::json ids = nlohmann::json::array();
  for (const sql::Value& item : list->list) {
    ASSIGN_OR_RETURN(const Object integration, RequireApiAuthentication(context, item.name));
    ids.push_back(integration.id);
  }
  props["apis"] = std::move(ids);
  return absl::OkStatus();
}

// "[DB.SC.A, DB.SC.B]".
std::string ListText(ExecutionContext& context, const Object& integration, const char* key) {
  std::vector<std::string> names;
  for (const nlohmann::json& id : integration.props.at(key)) {
    if (const std::optional<Object> object = context.store().Get(id.get<int64_t>())) {
      names.push_back(NameOf(*object).ToString());
    }
  }
  return absl::StrCat("[", absl::StrJoin(names, ", "), "]");
}

class IntegrationHandler : public KindHandler {
 public:
  IntegrationHandler() : KindHandler(Kind::kIntegration) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    for (const absl::string_view required : {kRules, absl::string_view("ENABLED")}) {
      if (statement.Find(required) != nullptr) continue;
      return CompilationError(
          absl::StrCat("missing required property '", required, "' for 'EXTERNAL_ACCESS_INTEGRATION'"));
    }
    Object integration = context.NewObject(kind(), start.name);
    integration.props = {{"comment", ""},
                         {"network_rules", nlohmann::json::array()},
                         {"secrets", nlohmann::json::array()},
                         {"apis", nlohmann::json::array()},
                         {"all_secrets", false}};
    RETURN_IF_ERROR(Set(context, statement, integration));
    if (start.replaced) context.store().Delete(start.replaced->id);
    context.store().Insert(integration);
    return Created("Integration", integration.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> integration, StartAlter(context, kind(), statement));
    if (!integration) return Done();
    if (!IsExternalAccess(*integration)) return DoesNotExist(kind(), integration->name);
    RETURN_IF_ERROR(Set(context, statement, *integration));
    for (const std::string& name : statement.unset) {
      if (name == "COMMENT") integration->props["comment"] = "";
      if (name == kRules) integration->props["network_rules"] = nlohmann::json::array();
      if (name == kApis) integration->props["apis"] = nlohmann::json::array();
      if (name == kSecrets) {
        integration->props["secrets"] = nlohmann::json::array();
        integration->props["all_secrets"] = false;
      }
    }
    context.store().Update(*integration);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> integration, StartDrop(context, kind(), statement));
    if (!integration) return AlreadyDropped(statement);
    context.store().Delete(integration->id);
    return Dropped(integration->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> integrations, context.ListVisible(kind(), statement.show));
    ResultBuilder rows(
        {Text("name"), Text("type"), Text("category"), Text("enabled"), Text("comment"), Timestamp("created_on")});
    for (const Object& integration : integrations) {
      if (!IsExternalAccess(integration)) {
        if (statement.HasFlag("EVERY SORT")) rows.Add(SecurityIntegrationRow(integration));
        continue;
      }
      rows.Add({integration.name, "EXTERNAL_ACCESS", "EXTERNAL_ACCESS",
                BoolText(integration.props.value("enabled", false)), Member(integration, "comment"),
                TimeText(integration.created_on)});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object integration, context.Require(kind(), statement.name));
    if (!IsExternalAccess(integration)) return DescribeSecurityIntegration(integration);
    ResultBuilder rows({Text("property"), Text("property_type"), Text("property_value"), Text("property_default")});
    const bool all = integration.props.value("all_secrets", false);
    rows.Add({"ENABLED", "Boolean", BoolText(integration.props.value("enabled", false)), "false"});
    rows.Add({std::string(kRules), "List", ListText(context, integration, "network_rules"), "[]"});
    rows.Add({std::string(kApis), "List", ListText(context, integration, "apis"), "[]"});
    rows.Add({std::string(kSecrets), "List", all ? "all" : ListText(context, integration, "secrets"), "[]"});
    rows.Add({"COMMENT", "String", Member(integration, "comment"), ""});
    return std::move(rows).Build();
  }

  nlohmann::json AdminView(ExecutionContext& context, const Object& integration) override {
    nlohmann::json view = integration.props;
    if (!IsExternalAccess(integration)) return view;
    view["network_rules"] = ListText(context, integration, "network_rules");
    view["secrets"] = ListText(context, integration, "secrets");
    view["apis"] = ListText(context, integration, "apis");
    return view;
  }

 private:
  static absl::Status Set(ExecutionContext& context, const sql::Statement& statement, Object& integration) {
    RETURN_IF_ERROR(SetApis(context, statement, integration.props));
    RETURN_IF_ERROR(SetRules(context, statement, integration.props));
    RETURN_IF_ERROR(SetSecrets(context, statement, integration.props));
    CopyProperties(statement, {{"ENABLED", "enabled"}, {"COMMENT", "comment"}}, integration.props);
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeIntegrationHandler() {
  return std::make_unique<IntegrationHandler>();
}

}  // namespace spcs::engine
