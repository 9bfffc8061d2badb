// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/placeholder.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::runtime {
namespace {

std::optional<std::string> Member(const std::map<std::string, std::string>& values, absl::string_view name) {
  const auto found = values.find(std::string(name));
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Text(const nlohmann::json& value) {
  if (value.is_null()) return std::nullopt;
  return value.is_string() ? value.get<std::string>() : DumpJson(value);
}

// "NAME.a.0.b": the variable NAME holds JSON, of which a member is wanted.
std::optional<std::string> EnvJson(absl::string_view path, const ContainerFacts& facts) {
  const std::vector<std::string> steps = absl::StrSplit(path, '.');
  const auto text = Member(facts.env, steps[0]);
  if (!text) return std::nullopt;
  absl::StatusOr<nlohmann::json> parsed = ParseJson(*text);
  if (!parsed.ok()) return std::nullopt;
  const nlohmann::json* value = &*parsed;
  for (size_t i = 1; i < steps.size(); ++i) {
    size_t index = 0;
    if (value->is_object() && value->contains(steps[i])) {
      value = &value->at(steps[i]);
    } else if (value->is_array() && absl::SimpleAtoi(steps[i], &index) && index < value->size()) {
      value = &value->at(index);
    } else {
      return std::nullopt;
    }
  }
  return Text(*value);
}

std::optional<std::string> Argument(absl::string_view index_text, const ContainerFacts& facts) {
  size_t index = 0;
  if (absl::SimpleAtoi(index_text, &index)) {
    return index < facts.args.size() ? std::optional(facts.args[index]) : std::nullopt;
  }
  // {{arg.--name}}: the value of --name=value or of "--name value".
  for (size_t i = 0; i < facts.args.size(); ++i) {
    absl::string_view argument = facts.args[i];
    if (argument == index_text && i + 1 < facts.args.size()) return facts.args[i + 1];
    if (absl::ConsumePrefix(&argument, index_text) && absl::ConsumePrefix(&argument, "=")) return std::string(argument);
  }
  return std::nullopt;
}

std::optional<std::string> Source(absl::string_view name, const ContainerFacts& facts) {
  if (absl::ConsumePrefix(&name, "env_json.")) return EnvJson(name, facts);
  if (absl::ConsumePrefix(&name, "env.")) return Member(facts.env, name);
  if (absl::ConsumePrefix(&name, "arg.")) return Argument(name, facts);
  if (name == "args" || name == "arg") return absl::StrJoin(facts.args, " ");
  if (name == "database") return facts.database;
  if (name == "schema") return facts.schema;
  if (name == "service") return facts.service;
  if (name == "container") return facts.container;
  if (name == "image") return facts.image;
  if (name == "tag") return facts.tag;
  if (name == "memory") return facts.memory;
  if (name == "instance") return absl::StrCat(facts.instance);
  return std::nullopt;
}

// The stamp that Ray puts into its session names.
std::string Stamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d_%H-%M-", time, absl::UTCTimeZone()) +
         absl::StrReplaceAll(absl::FormatTime("%E6S", time, absl::UTCTimeZone()), {{".", "_"}});
}

std::optional<std::string> Filter(absl::string_view filter, std::optional<std::string> value,
                                  const StartLookup& start_of) {
  if (absl::ConsumePrefix(&filter, "default:")) return value ? value : std::optional(std::string(filter));
  if (!value) return std::nullopt;
  if (absl::ConsumePrefix(&filter, "then:")) return std::string(filter);
  if (filter == "json") return DumpJson(nlohmann::json(*value));
  if (filter == "upper") return absl::AsciiStrToUpper(*value);
  if (filter == "lower") return absl::AsciiStrToLower(*value);
  if (absl::ConsumePrefix(&filter, "service_start")) {
    absl::ConsumePrefix(&filter, ":");
    const std::optional<absl::Time> start = start_of ? start_of(*value, filter) : std::nullopt;
    return start ? std::optional(Stamp(*start)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::string ServiceNameOf(absl::string_view name_or_url) {
  if (const size_t scheme = name_or_url.find("://"); scheme != absl::string_view::npos) {
    name_or_url = name_or_url.substr(scheme + 3);
    name_or_url = name_or_url.substr(0, name_or_url.find_first_of(":/.?"));
  } else if (absl::StrContains(name_or_url, '-') || absl::StrContains(name_or_url, ".svc.") ||
             absl::StrContains(name_or_url, ':')) {
    name_or_url = name_or_url.substr(0, name_or_url.find_first_of(":/.?"));
  } else if (const size_t dot = name_or_url.rfind('.'); dot != absl::string_view::npos) {
    name_or_url = name_or_url.substr(dot + 1);  // DB.SCHEMA.SERVICE
  }
  return absl::AsciiStrToUpper(absl::StrReplaceAll(name_or_url, {{"-", "_"}, {"\"", ""}}));
}

std::optional<std::string> Evaluate(absl::string_view expression, const ContainerFacts& facts,
                                    const StartLookup& start_of) {
  const std::vector<absl::string_view> parts = absl::StrSplit(expression, '|');
  std::optional<std::string> value = Source(absl::StripAsciiWhitespace(parts[0]), facts);
  for (size_t i = 1; i < parts.size(); ++i) {
    value = Filter(absl::StripAsciiWhitespace(parts[i]), std::move(value), start_of);
  }
  return value;
}

std::string Expand(absl::string_view text, const ContainerFacts& facts, const StartLookup& start_of) {
  std::string result;
  while (true) {
    const size_t open = text.find("{{");
    const size_t close = open == absl::string_view::npos ? open : text.find("}}", open);
    if (close == absl::string_view::npos) break;
    absl::StrAppend(&result, text.substr(0, open),
                    Evaluate(text.substr(open + 2, close - open - 2), facts, start_of).value_or(""));
    text.remove_prefix(close + 2);
  }
  absl::StrAppend(&result, text);
  return result;
}

}  // namespace spcs::runtime
