// SPDX-License-Identifier: MPL-2.0
#include "provider/base/json.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace spcs {

absl::StatusOr<nlohmann::json> ParseJson(absl::string_view text) {
  bool too_deep = false;
  const auto watch_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kMaxJsonDepth;
    return !too_deep;
  };
  nlohmann::json parsed = nlohmann::json::parse(text.begin(), text.end(), watch_depth, /*allow_exceptions=*/false);
  if (too_deep) return absl::InvalidArgumentError(absl::StrCat("JSON nested deeper than ", kMaxJsonDepth, " levels"));
  if (parsed.is_discarded()) return absl::InvalidArgumentError("not valid JSON");
  return parsed;
}

std::string JsonString(const nlohmann::json& json, absl::string_view key) {
  if (!json.is_object()) return "";
  const auto member = json.find(std::string(key));
  return member != json.end() && member->is_string() ? member->get<std::string>() : "";
}

int64_t JsonInt(const nlohmann::json& json, absl::string_view key) {
  if (!json.is_object()) return 0;
  const auto member = json.find(std::string(key));
  return member != json.end() && member->is_number_integer() ? member->get<int64_t>() : 0;
}

bool JsonBool(const nlohmann::json& json, absl::string_view key) {
  if (!json.is_object()) return false;
  const auto member = json.find(std::string(key));
  return member != json.end() && member->is_boolean() && member->get<bool>();
}

std::string DumpJson(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace spcs
