// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/messages.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

namespace spcs::ray {
namespace {

constexpr size_t kShortestSecret = 8;

// The length of the escape sequence at the beginning of `text`, which begins with ESC.
size_t EscapeLength(absl::string_view text) {
  if (text.size() < 2 || text[1] != '[') return std::min<size_t>(2, text.size());
  size_t at = 2;
  while (at < text.size() && (text[at] < '@' || text[at] > '~')) ++at;
  return std::min(at + 1, text.size());
}

}  // namespace

std::string StripColours(absl::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const bool escape = text[0] == '\x1b';
    if (!escape) plain += text[0];
    text.remove_prefix(escape ? EscapeLength(text) : 1);
  }
  return plain;
}

std::string ValidationText(absl::string_view text) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view stripped = absl::StripAsciiWhitespace(line);
    if (stripped.empty() || absl::StartsWith(stripped, "For further information")) continue;
    // "message [type=…, input_value=…, input_type=…]"
    lines.emplace_back(absl::StripAsciiWhitespace(stripped.substr(0, stripped.find(" [type="))));
    if (lines.size() == 20) break;
  }
  return absl::StrJoin(lines, "\n");
}

Mask::Mask(const nlohmann::json& json, const std::vector<std::string>& others) {
  Collect(json, false);
  for (const std::string& other : others) {
    if (!other.empty()) hidden_.push_back(other);
  }
  std::sort(hidden_.begin(), hidden_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Mask::Collect(const nlohmann::json& json, bool hide) {
  if (hide && json.is_string() && json.get_ref<const std::string&>().size() >= kShortestSecret) {
    hidden_.push_back(json.get<std::string>());
  }
  if (!json.is_structured()) return;
  for (const auto& [key, member] : json.items()) Collect(member, hide || (json.is_object() && key == "env_vars"));
}

std::string Mask::operator()(std::string text) const {
  for (const std::string& secret : hidden_) text = absl::StrReplaceAll(text, {{secret, "***"}});
  return text;
}

}  // namespace spcs::ray
