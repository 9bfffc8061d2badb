// SPDX-License-Identifier: MPL-2.0
// Network rules. Egress rules list hosts with ports; the checks on both are those of the service.
#include "emulator/engine/kinds/network_rule.h"

#include <arpa/inet.h>

#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

bool IsEgressType(absl::string_view type) {
  return type == "HOST_PORT" || type == "PRIVATE_HOST_PORT";
}

absl::Status CheckModeAndType(const nlohmann::json& props) {
  const std::string mode = props["mode"], type = props["type"];
  const bool postgres = mode == "POSTGRES_INGRESS" || mode == "POSTGRES_EGRESS";
  const bool fits = postgres ? type == "IPV4" : (mode == "EGRESS") == IsEgressType(type);
  if (fits) return absl::OkStatus();
  return CompilationError(absl::StrCat("Network rule type ", type, " is not supported for mode ", mode, "."));
}

bool IsHostLabel(absl::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         absl::c_all_of(label, [](char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; });
}

// An address or a range of the family, AF_INET or AF_INET6.
bool IsAddressRange(const std::string& text, int family) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  in6_addr address;
  const int most = family == AF_INET ? 32 : 128;
  int bits = most;
  if (inet_pton(family, parts[0].c_str(), &address) != 1) return false;
  return parts.size() == 1 || (absl::SimpleAtoi(parts[1], &bits) && bits >= 0 && bits <= most);
}

absl::Status SetValueList(const sql::Statement& statement, nlohmann::json& props) {
  const sql::Value* list = statement.Find("VALUE_LIST");
  if (list == nullptr) return absl::OkStatus();
  nlohmann::json values = nlohmann::json::array();
  for (const sql::Value& value : list->list) {
    RETURN_IF_ERROR(CheckRuleValue(props["type"].get<std::string>(), value.text));
    values.push_back(value.text);
  }
  props["value_list"] = std::move(values);
  return absl::OkStatus();
}

class NetworkRuleHandler : public KindHandler {
 public:
  NetworkRuleHandler() : KindHandler(Kind::kNetworkRule) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    for (const absl::string_view required : {"TYPE", "VALUE_LIST"}) {
      if (statement.Find(required) != nullptr) continue;
      return CompilationError(absl::StrCat("missing required property '", required, "' for 'NETWORK_RULE'"));
    }
    RETURN_IF_ERROR(CheckWord(
        statement, "TYPE",
        {"IPV4", "IPV6", "AWSVPCEID", "AZURELINKID", "GCPPSCID", "HOST_PORT", "PRIVATE_HOST_PORT", "COMPUTE_POOL"}));
    RETURN_IF_ERROR(CheckWord(statement, "MODE",
                              {"INGRESS", "INTERNAL_STAGE", "SNOWFLAKE_MANAGED_STORAGE_VOLUME", "EGRESS",
                               "POSTGRES_INGRESS", "POSTGRES_EGRESS"}));
    Object rule = context.NewObject(kind(), start.name);
    rule.props = {{"comment", ""}, {"mode", "INGRESS"}, {"value_list", nlohmann::json::array()}};
    CopyProperties(statement, {{"TYPE", "type"}, {"MODE", "mode"}, {"COMMENT", "comment"}}, rule.props);
    RETURN_IF_ERROR(CheckModeAndType(rule.props));
    RETURN_IF_ERROR(SetValueList(statement, rule.props));
    if (start.replaced) {
      RETURN_IF_ERROR(CheckUnused(context, *start.replaced));
      context.store().Delete(start.replaced->id);
    }
    context.store().Insert(rule);
    return StatusResult(absl::StrCat("Network rule ", rule.name, " successfully created."));
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> rule, StartAlter(context, kind(), statement));
    if (!rule) return Done();
    CopyProperties(statement, {{"COMMENT", "comment"}}, rule->props);
    RETURN_IF_ERROR(SetValueList(statement, rule->props));
    for (const std::string& name : statement.unset) {
      if (name == "COMMENT") rule->props["comment"] = "";
      if (name == "VALUE_LIST") rule->props["value_list"] = nlohmann::json::array();
    }
    context.store().Update(*rule);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> rule, StartDrop(context, kind(), statement));
    if (!rule) return AlreadyDropped(statement);
    RETURN_IF_ERROR(CheckUnused(context, *rule));
    context.store().Delete(rule->id);
    return Dropped(rule->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> rules, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"),
                        Text("owner"), Text("comment"), Text("type"), Text("mode"), Fixed("entries_in_valuelist"),
                        Text("owner_role_type")});
    for (const Object& rule : rules) {
      rows.Add({TimeText(rule.created_on), rule.name, rule.database, rule.schema, rule.owner, Member(rule, "comment"),
                Member(rule, "type"), Member(rule, "mode"), absl::StrCat(rule.props["value_list"].size()), "ROLE"});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object rule, context.Require(kind(), statement.name));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"),
                        Text("owner"), Text("comment"), Text("type"), Text("mode"), Text("value_list")});
    const std::vector<std::string> values = rule.props["value_list"];
    rows.Add({TimeText(rule.created_on), rule.name, rule.database, rule.schema, rule.owner, Member(rule, "comment"),
              Member(rule, "type"), Member(rule, "mode"), absl::StrJoin(values, ",")});
    return std::move(rows).Build();
  }

 private:
  static absl::Status CheckUnused(ExecutionContext& context, const Object& rule) {
    const std::optional<Object> integration = IntegrationUsing(context, rule.id);
    if (!integration) return absl::OkStatus();
    return Refused("001493", "23001",
                   absl::StrCat("Cannot drop Network rule ", rule.name, " as it is associated with integration ",
                                integration->name, "."));
  }
};

}  // namespace

absl::Status CheckRuleValue(absl::string_view type, const std::string& value) {
  const auto bad = [&](absl::string_view why) {
    return SqlError(absl::StatusCode::kInvalidArgument, "001487", "22023",
                    absl::StrCat("SQL compilation error:\nInvalid network rule value '", value, "': ", why, "."));
  };
  if (type == "IPV4" && !IsAddressRange(value, AF_INET)) return bad("an IPv4 address or CIDR range is expected");
  if (type == "IPV6" && !IsAddressRange(value, AF_INET6)) return bad("an IPv6 address or CIDR range is expected");
  if (value.empty()) return bad("it is empty");
  if (type == "AWSVPCEID" && !absl::StartsWith(value, "vpce-")) return bad("the id of a VPC endpoint is expected");
  if (!IsEgressType(type)) return absl::OkStatus();
  const std::vector<std::string> parts = absl::StrSplit(value, ':');
  if (parts.size() > 2) return bad("host or host:port is expected");
  int port = 443;
  if (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &port)) return bad("the port is no number");
  const bool port_allowed = port == 22 || port == 80 || port == 443 || (port >= 1024 && port <= 65535);
  if (!port_allowed) return bad("only the ports 22, 80, 443 and 1024 to 65535 are allowed");
  if (parts[0] == "0.0.0.0") {
    return port == 80 || port == 443 ? absl::OkStatus() : bad("0.0.0.0 is allowed with the ports 80 and 443 only");
  }
  if (absl::c_linear_search(parts[0], '*')) return bad("wildcards are not supported");
  const std::vector<std::string> labels = absl::StrSplit(parts[0], '.');
  if (!absl::c_all_of(labels, IsHostLabel)) return bad("the host is no valid name");
  return absl::OkStatus();
}

std::unique_ptr<KindHandler> MakeNetworkRuleHandler() {
  return std::make_unique<NetworkRuleHandler>();
}

}  // namespace spcs::engine
