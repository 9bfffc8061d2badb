// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/driver_request.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "emulator/http/sql_request.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

absl::Status Bad(absl::string_view what) {
  return WithFact(WithFact(absl::InvalidArgumentError(what), kVendorCode, "390400"), kSqlState, "08001");
}

// Session parameters come as texts, numbers and booleans.
std::string ParameterText(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : DumpJson(value);
}

}  // namespace

absl::StatusOr<LoginRequest> ParseLoginRequest(const HttpRequest& request) {
  const absl::StatusOr<nlohmann::json> body = ParseJson(request.body);
  if (!body.ok() || !body->is_object() || !body->contains("data") || !(*body)["data"].is_object()) {
    return Bad("The login request is no JSON object with a member data.");
  }
  const nlohmann::json& data = (*body)["data"];
  LoginRequest login{.user = JsonString(data, "LOGIN_NAME"),
                     .authenticator = absl::AsciiStrToUpper(JsonString(data, "AUTHENTICATOR")),
                     .token = JsonString(data, "TOKEN"),
                     .password = JsonString(data, "PASSWORD"),
                     .role = FoldName(request.Query("roleName").value_or("")),
                     .warehouse = FoldName(request.Query("warehouse").value_or("")),
                     .database = FoldName(request.Query("databaseName").value_or("")),
                     .schema = FoldName(request.Query("schemaName").value_or("")),
                     .parameters = {}};
  if (const auto parameters = data.find("SESSION_PARAMETERS"); parameters != data.end() && parameters->is_object()) {
    for (const auto& [name, value] : parameters->items()) {
      login.parameters[absl::AsciiStrToUpper(name)] = ParameterText(value);
    }
  }
  return login;
}

absl::StatusOr<QueryRequest> ParseQueryRequest(const HttpRequest& request) {
  const absl::StatusOr<nlohmann::json> body = ParseJson(request.body);
  if (!body.ok() || !body->is_object()) return Bad("The query request is no JSON object.");
  QueryRequest query{.text = JsonString(*body, "sqlText"),
                     .request_id = absl::AsciiStrToLower(request.Query("requestId").value_or("")),
                     .bindings = {},
                     .async = body->value("asyncExec", nlohmann::json()) == true,
                     .describe_only = body->value("describeOnly", nlohmann::json()) == true,
                     .retry = request.Query("retryCount").has_value()};
  if (query.request_id.empty()) query.request_id = NewUuid();
  if (!IsUuid(query.request_id)) return Bad("query parameter requestId must be a UUID");
  if (const auto bindings = body->find("bindings"); bindings != body->end() && !bindings->is_null()) {
    absl::StatusOr<std::vector<engine::Binding>> parsed = ParseBindings(*bindings, true);
    if (!parsed.ok()) return Bad(parsed.status().message());
    query.bindings = *std::move(parsed);
  }
  const nlohmann::json parameters = body->value("parameters", nlohmann::json());
  if (parameters.is_object() && parameters.contains("MULTI_STATEMENT_COUNT") &&
      parameters["MULTI_STATEMENT_COUNT"] != 1) {
    return Bad("the emulator supports MULTI_STATEMENT_COUNT = 1 only");
  }
  return query;
}

std::string DriverToken(const HttpRequest& request) {
  const std::string* header = request.Header("Authorization");
  if (header == nullptr) return "";
  absl::string_view text = *header;
  constexpr absl::string_view kScheme = "Snowflake Token=\"";
  if (!absl::StartsWithIgnoreCase(text, kScheme)) return "";
  text.remove_prefix(kScheme.size());
  if (!absl::ConsumeSuffix(&text, "\"")) return "";  // the scheme's own quote is not the end
  return text == "None" ? "" : std::string(text);
}

std::string FoldName(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return absl::StrReplaceAll(text.substr(1, text.size() - 2), {{"\"\"", "\""}});
  }
  return absl::AsciiStrToUpper(text);
}

}  // namespace spcs::emulator_http
