// SPDX-License-Identifier: MPL-2.0
// spcs_network_rule: hosts that an integration lets containers reach.
#include "absl/strings/str_cat.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/network_value.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct NetworkRule {
  tf::String database{}, schema{}, name{}, type{}, mode{};
  tf::Set<tf::String> value_list{};
  tf::String comment{}, qualified_name{}, on_exists{};
};

const tf::Model<NetworkRule>& NetworkRuleModel() {
  using M = NetworkRule;
  static const tf::Model<M> model{
      "spcs_network_rule",
      "A network rule: the hosts that an external access integration lets containers reach, or the origins that a "
      "network "
      "policy names.",
      {
          {"database", &M::database, ParentAttribute("Database of the rule.")},
          {"schema", &M::schema, ParentAttribute("Schema of the rule.")},
          {"name", &M::name, NameAttribute("network rule")},
          {"type", &M::type,
           tf::Required{.replace = true,
                        .same_meaning = SameWord,
                        .validators = {tf::OneOfWords({"HOST_PORT", "PRIVATE_HOST_PORT", "IPV4", "IPV6", "AWSVPCEID",
                                                       "AZURELINKID", "GCPPSCID", "COMPUTE_POOL"})},
                        .doc = "What the values are: HOST_PORT for egress of services, PRIVATE_HOST_PORT for egress by "
                               "private link, IPV4, IPV6, AWSVPCEID, AZURELINKID, GCPPSCID or COMPUTE_POOL for origins "
                               "of requests."}},
          {"mode", &M::mode,
           tf::Required{
               .replace = true,
               .same_meaning = SameWord,
               .validators = {tf::OneOfWords({"EGRESS", "INGRESS", "INTERNAL_STAGE", "SNOWFLAKE_MANAGED_STORAGE_VOLUME",
                                              "POSTGRES_INGRESS", "POSTGRES_EGRESS"})},
               .doc = "Direction: EGRESS for services (types HOST_PORT and PRIVATE_HOST_PORT); INGRESS, "
                      "INTERNAL_STAGE or SNOWFLAKE_MANAGED_STORAGE_VOLUME for requests to the account; "
                      "POSTGRES_INGRESS or POSTGRES_EGRESS (type IPV4) for Postgres instances."}},
          {"value_list", &M::value_list,
           tf::Required{.doc =
                            "The values, such as `huggingface.co:443`; `0.0.0.0:443` and `0.0.0.0:80` mean any host."}},
          {"comment", &M::comment, CommentAttribute("rule")},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
      }};
  return model;
}

SqlKind NetworkRuleKind() {
  return {.keyword = "NETWORK RULE",
          .list = snowflake::ShowKind::kNetworkRule,
          .describe = true,
          .rules = {{"type", {.in_alter = false, .word = true}}, {"mode", {.in_alter = false, .word = true}}},
          .create_privilege = "CREATE NETWORK RULE on the schema",
          .peer = {.type = "snowflake_network_rule"}};
}

class NetworkRuleResource : public SqlResource<NetworkRule> {
 public:
  explicit NetworkRuleResource(Account& account)
      : SqlResource<NetworkRule>(account, NetworkRuleKind(), NetworkRuleModel()) {}

 protected:
  void ValidateModel(const NetworkRule& config, tf::Diagnostics& diagnostics) const override {
    if (!config.type.IsKnown()) return;
    const std::string& type = config.type.value();
    if (config.mode.IsKnown()) {
      const std::string fault = NetworkModeFault(type, config.mode.value());
      if (!fault.empty()) diagnostics.AddError(tf::Path("mode"), "Mode of another type", absl::StrCat(fault, "."));
    }
    if (!config.value_list.IsKnown()) return;
    for (const tf::String& value : config.value_list.value().elements) {
      const std::string fault = value.IsKnown() ? NetworkValueFault(type, value.value()) : "";
      if (fault.empty()) continue;
      diagnostics.AddError(
          tf::Path("value_list"), "Invalid value",
          absl::StrCat("\"", value.value(), "\" cannot be in a rule of type ", type, ": ", fault, "."));
    }
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeNetworkRule(Account& account) {
  return std::make_unique<NetworkRuleResource>(account);
}

}  // namespace spcs::resources
