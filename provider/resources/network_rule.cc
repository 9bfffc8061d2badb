// SPDX-License-Identifier: MPL-2.0
// spcs_network_rule: hosts that an integration lets containers reach.
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/timeouts.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct NetworkRule {
  tf::String database{}, schema{}, name{}, type{}, mode{};
  tf::Set<tf::String> value_list{};
  tf::String comment{}, qualified_name{}, on_exists{};
  tf::Object<tf::Timeouts> timeouts{};
};

const tf::Model<NetworkRule>& NetworkRuleModel() {
  using M = NetworkRule;
  static const tf::Model<M> model{
      "spcs_network_rule",
      "A network rule: the hosts that an external access integration lets containers reach.",
      {
          {"database", &M::database, ParentAttribute("Database of the rule.")},
          {"schema", &M::schema, ParentAttribute("Schema of the rule.")},
          {"name", &M::name, NameAttribute("network rule")},
          {"type", &M::type,
           tf::Required{.replace = true,
                        .same_meaning = SameWord,
                        .validators = {tf::OneOf(
                            {"HOST_PORT", "PRIVATE_HOST_PORT", "IPV4", "AWSVPCEID", "AZURELINKID", "GCPPSCID"})},
                        .doc = "What the values are; HOST_PORT for egress of services."}},
          {"mode", &M::mode,
           tf::Required{.replace = true,
                        .same_meaning = SameWord,
                        .validators = {tf::OneOf({"EGRESS", "INGRESS", "INTERNAL_STAGE"})},
                        .doc = "Direction; EGRESS for services."}},
          {"value_list", &M::value_list,
           tf::Required{.doc =
                            "The values, such as `huggingface.co:443`; `0.0.0.0:443` and `0.0.0.0:80` mean any host."}},
          {"comment", &M::comment, CommentAttribute("rule")},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

}  // namespace

std::unique_ptr<tf::Resource> MakeNetworkRule(Account& account) {
  return std::make_unique<SqlResource<NetworkRule>>(
      account,
      SqlKind{.keyword = "NETWORK RULE",
              .list = snowflake::ShowKind::kNetworkRule,
              .describe = true,
              .rules = {{"type", {.in_alter = false, .word = true}}, {"mode", {.in_alter = false, .word = true}}},
              .create_privilege = "CREATE NETWORK RULE on the schema",
              .peer = {.type = "snowflake_network_rule"}},
      NetworkRuleModel());
}

}  // namespace spcs::resources
