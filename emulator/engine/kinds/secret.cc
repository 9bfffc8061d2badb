// SPDX-License-Identifier: MPL-2.0
// Secrets. The value itself is never stored: a SHA-256 tells a test whether it changed.
#include "absl/strings/str_cat.h"
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

// The properties that the type has, and no others.
absl::Status CheckProperties(const std::string& type, const sql::Statement& statement) {
  const bool generic = type == "GENERIC_STRING";
  for (const absl::string_view foreign : {generic ? "USERNAME" : "SECRET_STRING", generic ? "PASSWORD" : ""}) {
    if (!foreign.empty() && Has(statement, foreign)) return InvalidProperty(foreign, type);
  }
  return absl::OkStatus();
}

absl::Status CheckRequired(const std::string& type, const sql::Statement& statement) {
  if (type == "GENERIC_STRING") return Has(statement, "SECRET_STRING") ? absl::OkStatus() : Missing("SECRET_STRING");
  for (const absl::string_view property : {"USERNAME", "PASSWORD"}) {
    if (!Has(statement, property)) return Missing(property);
  }
  return absl::OkStatus();
}

void SetValues(const sql::Statement& statement, nlohmann::json& props) {
  CopyProperties(statement, {{"USERNAME", "username"}, {"COMMENT", "comment"}}, props);
  for (const absl::string_view property : {"SECRET_STRING", "PASSWORD"}) {
    if (const sql::Value* value = statement.Find(property)) props["sha256"] = Sha256Hex(value->text);
  }
}

// Containers that run for real need the value itself.
void GiveToContainers(ExecutionContext& context, const Object& secret, const sql::Statement& statement) {
  if (context.options().processes == nullptr) return;
  std::map<std::string, std::string> values;
  for (const auto& [property, key] : std::map<std::string, std::string>{
           {"SECRET_STRING", "secret_string"}, {"USERNAME", "username"}, {"PASSWORD", "password"}}) {
    if (const sql::Value* value = statement.Find(property)) values[key] = value->text;
  }
  if (!values.empty()) context.options().processes->KeepSecret(NameOf(secret).ToString(), std::move(values));
}

class SecretHandler : public KindHandler {
 public:
  SecretHandler() : KindHandler(Kind::kSecret) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    const sql::Value* type = statement.Find("TYPE");
    if (type == nullptr) return Missing("TYPE");
    for (const absl::string_view other : {"OAUTH2", "SYMMETRIC_KEY", "CLOUD_PROVIDER_TOKEN", "JWT_KEY_PAIR"}) {
      if (type->text == other) return Unsupported(absl::StrCat("SECRET TYPE ", other));
    }
    RETURN_IF_ERROR(CheckWord(statement, "TYPE", {"GENERIC_STRING", "PASSWORD"}));
    RETURN_IF_ERROR(CheckProperties(type->text, statement));
    RETURN_IF_ERROR(CheckRequired(type->text, statement));
    Object secret = context.NewObject(kind(), start.name);
    secret.props = {{"comment", ""}, {"secret_type", type->text}};
    SetValues(statement, secret.props);
    GiveToContainers(context, secret, statement);
    if (start.replaced) {
      RETURN_IF_ERROR(CheckUnused(context, *start.replaced));
      context.store().Delete(start.replaced->id);
    }
    context.store().Insert(secret);
    return Created("Secret", secret.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> secret, StartAlter(context, kind(), statement));
    if (!secret) return Done();
    RETURN_IF_ERROR(CheckProperties(Member(*secret, "secret_type"), statement));
    SetValues(statement, secret->props);
    GiveToContainers(context, *secret, statement);
    if (statement.action == "UNSET") secret->props["comment"] = "";
    context.store().Update(*secret);
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
                Member(secret, "comment"), Member(secret, "secret_type"), std::nullopt, "ROLE"});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object secret, context.Require(kind(), statement.name));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("schema_name"), Text("database_name"),
                        Text("owner"), Text("comment"), Text("secret_type"), Text("username"),
                        Timestamp("oauth_access_token_expiry_time"), Timestamp("oauth_refresh_token_expiry_time"),
                        Text("oauth_scopes"), Text("integration_name")});
    const std::string username = Member(secret, "username");
    rows.Add({TimeText(secret.created_on), secret.name, secret.schema, secret.database, secret.owner,
              Member(secret, "comment"), Member(secret, "secret_type"), username.empty() ? Cell() : Cell(username),
              std::nullopt, std::nullopt, std::nullopt, std::nullopt});
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
