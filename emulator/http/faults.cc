// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/faults.h"

#include <array>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/pattern.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr std::array<std::pair<FaultAction, absl::string_view>, 11> kNames = {{
    {FaultAction::k429, "429"},
    {FaultAction::k500, "500"},
    {FaultAction::k503, "503"},
    {FaultAction::kReset, "reset"},
    {FaultAction::kHang, "hang"},
    {FaultAction::kTruncate, "truncate"},
    {FaultAction::kLoseResponse, "lose-response"},
    {FaultAction::kForgetRequest, "forget-request"},
    {FaultAction::kHoldAfter, "hold-after"},
    {FaultAction::kAsync, "async"},
    {FaultAction::kCut, "cut"},
}};
constexpr int64_t kLongestDelayMs = 3'600'000;

absl::Status Bad(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<FaultAction> ParseAction(const nlohmann::json& json) {
  const std::string text = json.is_number_integer() ? absl::StrCat(json.get<int64_t>())
                           : json.is_string()       ? json.get<std::string>()
                                                    : "";
  for (const auto& [action, name] : kNames) {
    if (name == text) return action;
  }
  return Bad(
      "action must be one of 429, 500, 503, reset, hang, truncate, lose-response, forget-request, hold-after, async, "
      "cut");
}

absl::StatusOr<int64_t> WholeNumber(const nlohmann::json& json, absl::string_view name, int64_t low, int64_t high) {
  if (!json.is_number_integer() || json.get<int64_t>() < low || json.get<int64_t>() > high) {
    return Bad(absl::StrCat(name, " must be a whole number from ", low, " to ", high));
  }
  return json.get<int64_t>();
}

}  // namespace

absl::string_view FaultName(FaultAction action) {
  for (const auto& [known, name] : kNames) {
    if (known == action) return name;
  }
  return "";
}

absl::Status Faults::ParseMatch(const nlohmann::json& match, Rule& rule) {
  if (!match.is_object()) return Bad("match must be an object");
  for (const auto& [key, pattern] : match.items()) {
    if (key != "kind" && key != "object" && key != "path") {
      return Bad(absl::StrCat("match knows kind, object and path, not ", key));
    }
    if (!pattern.is_string() || pattern.get<std::string>().empty()) {
      return Bad(absl::StrCat("match.", key, " must be a text"));
    }
    const std::string text = pattern.get<std::string>();
    if (key == "kind") rule.kind = absl::AsciiStrToUpper(text);
    if (key == "object") rule.object = text;
    if (key == "path") rule.path = text;
  }
  return absl::OkStatus();
}

absl::Status Faults::ParseMember(const std::string& name, const nlohmann::json& value, Rule& rule) {
  if (name == "match") return ParseMatch(value, rule);
  if (name == "action") {
    ASSIGN_OR_RETURN(rule.fault.action, ParseAction(value));
  } else if (name == "probability") {
    if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1) {
      return Bad("probability must be a number from 0 to 1");
    }
    rule.probability = value.get<double>();
  } else if (name == "skip") {
    ASSIGN_OR_RETURN(rule.skip, WholeNumber(value, name, 0, 1'000'000'000));
  } else if (name == "count") {
    ASSIGN_OR_RETURN(rule.count, WholeNumber(value, name, 0, 1'000'000'000));
  } else if (name == "retry_after") {
    ASSIGN_OR_RETURN(rule.fault.retry_after, WholeNumber(value, name, 0, 3600));
  } else if (name == "delay_ms") {
    ASSIGN_OR_RETURN(const int64_t delay, WholeNumber(value, name, 0, kLongestDelayMs));
    rule.fault.delay = absl::Milliseconds(delay);
  } else if (name == "after_bytes") {
    ASSIGN_OR_RETURN(rule.fault.after_bytes, WholeNumber(value, name, 0, int64_t{1} << 40));
  } else if (name == "poll_status") {
    if (value != 202 && value != 429) return Bad("poll_status must be 202 or 429");
    rule.fault.poll_status = value.get<int>();
  } else if (name != "matched" && name != "applied") {  // counters of Get(): what it answers may be sent back
    return Bad(absl::StrCat("unknown member ", name));
  }
  return absl::OkStatus();
}

absl::StatusOr<Faults::Rule> Faults::ParseRule(const nlohmann::json& json) {
  if (!json.is_object()) return Bad("must be an object");
  if (!json.contains("action")) return Bad("action is missing");
  Rule rule;
  for (const auto& [name, value] : json.items()) RETURN_IF_ERROR(ParseMember(name, value, rule));
  return rule;
}

absl::Status Faults::Set(const nlohmann::json& rules) {
  const nlohmann::json& list = rules.is_object() && rules.contains("rules") ? rules["rules"] : rules;
  if (!list.is_array()) return Bad("the body must be a list of rules");
  std::vector<Rule> parsed;
  for (const nlohmann::json& json : list) {
    absl::StatusOr<Rule> rule = ParseRule(json);
    if (!rule.ok()) return Annotate(rule.status(), absl::StrCat("rule ", parsed.size() + 1));
    parsed.push_back(*std::move(rule));
  }
  MutexLock lock(mu_);
  rules_ = std::move(parsed);
  return absl::OkStatus();
}

nlohmann::json Faults::Get() const {
  nlohmann::json list = nlohmann::json::array();
  MutexLock lock(mu_);
  for (const Rule& rule : rules_) {
    nlohmann::json match = nlohmann::json::object();
    if (!rule.kind.empty()) match["kind"] = rule.kind;
    if (!rule.object.empty()) match["object"] = rule.object;
    if (!rule.path.empty()) match["path"] = rule.path;
    nlohmann::json json = {
        {"match", match},    {"probability", rule.probability}, {"action", std::string(FaultName(rule.fault.action))},
        {"skip", rule.skip}, {"matched", rule.matched},         {"applied", rule.applied}};
    if (rule.count >= 0) json["count"] = rule.count;
    if (rule.fault.retry_after) json["retry_after"] = *rule.fault.retry_after;
    if (rule.fault.action == FaultAction::kCut) json["after_bytes"] = rule.fault.after_bytes;
    if (rule.fault.action == FaultAction::kAsync) {
      json["delay_ms"] = absl::ToInt64Milliseconds(rule.fault.delay);
      json["poll_status"] = rule.fault.poll_status;
    }
    list.push_back(std::move(json));
  }
  return {{"rules", std::move(list)}, {"held", held_.load()}};
}

bool Faults::Matches(const Rule& rule, absl::string_view kind, absl::string_view object, absl::string_view path) {
  return (rule.kind.empty() || (!kind.empty() && engine::GlobMatches(rule.kind, absl::AsciiStrToUpper(kind)))) &&
         (rule.object.empty() || (!object.empty() && engine::GlobMatches(rule.object, object))) &&
         (rule.path.empty() || engine::GlobMatches(rule.path, path)) && (!kind.empty() || !rule.path.empty());
}

bool HasMeaning(FaultAction action, FaultScope scope) {
  switch (action) {
    case FaultAction::kAsync:
    case FaultAction::kForgetRequest: return scope == FaultScope::kStatement;
    case FaultAction::kCut: return scope == FaultScope::kRegistry;
    default: return true;
  }
}

Fault Faults::Match(absl::string_view kind, absl::string_view object, absl::string_view path, FaultScope scope) {
  MutexLock lock(mu_);
  for (Rule& rule : rules_) {
    if (!HasMeaning(rule.fault.action, scope) || !Matches(rule, kind, object, path)) continue;
    if (rule.count >= 0 && rule.applied >= rule.count) continue;
    if (++rule.matched <= rule.skip) continue;
    if (rule.probability < 1 && std::uniform_real_distribution<double>(0, 1)(random_) >= rule.probability) continue;
    ++rule.applied;
    return rule.fault;
  }
  return {};
}

int64_t Faults::Release() {
  generation_.fetch_add(1);
  return held_.load();
}

Faults::Hold::Hold(Faults& faults) : faults_(faults), generation_(faults.generation_.load()) {
  ++faults_.held_;
}

Faults::Hold::~Hold() {
  --faults_.held_;
}

bool Faults::Hold::released() const {
  return faults_.generation_.load() != generation_;
}

}  // namespace spcs::emulator_http
