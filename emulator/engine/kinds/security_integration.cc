// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/security_integration.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "emulator/engine/kinds/common.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr PropertyMap kMap = {{"AUTH_TYPE", "auth_type"},
                              {"OAUTH_GRANT", "oauth_grant"},
                              {"OAUTH_CLIENT_ID", "oauth_client_id"},
                              {"OAUTH_TOKEN_ENDPOINT", "oauth_token_endpoint"},
                              {"AWS_ROLE_ARN", "aws_role_arn"},
                              {"ENABLED", "enabled"},
                              {"COMMENT", "comment"}};

absl::Status CheckRequired(const sql::Statement& statement, std::initializer_list<absl::string_view> required) {
  for (const absl::string_view property : required) {
    if (statement.Find(property) != nullptr) continue;
    return CompilationError(absl::StrCat("missing required property '", property, "' for 'SECURITY_INTEGRATION'"));
  }
  return absl::OkStatus();
}

absl::Status CheckSort(const sql::Statement& statement) {
  RETURN_IF_ERROR(CheckRequired(statement, {"TYPE", "AUTH_TYPE", "ENABLED"}));
  if (statement.Find("TYPE")->text != "API_AUTHENTICATION") {
    return Unsupported(absl::StrCat("SECURITY INTEGRATION TYPE ", statement.Find("TYPE")->text));
  }
  RETURN_IF_ERROR(CheckWord(statement, "AUTH_TYPE", {"OAUTH2", "AWS_IAM"}));
  RETURN_IF_ERROR(CheckWord(statement, "OAUTH_GRANT", {"CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "JWT_BEARER"}));
  if (statement.Find("AUTH_TYPE")->text == "AWS_IAM") return CheckRequired(statement, {"AWS_ROLE_ARN"});
  return CheckRequired(statement, {"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"});
}

absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, Kind::kIntegration, statement));
  if (start.done) return *std::move(start.done);
  RETURN_IF_ERROR(CheckSort(statement));
  Object integration = context.NewObject(Kind::kIntegration, start.name);
  integration.props = {
      {"comment", ""}, {"oauth_grant", "CLIENT_CREDENTIALS"}, {"oauth_allowed_scopes", nlohmann::json::array()}};
  CopyProperties(statement, kMap, integration.props);
  if (const sql::Value* scopes = statement.Find("OAUTH_ALLOWED_SCOPES")) {
    for (const sql::Value& scope : scopes->list) integration.props["oauth_allowed_scopes"].push_back(scope.text);
  }
  if (start.replaced) context.store().Delete(start.replaced->id);
  context.store().Insert(integration);
  return Created("Integration", integration.name);
}

absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const std::optional<Object> integration, StartDrop(context, Kind::kIntegration, statement));
  if (!integration) return AlreadyDropped(statement);
  if (IsExternalAccess(*integration)) return DoesNotExist(Kind::kIntegration, integration->name);
  context.store().Delete(integration->id);
  return Dropped(integration->name);
}

absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const std::vector<Object> integrations, context.ListVisible(Kind::kIntegration, statement.show));
  ResultBuilder rows(
      {Text("name"), Text("type"), Text("category"), Text("enabled"), Text("comment"), Timestamp("created_on")});
  for (const Object& integration : integrations) {
    if (!IsExternalAccess(integration)) rows.Add(SecurityIntegrationRow(integration));
  }
  return std::move(rows).Build();
}

}  // namespace

Row SecurityIntegrationRow(const Object& integration) {
  return {integration.name,
          "API_AUTHENTICATION",
          "SECURITY",
          BoolText(integration.props.value("enabled", false)),
          Member(integration, "comment"),
          TimeText(integration.created_on)};
}

ResultSet DescribeSecurityIntegration(const Object& integration) {
  ResultBuilder rows({Text("property"), Text("property_type"), Text("property_value"), Text("property_default")});
  const std::vector<std::string> scopes = integration.props.at("oauth_allowed_scopes");
  rows.Add({"ENABLED", "Boolean", BoolText(integration.props.value("enabled", false)), "false"});
  rows.Add({"AUTH_TYPE", "String", Member(integration, "auth_type"), "OAUTH2"});
  rows.Add({"OAUTH_GRANT", "String", Member(integration, "oauth_grant"), ""});
  rows.Add({"OAUTH_CLIENT_ID", "String", Member(integration, "oauth_client_id"), ""});
  rows.Add({"OAUTH_ALLOWED_SCOPES", "List", absl::StrCat("[", absl::StrJoin(scopes, ", "), "]"), "[]"});
  rows.Add({"COMMENT", "String", Member(integration, "comment"), ""});
  return std::move(rows).Build();
}

void RegisterSecurityIntegrations(Registry& registry) {
  registry.AddStatement("CREATE SECURITY INTEGRATION", Create);
  registry.AddStatement("DROP SECURITY INTEGRATION", Drop);
  registry.AddStatement("SHOW SECURITY INTEGRATIONS", Show);
  registry.AddStatement("DESCRIBE SECURITY INTEGRATION",
                        [](ExecutionContext& context, const sql::Statement& statement) -> absl::StatusOr<ResultSet> {
                          ASSIGN_OR_RETURN(const Object found, context.Require(Kind::kIntegration, statement.name));
                          if (IsExternalAccess(found)) return DoesNotExist(Kind::kIntegration, found.name);
                          return DescribeSecurityIntegration(found);
                        });
}

}  // namespace spcs::engine
