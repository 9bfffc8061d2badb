// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/column_type.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

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
  if (type.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(type[0]))) return false;
  const bool characters_fit = std::all_of(type.begin(), type.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == ' ' || c == ',' || c == '(' || c == ')';
  });
  return characters_fit && std::count(type.begin(), type.end(), '(') == std::count(type.begin(), type.end(), ')') &&
         std::count(type.begin(), type.end(), '(') <= 1;
}

}  // namespace spcs::resources
