// SPDX-License-Identifier: MPL-2.0
// spcs_external_access_integration: what services are given to reach hosts outside.
#include <optional>

#include "absl/strings/match.h"
#include "provider/base/status.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct Integration {
  tf::String name{};
  tf::Set<tf::String> allowed_network_rules{}, allowed_authentication_secrets{},
      allowed_api_authentication_integrations{};
  tf::Bool enabled{};
  tf::Map<tf::String> tags{};
  tf::String comment{}, qualified_name{}, on_exists{};
};

const tf::Model<Integration>& IntegrationModel() {
  using M = Integration;
  static const tf::Model<M> model{
      "spcs_external_access_integration",
      "An external access integration: lets the services that name it reach the hosts of its network rules.",
      {
          {"name", &M::name, NameAttribute("integration")},
          {"allowed_network_rules", &M::allowed_network_rules,
           tf::Required{.same_meaning = SameNameSet,
                        .validators = {tf::NonEmpty(), FullNamesOr({})},
                        .doc = "Network rules (DB.SCHEMA.NAME) with the hosts."}},
          {"allowed_authentication_secrets", &M::allowed_authentication_secrets,
           tf::Optional{.same_meaning = SameNameSet,
                        .validators = {tf::NonEmpty(), FullNamesOr({"ALL", "NONE"})},
                        .doc = "Secrets (DB.SCHEMA.NAME) that users of the integration may read, or `[\"ALL\"]`. "
                               "`[\"NONE\"]` states the default explicitly."}},
          {"allowed_api_authentication_integrations", &M::allowed_api_authentication_integrations,
           tf::Optional{.same_meaning = SameNameSet,
                        .validators = {tf::NonEmpty(), NamesOr({"NONE"})},
                        .doc = "Security integrations whose tokens users of the integration may ask for. "
                               "`[\"NONE\"]` states the default explicitly."}},
          {"enabled", &M::enabled, tf::Optional{.default_value = true, .doc = "Whether it can be used."}},
          {"comment", &M::comment, CommentAttribute("integration")},
          {"tags", &M::tags, TagsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
      }};
  return model;
}

SqlKind IntegrationKind() {
  return {.keyword = "EXTERNAL ACCESS INTEGRATION",
          .show = "INTEGRATION",
          .list = snowflake::ShowKind::kIntegration,
          .scope = Scope::kAccount,
          .describe = true,
          .rules = {{"allowed_network_rules", {.names = true}},
                    {"allowed_authentication_secrets", {.names = true, .words = {"ALL", "NONE"}}},
                    {"allowed_api_authentication_integrations", {.names = true, .words = {"NONE"}}}},
          .create_privilege = "CREATE INTEGRATION on the account",
          .peer = {.type = "snowflake_external_access_integration",
                   .paths = {{"allowed_authentication_secrets", "allowed_authentication_secrets.0.secrets"},
                             {"allowed_api_authentication_integrations",
                              "allowed_api_authentication_integrations.0.integrations"}}}};
}

using Names = tf::Set<tf::String>;

bool SaysNone(const Names& names) {
  const bool one = names.IsKnown() && names.value().elements.size() == 1;
  return one && absl::EqualsIgnoreCase(names.value().elements[0].value_or(""), "NONE");
}

// The service shows no names for NONE and for a list that was never given: what is stored tells them apart.
void KeepNone(const Names& stored, Names& now) {
  if (now.IsNull() && SaysNone(stored)) now = stored;
  if (SaysNone(now) && !SaysNone(stored)) now = Names();
}

class IntegrationResource : public SqlResource<Integration> {
 public:
  explicit IntegrationResource(Account& account)
      : SqlResource<Integration>(account, IntegrationKind(), IntegrationModel()) {}

 protected:
  absl::StatusOr<std::optional<Integration>> ReadModel(tf::Context& context, const Integration& stored) override {
    ASSIGN_OR_RETURN(std::optional<Integration> now, SqlResource<Integration>::ReadModel(context, stored));
    if (!now) return now;
    KeepNone(stored.allowed_authentication_secrets, now->allowed_authentication_secrets);
    KeepNone(stored.allowed_api_authentication_integrations, now->allowed_api_authentication_integrations);
    return now;
  }

  // The peer says ALL in a block of its own; its NONE is what nothing means here.
  absl::Status ExtendMove(const std::string& source, Integration& state) const override {
    if (PeerSaysYes(source, "allowed_authentication_secrets.0.all")) {
      state.allowed_authentication_secrets = tf::SetOf<tf::String>{{tf::String("ALL")}};
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeExternalAccessIntegration(Account& account) {
  return std::make_unique<IntegrationResource>(account);
}

}  // namespace spcs::resources
