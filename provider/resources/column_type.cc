// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/column_type.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace spcs::resources {
namespace {

struct Synonym {
  const char* type;
  const char* parameters;  // when none are written
};

const std::map<std::string, Synonym>& Synonyms() {
  static const std::map<std::string, Synonym> synonyms = {
      {"VARCHAR", {"VARCHAR", "(16777216)"}},
      {"STRING", {"VARCHAR", "(16777216)"}},
      {"TEXT", {"VARCHAR", "(16777216)"}},
      {"NVARCHAR", {"VARCHAR", "(16777216)"}},
      {"CHAR", {"VARCHAR", "(1)"}},
      {"CHARACTER", {"VARCHAR", "(1)"}},
      {"NUMBER", {"NUMBER", "(38,0)"}},
      {"DECIMAL", {"NUMBER", "(38,0)"}},
      {"NUMERIC", {"NUMBER", "(38,0)"}},
      {"INT", {"NUMBER", "(38,0)"}},
      {"INTEGER", {"NUMBER", "(38,0)"}},
      {"BIGINT", {"NUMBER", "(38,0)"}},
      {"SMALLINT", {"NUMBER", "(38,0)"}},
      {"TINYINT", {"NUMBER", "(38,0)"}},
      {"BYTEINT", {"NUMBER", "(38,0)"}},
      {"FLOAT", {"FLOAT", ""}},
      {"FLOAT4", {"FLOAT", ""}},
      {"FLOAT8", {"FLOAT", ""}},
      {"DOUBLE", {"FLOAT", ""}},
      {"DOUBLEPRECISION", {"FLOAT", ""}},
      {"REAL", {"FLOAT", ""}},
      {"BINARY", {"BINARY", "(8388608)"}},
      {"VARBINARY", {"BINARY", "(8388608)"}},
      {"TIME", {"TIME", "(9)"}},
      {"DATETIME", {"TIMESTAMP_NTZ", "(9)"}},
      {"TIMESTAMP", {"TIMESTAMP_NTZ", "(9)"}},
      {"TIMESTAMP_NTZ", {"TIMESTAMP_NTZ", "(9)"}},
      {"TIMESTAMPNTZ", {"TIMESTAMP_NTZ", "(9)"}},
      {"TIMESTAMP_LTZ", {"TIMESTAMP_LTZ", "(9)"}},
      {"TIMESTAMPLTZ", {"TIMESTAMP_LTZ", "(9)"}},
      {"TIMESTAMP_TZ", {"TIMESTAMP_TZ", "(9)"}},
      {"TIMESTAMPTZ", {"TIMESTAMP_TZ", "(9)"}},
  };
  return synonyms;
}

// Whether the words go beyond a type: "VARCHAR NOT NULL".
bool HoldsColumnRule(absl::string_view words) {
  for (absl::string_view word : absl::StrSplit(words, ' ')) {
    for (const char* rule : {"NOT", "NULL", "DEFAULT", "COLLATE", "COMMENT", "UNIQUE", "PRIMARY", "REFERENCES"}) {
      if (absl::EqualsIgnoreCase(word, rule)) return true;
    }
  }
  return false;
}

}  // namespace

std::string CanonicalType(absl::string_view type) {
  std::string text = absl::StrReplaceAll(absl::AsciiStrToUpper(type), {{" ", ""}});
  const size_t open = text.find('(');
  const std::string name = text.substr(0, open);
  std::string parameters = open == std::string::npos ? "" : text.substr(open);
  const auto synonym = Synonyms().find(name);
  if (synonym == Synonyms().end()) return text;
  if (parameters.empty()) parameters = synonym->second.parameters;
  const bool number_without_scale =
      absl::string_view(synonym->second.type) == "NUMBER" && parameters.find(',') == std::string::npos;
  if (number_without_scale) parameters = absl::StrCat(parameters.substr(0, parameters.size() - 1), ",0)");
  return absl::StrCat(synonym->second.type, parameters);
}

bool IsTypeText(absl::string_view type) {
  type = absl::StripAsciiWhitespace(type);
  const size_t open = type.find('(');
  const absl::string_view name = type.substr(0, open);
  const auto is_word = [](absl::string_view text) {
    text = absl::StripAsciiWhitespace(text);
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_' || c == ' '; });
  };
  if (!is_word(name) || !absl::ascii_isalpha(static_cast<unsigned char>(name[0]))) return false;
  if (open == absl::string_view::npos) return !HoldsColumnRule(name);
  if (!absl::EndsWith(type, ")")) return false;
  const std::vector<absl::string_view> parameters = absl::StrSplit(type.substr(open + 1, type.size() - open - 2), ',');
  return std::all_of(parameters.begin(), parameters.end(), is_word);
}

std::string TypeFault(absl::string_view type) {
  // Most and least of each number, in the order of the parameters; the service's documentation of data types.
  struct Bounds {
    const char* what;
    int64_t least, most;
  };
  static const std::map<std::string, std::vector<Bounds>> bounds = {
      {"NUMBER", {{"digits", 1, 38}, {"scale", 0, 37}}},
      {"VARCHAR", {{"length", 1, 134217728}}},
      {"BINARY", {{"length", 1, 67108864}}},
      {"TIME", {{"precision", 0, 9}}},
      {"TIMESTAMP_NTZ", {{"precision", 0, 9}}},
      {"TIMESTAMP_LTZ", {{"precision", 0, 9}}},
      {"TIMESTAMP_TZ", {{"precision", 0, 9}}},
  };
  const std::string canonical = CanonicalType(type);
  const size_t open = canonical.find('(');
  const auto known = bounds.find(canonical.substr(0, open));
  if (known == bounds.end() || open == std::string::npos) return "";
  const std::vector<std::string> numbers = absl::StrSplit(canonical.substr(open + 1, canonical.size() - open - 2), ',');
  if (numbers.size() > known->second.size()) return "it has too many numbers";
  for (size_t i = 0; i < numbers.size(); ++i) {
    const Bounds& bound = known->second[i];
    int64_t number = 0;
    const bool fits = absl::SimpleAtoi(numbers[i], &number) && number >= bound.least && number <= bound.most;
    if (!fits) return absl::StrCat("its ", bound.what, " must be from ", bound.least, " to ", bound.most);
  }
  return "";
}

}  // namespace spcs::resources
