// SPDX-License-Identifier: MPL-2.0
// spcs_secret: a value that containers get without its ever being in state, plan or log.
#include "absl/strings/str_cat.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/secret_type.h"
#include "provider/resources/sql_resource.h"

namespace spcs::resources {
namespace {

using snowflake::SecretText;
using snowflake::Statement;

SqlKind SecretKind() {
  const Rule kept{.in_create = false, .in_alter = false, .in_show = false};
  return {.keyword = "SECRET",
          .list = snowflake::ShowKind::kSecret,
          .describe = true,
          .rules =
              {
                  {"type", {.column = "secret_type", .in_alter = false, .word = true}},
                  {"username", kept},
                  {"value_wo", kept},
                  {"value_wo_version", kept},
                  {"api_authentication", {.column = "integration_name", .names = true}},
                  // ALTER SECRET has no UNSET for it; that the empty list stands for all scopes is inferred.
                  {"oauth_scopes", {.unset_by_empty = true}},
                  {"oauth_refresh_token_expiry_time", {.in_create = false, .in_alter = false, .moment = true}},
              },
          .create_privilege = "CREATE SECRET on the schema",
          .peer = {.type = "snowflake_secret_with_generic_string"}};
}

std::string TypeOf(const Secret& secret) {
  return absl::AsciiStrToUpper(secret.type.value_or("GENERIC_STRING"));
}

class SecretResource : public SqlResource<Secret> {
 public:
  explicit SecretResource(Account& account) : SqlResource<Secret>(account, SecretKind(), SecretModel()) {}

 protected:
  // The peer has sent the value that its configuration holds: version 1 asks for no other.
  absl::Status ExtendMove(const std::string&, Secret& state) const override {
    state.value_wo_version = 1;
    return absl::OkStatus();
  }

  void ValidateModel(const Secret& config, tf::Diagnostics& diagnostics) const override {
    CheckSecretType(config, diagnostics);
  }

  // ALTER SECRET sets another integration for tokens of a cloud provider only, and leads from no flow to the other.
  absl::Status ExtendPlan(tf::PlanContext& context, const Secret&, const std::optional<Secret>& prior,
                          Secret& planned) override {
    if (!prior || TypeOf(*prior) != "OAUTH2") return absl::OkStatus();
    const bool same = planned.api_authentication.IsKnown() && prior->api_authentication.IsKnown() &&
                      snowflake::SameName(prior->api_authentication.value(), planned.api_authentication.value());
    if (!same) context.requires_replace.push_back(tf::Path("api_authentication"));
    const bool leaves_code_flow = prior->value_wo_version.IsKnown() && planned.value_wo_version.IsNull();
    if (leaves_code_flow) context.requires_replace.push_back(tf::Path("value_wo_version"));
    return absl::OkStatus();
  }

  absl::Status ExtendCreate(const Secret& config, const Secret& planned, Statement& statement) const override {
    const std::string type = TypeOf(planned);
    if (type == "SYMMETRIC_KEY") statement.Property("ALGORITHM", snowflake::SqlValue::Word("GENERIC"));
    if (type == "CLOUD_PROVIDER_TOKEN") statement.Property("ENABLED", true);
    AppendValue(config, planned, statement);
    return absl::OkStatus();
  }

  absl::Status ExtendUpdate(const Secret& config, const Secret& prior, const Secret& planned,
                            std::vector<Statement>& statements) const override {
    // After an import the version is null: the value is taken to be the one that is there.
    const bool imported = prior.value_wo_version.IsNull();
    const bool renewed = !imported && !(prior.value_wo_version == planned.value_wo_version);
    const bool renamed = !imported && !(prior.username == planned.username);
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), model().Encode(planned)));
    if (renewed || renamed) {
      Statement statement("ALTER SECRET");
      statement.Name(name).Raw("SET");
      AppendValue(config, planned, statement);
      statements.push_back(std::move(statement));
    } else if (!(prior.oauth_refresh_token_expiry_time == planned.oauth_refresh_token_expiry_time)) {
      Statement statement("ALTER SECRET");
      statement.Name(name).Raw("SET");
      AppendExpiry(planned, statement);
      statements.push_back(std::move(statement));
    }
    return absl::OkStatus();
  }

 private:
  static void AppendExpiry(const Secret& planned, Statement& statement) {
    if (!planned.oauth_refresh_token_expiry_time.IsKnown()) return;
    statement.Property("OAUTH_REFRESH_TOKEN_EXPIRY_TIME",
                       ServiceMoment(planned.oauth_refresh_token_expiry_time.value()));
  }

  // The value under the name that it has for the type, with what goes along with it.
  static void AppendValue(const Secret& config, const Secret& planned, Statement& statement) {
    if (!config.value_wo.IsKnown()) return;
    const SecretText value{config.value_wo.value()};
    const std::string type = TypeOf(planned);
    if (type == "PASSWORD") {
      statement.Property("USERNAME", planned.username.value()).Property("PASSWORD", value);
    } else if (type == "OAUTH2") {
      statement.Property("OAUTH_REFRESH_TOKEN", value);
      AppendExpiry(planned, statement);
    } else {
      statement.Property("SECRET_STRING", value);
    }
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeSecret(Account& account) {
  return std::make_unique<SecretResource>(account);
}

}  // namespace spcs::resources
