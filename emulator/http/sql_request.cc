// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/sql_request.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr int64_t kLongestTimeout = 604800;
constexpr std::array<absl::string_view, 9> kParameters = {"binary_output_format",        "date_output_format",
                                                          "multi_statement_count",       "query_tag",
                                                          "time_output_format",          "timestamp_ltz_output_format",
                                                          "timestamp_ntz_output_format", "timestamp_tz_output_format",
                                                          "timestamp_output_format"};

absl::Status Bad(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<bool> BoolQuery(const HttpRequest& request, const std::string& name, bool absent) {
  const std::optional<std::string> text = request.Query(name);
  if (!text) return absent;
  const std::string lower = absl::AsciiStrToLower(*text);
  if (lower != "true" && lower != "false") return Bad(absl::StrCat("query parameter ", name, " must be true or false"));
  return lower == "true";
}

absl::Status ReadQuery(const HttpRequest& request, SqlRequest& result) {
  ASSIGN_OR_RETURN(result.retry, BoolQuery(request, "retry", false));
  ASSIGN_OR_RETURN(result.async, BoolQuery(request, "async", false));
  ASSIGN_OR_RETURN(result.nullable, BoolQuery(request, "nullable", true));
  result.request_id = absl::AsciiStrToLower(request.Query("requestId").value_or(""));
  if (result.request_id.empty()) {
    result.request_id = NewUuid();
  } else if (!IsUuid(result.request_id)) {
    return Bad("query parameter requestId must be a UUID");
  }
  return absl::OkStatus();
}

absl::Status CheckParameters(const nlohmann::json& json) {
  if (!json.is_object()) return Bad("parameters must be an object");
  for (const auto& [name, value] : json.items()) {
    const std::string lower = absl::AsciiStrToLower(name);
    if (lower == "timezone" || lower == "query_tag") continue;  // without effect on what the emulator answers
    if (std::find(kParameters.begin(), kParameters.end(), lower) == kParameters.end()) {
      return Bad(absl::StrCat("unknown parameter ", name));
    }
    if (lower != "multi_statement_count") {
      return Bad(absl::StrCat("the emulator does not support parameter ", name));
    }
    if (value != "1" && value != 1) return Bad("the emulator supports multi_statement_count = 1 only");
  }
  return absl::OkStatus();
}

absl::Status ReadTimeout(const nlohmann::json& value, SqlRequest& result) {
  if (!value.is_number_integer() || value.get<int64_t>() < 0 || value.get<int64_t>() > kLongestTimeout) {
    return Bad(absl::StrCat("timeout must be whole seconds from 0 to ", kLongestTimeout));
  }
  if (value != 0) result.timeout = absl::Seconds(value.get<int64_t>());
  return absl::OkStatus();
}

absl::Status ReadMember(const std::string& name, const nlohmann::json& value, SqlRequest& result) {
  if (value.is_null()) return absl::OkStatus();
  if (name == "bindings") {
    ASSIGN_OR_RETURN(result.bindings, ParseBindings(value));
    return absl::OkStatus();
  }
  if (name == "parameters") return CheckParameters(value);
  if (name == "timeout") return ReadTimeout(value, result);
  if (name == "resultSetMetaData") return absl::OkStatus();  // of an older version of the API; the format is fixed now
  std::string* const target = name == "statement"   ? &result.statement
                              : name == "database"  ? &result.database
                              : name == "schema"    ? &result.schema
                              : name == "warehouse" ? &result.warehouse
                              : name == "role"      ? &result.role
                                                    : nullptr;
  if (target == nullptr) return Bad(absl::StrCat("unknown member ", name, " in the body"));
  if (!value.is_string()) return Bad(absl::StrCat(name, " must be a string"));
  *target = value.get<std::string>();
  return absl::OkStatus();
}

using BoundArray = std::vector<std::optional<std::string>>;

absl::StatusOr<BoundArray> ParseArray(const nlohmann::json& values, size_t number) {
  BoundArray array;
  for (const nlohmann::json& value : values) {
    if (!value.is_string() && !value.is_null()) {
      return Bad(absl::StrCat("the values of binding ", number, " must be strings or null"));
    }
    array.push_back(value.is_null() ? std::nullopt : std::optional(value.get<std::string>()));
  }
  return array;
}

}  // namespace

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

absl::StatusOr<std::vector<engine::Binding>> ParseBindings(const nlohmann::json& json, bool arrays) {
  std::vector<engine::Binding> bindings;
  if (!json.is_object()) return Bad("bindings must be an object of numbered values");
  for (size_t number = 1; number <= json.size(); ++number) {
    const auto member = json.find(absl::StrCat(number));
    if (member == json.end()) return Bad(absl::StrCat("bindings must be numbered from 1 on: ", number, " is missing"));
    const std::string type = JsonString(*member, "type");
    if (type.empty() || !member->contains("value")) {
      return Bad(absl::StrCat("binding ", number, " must have a type and a value"));
    }
    const nlohmann::json& value = (*member)["value"];
    engine::Binding binding{.type = absl::AsciiStrToUpper(type)};
    if (arrays && value.is_array()) {
      ASSIGN_OR_RETURN(binding.array, ParseArray(value, number));
      bindings.push_back(std::move(binding));
      continue;
    }
    if (!value.is_string() && !value.is_null()) {
      return Bad(absl::StrCat("the value of binding ", number, " must be a string or null"));
    }
    if (value.is_string()) binding.value = value.get<std::string>();
    bindings.push_back(std::move(binding));
  }
  return bindings;
}

absl::StatusOr<SqlRequest> ParseSqlRequest(const HttpRequest& request) {
  SqlRequest result;
  RETURN_IF_ERROR(ReadQuery(request, result));
  ASSIGN_OR_RETURN(const nlohmann::json body, ParseJson(request.body));
  if (!body.is_object()) return Bad("the body must be a JSON object");
  for (const auto& [name, value] : body.items()) RETURN_IF_ERROR(ReadMember(name, value, result));
  if (absl::StripAsciiWhitespace(result.statement).empty()) return Bad("the body has no statement");
  return result;
}

std::string RoleHeader(const HttpRequest& request) {
  const std::string* header = request.Header("X-Snowflake-Role");
  if (header == nullptr) return "";
  const absl::string_view text = absl::StripAsciiWhitespace(*header);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return absl::StrReplaceAll(text.substr(1, text.size() - 2), {{"\"\"", "\""}});
  }
  return absl::AsciiStrToUpper(text);
}

}  // namespace spcs::emulator_http
