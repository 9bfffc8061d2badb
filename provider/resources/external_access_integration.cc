// SPDX-License-Identifier: MPL-2.0
// spcs_external_access_integration: what services are given to reach hosts outside.
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/timeouts.h"
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
  tf::Object<tf::Timeouts> timeouts{};
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
                        .validators = {tf::NonEmpty()},
                        .doc = "Network rules (DB.SCHEMA.NAME) with the hosts."}},
          {"allowed_authentication_secrets", &M::allowed_authentication_secrets,
           tf::Optional{.same_meaning = SameNameSet,
                        .validators = {tf::NonEmpty()},
                        .doc = "Secrets (DB.SCHEMA.NAME) that users of the integration may read."}},
          {"allowed_api_authentication_integrations", &M::allowed_api_authentication_integrations,
           tf::Optional{.same_meaning = SameNameSet,
                        .validators = {tf::NonEmpty()},
                        .doc = "Security integrations whose tokens users of the integration may ask for."}},
          {"enabled", &M::enabled, tf::Optional{.default_value = true, .doc = "Whether it can be used."}},
          {"comment", &M::comment, CommentAttribute("integration")},
          {"tags", &M::tags, TagsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

}  // namespace

std::unique_ptr<tf::Resource> MakeExternalAccessIntegration(Account& account) {
  return std::make_unique<SqlResource<Integration>>(
      account,
      SqlKind{.keyword = "EXTERNAL ACCESS INTEGRATION",
              .show = "INTEGRATION",
              .list = snowflake::ShowKind::kIntegration,
              .scope = Scope::kAccount,
              .describe = true,
              .rules = {{"allowed_network_rules", {.names = true}},
                        {"allowed_authentication_secrets", {.names = true}},
                        {"allowed_api_authentication_integrations", {.names = true}}},
              .create_privilege = "CREATE INTEGRATION on the account",
              .peer = {.type = "snowflake_external_access_integration",
                       .paths = {{"allowed_authentication_secrets", "allowed_authentication_secrets.0.secrets"},
                                 {"allowed_api_authentication_integrations",
                                  "allowed_api_authentication_integrations.0.integrations"}}}},
      IntegrationModel());
}

}  // namespace spcs::resources
