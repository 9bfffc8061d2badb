// SPDX-License-Identifier: MPL-2.0
// Secrets. The value itself is never stored: a SHA-256 tells a test whether it changed.
#include <map>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "emulator/engine/hash.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/runtime/process/runtime.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

bool Has(const sql::Statement& statement, absl::string_view property) {
  return statement.Find(property) != nullptr;
}

absl::Status Missing(absl::string_view property) {
  return CompilationError(absl::StrCat("missing required property '", property, "' for 'SECRET'"));
}

// What CREATE must say of a type, and what ALTER may set. Those of OAUTH2 are CheckFlow()'s.
struct SecretType {
  std::vector<absl::string_view> required;
  std::vector<absl::string_view> settable;
};

const std::map<std::string, SecretType>& SecretTypes() {
  static const auto* const types = new std::map<std::string, SecretType>{
      {"GENERIC_STRING", {{"SECRET_STRING"}, {"SECRET_STRING"}}},
      {"PASSWORD", {{"USERNAME", "PASSWORD"}, {"USERNAME", "PASSWORD"}}},
      {"OAUTH2", {{"API_AUTHENTICATION"}, {"OAUTH_SCOPES", "OAUTH_REFRESH_TOKEN", "OAUTH_REFRESH_TOKEN_EXPIRY_TIME"}}},
      {"CLOUD_PROVIDER_TOKEN", {{"API_AUTHENTICATION", "ENABLED"}, {"API_AUTHENTICATION"}}},
      {"SYMMETRIC_KEY", {{"ALGORITHM"}, {}}},
  };
  return *types;
}

// No property of another type. `creates`: those that only CREATE takes are allowed too.
absl::Status CheckProperties(const std::string& type, const sql::Statement& statement, bool creates) {
  const SecretType& rules = SecretTypes().at(type);
  for (const sql::Property& property : statement.properties) {
    const bool common = property.name == "COMMENT" || (creates && property.name == "TYPE");
    const bool own = absl::c_linear_search(rules.settable, property.name) ||
                     (creates && absl::c_linear_search(rules.required, property.name));
    if (!common && !own) return InvalidProperty(property.name, type);
  }
  return absl::OkStatus();
}

absl::Status CheckRequired(const std::string& type, const sql::Statement& statement) {
  for (const absl::string_view property : SecretTypes().at(type).required) {
    if (!Has(statement, property)) return Missing(property);
  }
  return CheckWord(statement, "ALGORITHM", {"GENERIC"});
}

// The grant of the security integration decides which properties an OAUTH2 secret has.
absl::Status CheckFlow(const Object& integration, const sql::Statement& statement, bool creates) {
  const std::string grant = Member(integration, "oauth_grant");
  const bool code = grant == "AUTHORIZATION_CODE";
  for (const absl::string_view property : {"OAUTH_REFRESH_TOKEN", "OAUTH_REFRESH_TOKEN_EXPIRY_TIME"}) {
    if (!code && Has(statement, property)) return InvalidProperty(property, absl::StrCat("OAUTH2 with ", grant));
    if (code && creates && !Has(statement, property)) return Missing(property);
  }
  const sql::Value* scopes = statement.Find("OAUTH_SCOPES");
  if (scopes == nullptr) return absl::OkStatus();
  if (code) return InvalidProperty("OAUTH_SCOPES", absl::StrCat("OAUTH2 with ", grant));
  const nlohmann::json& allowed = integration.props.at("oauth_allowed_scopes");
  for (const sql::Value& scope : scopes->list) {
    if (!allowed.empty() && !absl::c_linear_search(allowed, scope.text))
      return InvalidValue(scope.text, "OAUTH_SCOPES");
  }
  return absl::OkStatus();
}

absl::Status SetExpiry(const sql::Statement& statement, nlohmann::json& props) {
  const sql::Value* text = statement.Find("OAUTH_REFRESH_TOKEN_EXPIRY_TIME");
  if (text == nullptr) return absl::OkStatus();
  absl::Time time;
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M:%E*S %z"}) {
    if (!absl::ParseTime(format, text->text, absl::UTCTimeZone(), &time, nullptr)) continue;
    props["oauth_refresh_token_expiry_time"] = TimeText(time);
    return absl::OkStatus();
  }
  return InvalidValue(text->text, "OAUTH_REFRESH_TOKEN_EXPIRY_TIME");
}

// The security integration of the statement or, behind CREATE, the one that is kept.
absl::Status SetIntegration(ExecutionContext& context, const sql::Statement& statement, bool creates,
                            nlohmann::json& props) {
  if (const sql::Value* name = statement.Find("API_AUTHENTICATION")) {
    ASSIGN_OR_RETURN(const Object integration, RequireApiAuthentication(context, name->name));
    const bool cloud = Member(integration, "auth_type") == "AWS_IAM";
    if (cloud != (props["secret_type"] == "CLOUD_PROVIDER_TOKEN")) {
      return InvalidValue(integration.name, "API_AUTHENTICATION");
    }
    props["integration_name"] = integration.name;
  }
  if (props["secret_type"] != "OAUTH2") return absl::OkStatus();
  const std::string name = props["integration_name"];
  const std::optional<Object> integration = context.Find(Kind::kIntegration, FullName{.name = name});
  if (!integration) return DoesNotExist(Kind::kIntegration, name);
  return CheckFlow(*integration, statement, creates);
}

absl::Status SetValues(ExecutionContext& context, const sql::Statement& statement, bool creates,
                       nlohmann::json& props) {
  RETURN_IF_ERROR(SetIntegration(context, statement, creates, props));
  RETURN_IF_ERROR(SetExpiry(statement, props));
  CopyProperties(statement, {{"USERNAME", "username"}, {"COMMENT", "comment"}}, props);
  for (const absl::string_view property : {"SECRET_STRING", "PASSWORD", "OAUTH_REFRESH_TOKEN"}) {
    if (const sql::Value* value = statement.Find(property)) props["sha256"] = Sha256Hex(value->text);
  }
  if (const sql::Value* scopes = statement.Find("OAUTH_SCOPES")) {
    props["oauth_scopes"] = nlohmann::json::array();
    for (const sql::Value& scope : scopes->list) props["oauth_scopes"].push_back(scope.text);
  }
  return absl::OkStatus();
}

// "[a, b]"; NULL where the type has no scopes.
Cell Scopes(const Object& secret) {
  if (Member(secret, "secret_type") != "OAUTH2") return std::nullopt;
  const auto scopes = secret.props.find("oauth_scopes");
  const bool given = scopes != secret.props.end();
  return absl::StrCat("[", given ? absl::StrJoin(scopes->get<std::vector<std::string>>(), ", ") : "", "]");
}

// Containers that run for real need the values themselves. `kept`: what ALTER leaves as it was. To be called when
// nothing can be refused any more: a refused statement leaves the values alone.
void GiveToContainers(ExecutionContext& context, const Object& secret, const sql::Statement& statement,
                      std::map<std::string, std::string> kept = {}) {
  if (context.options().processes == nullptr) return;
  std::map<std::string, std::string> values = std::move(kept);
  for (const auto& [property, key] : std::map<std::string, std::string>{
           {"SECRET_STRING", "secret_string"}, {"USERNAME", "username"}, {"PASSWORD", "password"}}) {
    if (const sql::Value* value = statement.Find(property)) values[key] = value->text;
  }
  if (!values.empty()) context.options().processes->KeepSecret(NameOf(secret).ToString(), std::move(values));
}

std::map<std::string, std::string> KnownToContainers(ExecutionContext& context, const Object& secret) {
  if (context.options().processes == nullptr) return {};
  return context.options().processes->Secret(NameOf(secret).ToString());
}

class SecretHandler : public KindHandler {
 public:
  SecretHandler() : KindHandler(Kind::kSecret) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    const sql::Value* type = statement.Find("TYPE");
    if (type == nullptr) return Missing("TYPE");
    if (SecretTypes().count(type->text) == 0) return InvalidValue(type->text, "TYPE");
    RETURN_IF_ERROR(CheckProperties(type->text, statement, /*creates=*/true));
    RETURN_IF_ERROR(CheckRequired(type->text, statement));
    Object secret = context.NewObject(kind(), start.name);
    secret.props = {{"comment", ""}, {"secret_type", type->text}};
    RETURN_IF_ERROR(SetValues(context, statement, /*creates=*/true, secret.props));
    if (start.replaced) {
      RETURN_IF_ERROR(CheckUnused(context, *start.replaced));
      context.store().Delete(start.replaced->id);
    }
    context.store().Insert(secret);
    GiveToContainers(context, secret, statement);
    return Created("Secret", secret.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> secret, StartAlter(context, kind(), statement));
    if (!secret) return Done();
    RETURN_IF_ERROR(CheckProperties(Member(*secret, "secret_type"), statement, /*creates=*/false));
    RETURN_IF_ERROR(SetValues(context, statement, /*creates=*/false, secret->props));
    if (statement.action == "UNSET") secret->props["comment"] = "";
    context.store().Update(*secret);
    GiveToContainers(context, *secret, statement, KnownToContainers(context, *secret));
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> secret, StartDrop(context, kind(), statement));
    if (!secret) return AlreadyDropped(statement);
    RETURN_IF_ERROR(CheckUnused(context, *secret));
    context.store().Delete(secret->id);
    return Dropped(secret->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> secrets, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("schema_name"), Text("database_name"),
                        Text("owner"), Text("comment"), Text("secret_type"), Text("oauth_scopes"),
                        Text("owner_role_type")});
    for (const Object& secret : secrets) {
      rows.Add({TimeText(secret.created_on), secret.name, secret.schema, secret.database, secret.owner,
                Member(secret, "comment"), Member(secret, "secret_type"), Scopes(secret), "ROLE"});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object secret, context.Require(kind(), statement.name));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("schema_name"), Text("database_name"),
                        Text("owner"), Text("comment"), Text("secret_type"), Text("username"),
                        Timestamp("oauth_access_token_expiry_time"), Timestamp("oauth_refresh_token_expiry_time"),
                        Text("oauth_scopes"), Text("integration_name")});
    rows.Add({TimeText(secret.created_on), secret.name, secret.schema, secret.database, secret.owner,
              Member(secret, "comment"), Member(secret, "secret_type"), TextOrNull(Member(secret, "username")),
              std::nullopt, TextOrNull(Member(secret, "oauth_refresh_token_expiry_time")), Scopes(secret),
              TextOrNull(Member(secret, "integration_name"))});
    return std::move(rows).Build();
  }

 private:
  static absl::Status CheckUnused(ExecutionContext& context, const Object& secret) {
    const std::optional<Object> integration = IntegrationUsing(context, secret.id);
    if (!integration) return absl::OkStatus();
    return Refused("001493", "23001",
                   absl::StrCat("Cannot drop Secret ", secret.name, " as it is associated with integration ",
                                integration->name, "."));
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeSecretHandler() {
  return std::make_unique<SecretHandler>();
}

}  // namespace spcs::engine
