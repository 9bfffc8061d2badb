// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/column_default.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "provider/tf/number.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;

bool IsBoolean(absl::string_view text) {
  return absl::EqualsIgnoreCase(text, "TRUE") || absl::EqualsIgnoreCase(text, "FALSE");
}

bool IsNumber(absl::string_view text) {
  tf::Number number;
  return tf::Number::Parse(text, number);
}

// 'it''s' without a quote that ends it too early.
bool IsTextLiteral(absl::string_view text) {
  if (text.size() < 2 || !absl::ConsumePrefix(&text, "'") || !absl::ConsumeSuffix(&text, "'")) return false;
  return !absl::StrContains(absl::StrReplaceAll(text, {{"''", ""}}), "'") && !absl::StrContains(text, "\\");
}

// The name in "NAME()"; "" when the text is no such call.
std::string CalledName(absl::string_view text) {
  if (!absl::ConsumeSuffix(&text, ")")) return "";
  text = absl::StripTrailingAsciiWhitespace(text);
  if (!absl::ConsumeSuffix(&text, "(")) return "";
  text = absl::StripTrailingAsciiWhitespace(text);
  const bool word =
      !text.empty() && absl::ascii_isalpha(static_cast<unsigned char>(text[0])) &&
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
  return word ? absl::AsciiStrToUpper(text) : "";
}

std::string TextOf(absl::string_view literal) {
  return absl::StrReplaceAll(literal.substr(1, literal.size() - 2), {{"''", "'"}});
}

}  // namespace

bool IsDefaultText(absl::string_view text) {
  return IsBoolean(text) || IsNumber(text) || IsTextLiteral(text) || !CalledName(text).empty();
}

bool SameDefault(absl::string_view a, absl::string_view b) {
  tf::Number one, other;
  if (tf::Number::Parse(a, one) && tf::Number::Parse(b, other)) return one == other;
  if (IsBoolean(a) || IsBoolean(b)) return absl::EqualsIgnoreCase(a, b);
  const std::string call = CalledName(a);
  return call.empty() ? a == b : call == CalledName(b);
}

void AppendDefault(absl::string_view text, snowflake::Statement& statement) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) {
    statement.Number(number);
  } else if (IsNumber(text)) {
    statement.Literal(text);  // the service casts it
  } else if (IsBoolean(text)) {
    statement.Bool(absl::EqualsIgnoreCase(text, "TRUE"));
  } else if (IsTextLiteral(text)) {
    statement.Literal(TextOf(text));
  } else {
    statement.Raw(DerivedKeyword(CalledName(text))).Raw("()");
  }
}

}  // namespace spcs::resources
