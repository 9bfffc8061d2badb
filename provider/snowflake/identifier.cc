// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/identifier.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "provider/base/status.h"
#include "provider/base/utf8.h"

namespace spcs::snowflake {
namespace {

constexpr size_t kMaxLength = 255;

// Words that the grammar keeps for itself: as a name each needs quotes. Sorted.
constexpr absl::string_view kReserved[] = {
    "ACCOUNT",
    "ALL",
    "ALTER",
    "AND",
    "ANY",
    "AS",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CHECK",
    "COLUMN",
    "CONNECT",
    "CONNECTION",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "CURRENT",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "DATABASE",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "EXISTS",
    "FALSE",
    "FOLLOWING",
    "FOR",
    "FROM",
    "FULL",
    "GRANT",
    "GROUP",
    "GSCLUSTER",
    "HAVING",
    "ILIKE",
    "IN",
    "INCREMENT",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "ISSUE",
    "JOIN",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "MINUS",
    "NATURAL",
    "NOT",
    "NULL",
    "OF",
    "ON",
    "OR",
    "ORDER",
    "ORGANIZATION",
    "QUALIFY",
    "REGEXP",
    "REVOKE",
    "RIGHT",
    "RLIKE",
    "ROW",
    "ROWS",
    "SAMPLE",
    "SCHEMA",
    "SELECT",
    "SET",
    "SOME",
    "START",
    "TABLE",
    "TABLESAMPLE",
    "THEN",
    "TO",
    "TRIGGER",
    "TRUE",
    "TRY_CAST",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHENEVER",
    "WHERE",
    "WITH",
};

bool IsReserved(absl::string_view name) {
  return std::binary_search(std::begin(kReserved), std::end(kReserved), name);
}

bool StartsBareName(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool ContinuesBareName(char c) {
  return StartsBareName(c) || absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '$';
}

// The text as far as a message may show it.
std::string Shown(absl::string_view text) {
  std::string shown(text.substr(0, 80));
  for (char& c : shown) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = '?';
  }
  return shown;
}

absl::Status Bad(absl::string_view text, absl::string_view why) {
  return WithFact(absl::InvalidArgumentError(absl::StrCat("`", Shown(text), "` is no name: ", why)), kAdvice,
                  "A bare name starts with a letter or _ and goes on with letters, digits, _ and $; it is stored in "
                  "upper case. A name with other characters is written in double quotes and taken exactly.");
}

// Takes one name from the front of `rest`.
absl::StatusOr<std::string> TakeName(absl::string_view whole, absl::string_view& rest) {
  std::string value;
  size_t at = 0;
  if (!rest.empty() && rest[0] == '"') {
    for (at = 1;; ++at) {
      if (at >= rest.size()) return Bad(whole, "the closing double quote is missing");
      if (rest[at] == '"' && at + 1 < rest.size() && rest[at + 1] == '"')
        ++at;
      else if (rest[at] == '"')
        break;
      value += rest[at];
    }
    ++at;
    if (value.empty()) return Bad(whole, "nothing between the quotes");
  } else {
    while (at < rest.size() && (at == 0 ? StartsBareName(rest[at]) : ContinuesBareName(rest[at]))) ++at;
    if (at == 0) return Bad(whole, rest.empty() ? "a part is empty" : "a bare name starts with a letter or _");
    value = absl::AsciiStrToUpper(rest.substr(0, at));
  }
  rest.remove_prefix(at);
  if (!rest.empty() && rest[0] != '.') return Bad(whole, absl::StrCat("unexpected ", Shown(rest.substr(0, 1))));
  if (value.size() > kMaxLength) return Bad(whole, "longer than 255 bytes");
  if (value.find('\0') != std::string::npos || !IsValidUtf8(value)) return Bad(Shown(whole), "not readable text");
  return value;
}

}  // namespace

absl::StatusOr<Identifier> Identifier::Parse(absl::string_view text) {
  absl::string_view rest = text;
  ASSIGN_OR_RETURN(std::string value, TakeName(text, rest));
  if (!rest.empty()) return Bad(text, "one name is wanted here, without a dot");
  return Identifier(std::move(value));
}

bool Identifier::IsBare() const {
  if (value_.empty() || !StartsBareName(value_[0]) || IsReserved(value_)) return false;
  return std::all_of(value_.begin(), value_.end(), [](char c) {
    return ContinuesBareName(c) && !absl::ascii_islower(static_cast<unsigned char>(c));
  });
}

std::string Identifier::Sql() const {
  if (IsBare()) return value_;
  return absl::StrCat("\"", absl::StrReplaceAll(value_, {{"\"", "\"\""}}), "\"");
}

absl::StatusOr<ObjectName> ObjectName::Parse(absl::string_view text, int parts) {
  std::vector<Identifier> names;
  absl::string_view rest = text;
  while (true) {
    ASSIGN_OR_RETURN(std::string value, TakeName(text, rest));
    names.push_back(Identifier::Stored(std::move(value)));
    if (rest.empty()) break;
    rest.remove_prefix(1);
  }
  if (names.size() > 3) return Bad(text, "more than three parts");
  if (parts > 0 && names.size() != size_t(parts)) {
    constexpr absl::string_view kForms[] = {"NAME", "DATABASE.NAME", "DATABASE.SCHEMA.NAME"};
    return Bad(text, absl::StrCat("wanted in the form ", kForms[std::min(parts, 3) - 1]));
  }
  return ObjectName(std::move(names));
}

ObjectName ObjectName::Parent() const {
  return ObjectName(std::vector<Identifier>(parts_.begin(), parts_.end() - 1));
}

std::string ObjectName::Sql() const {
  return absl::StrJoin(parts_, ".", [](std::string* out, const Identifier& part) { out->append(part.Sql()); });
}

bool SameName(absl::string_view a, absl::string_view b) {
  const absl::StatusOr<ObjectName> first = ObjectName::Parse(a), second = ObjectName::Parse(b);
  return first.ok() && second.ok() ? *first == *second : a == b;
}

absl::Status RequireBareName(const Identifier& name, absl::string_view what) {
  if (name.IsBare()) return absl::OkStatus();
  return WithFact(
      absl::InvalidArgumentError(absl::StrCat("the name of a ", what, " cannot be quoted: ", Shown(name.Sql()))),
      kAdvice,
      "Snowflake takes only names of letters, digits, _ and $ here, in any case; they are stored in upper "
      "case. A reserved word cannot be used.");
}

}  // namespace spcs::snowflake
