// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/text.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/rest/errors.h"
#include "emulator/sql/cursor.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

absl::StatusOr<sql::QualifiedName> ParseName(absl::string_view text) {
  const absl::Status bad = BadRequest(absl::StrCat("'", text, "' is no identifier"));
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Tokenize(text);
  if (!tokens.ok()) return bad;
  sql::QualifiedName name;
  sql::TokenCursor cursor(*std::move(tokens));
  do {
    absl::StatusOr<sql::Identifier> part = cursor.ExpectIdentifier();
    if (!part.ok() || part->name.empty()) return bad;
    name.parts.push_back(*std::move(part));
  } while (cursor.TrySymbol("."));
  if (!cursor.AtEnd() || name.parts.size() > 3) return bad;
  return name;
}

}  // namespace

absl::StatusOr<std::string> NameSql(absl::string_view text) {
  ASSIGN_OR_RETURN(const sql::QualifiedName name, ParseName(text));
  return name.ToString();
}

absl::StatusOr<std::string> IdentifierSql(absl::string_view text) {
  ASSIGN_OR_RETURN(const sql::QualifiedName name, ParseName(text));
  if (name.parts.size() != 1) return BadRequest(absl::StrCat("'", text, "' is no identifier"));
  return sql::ToSql(name.name());
}

std::string StoredName(absl::string_view identifier_sql) {
  const absl::StatusOr<sql::QualifiedName> name = ParseName(identifier_sql);
  return name.ok() ? name->name() : "";
}

std::vector<std::string> SplitUnquoted(absl::string_view text, char separator) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string Literal(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}, {"\\", "\\\\"}}), "'");
}

std::string ExactPattern(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}});
}

absl::StatusOr<std::string> WordsSql(absl::string_view text) {
  const std::string words = absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"_", " "}});
  for (const char c : words) {
    if (!absl::ascii_isupper(c) && c != ' ') return BadRequest(absl::StrCat("'", text, "' is no keyword"));
  }
  if (absl::StripAsciiWhitespace(words).empty()) return BadRequest("a keyword is missing");
  return words;
}

}  // namespace spcs::rest
