// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/inspect.h"

#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/parser.h"
#include "emulator/sql/token.h"

namespace spcs::engine {
namespace {

using sql::Token;
using sql::TokenKind;

// Whether the statement is about an object whose literals are secret unless known otherwise.
bool IsSecretive(const std::vector<Token>& tokens) {
  if (tokens.empty() || tokens[0].kind != TokenKind::kWord) return false;
  for (size_t i = 0; i < tokens.size() && i < 6; ++i) {
    for (const absl::string_view kind : {"SECRET", "USER"}) {
      if (tokens[i].kind == TokenKind::kWord && absl::EqualsIgnoreCase(tokens[i].text, kind)) return true;
    }
  }
  return false;
}

bool IsHarmless(absl::string_view property) {
  static constexpr absl::string_view kHarmless[] = {
      "COMMENT", "TYPE",           "USERNAME", "LOGIN_NAME",        "DISPLAY_NAME",     "DEFAULT_ROLE",
      "LIKE",    "RSA_PUBLIC_KEY", "WITH",     "DEFAULT_WAREHOUSE", "RSA_PUBLIC_KEY_2", "ROLE_RESTRICTION"};
  return absl::c_linear_search(kHarmless, property);
}

bool SaysSecret(absl::string_view property) {
  for (const absl::string_view word : {"SECRET_STRING", "PASSWORD", "TOKEN", "PRIVATE_KEY", "CLIENT_SECRET"}) {
    if (absl::StrContains(property, word)) return true;
  }
  return false;
}

// The property that the literal at `index` belongs to: the word before `=`, or the word before it.
std::string PropertyBefore(const std::vector<Token>& tokens, size_t index) {
  if (index > 0 && tokens[index - 1].text == "=") --index;
  if (index == 0 || tokens[index - 1].kind != TokenKind::kWord) return "";
  return absl::AsciiStrToUpper(tokens[index - 1].text);
}

}  // namespace

std::string RedactStatement(absl::string_view sql) {
  const absl::StatusOr<std::vector<Token>> tokens = sql::Tokenize(sql);
  if (!tokens.ok()) return absl::StrCat("(", sql.size(), " bytes that are no SQL)");
  const bool secretive = IsSecretive(*tokens);
  std::string redacted;
  size_t done = 0;
  for (size_t i = 0; i < tokens->size(); ++i) {
    const Token& token = (*tokens)[i];
    // Comments are left out: what they hold is unknown.
    absl::string_view gap = sql.substr(done, token.begin - done);
    const bool blank = absl::c_all_of(gap, [](char c) { return absl::ascii_isspace(c); });
    absl::StrAppend(&redacted, blank ? gap : absl::string_view(" "));
    done = token.end;
    const std::string property = token.kind == TokenKind::kString ? PropertyBefore(*tokens, i) : "";
    const bool secret =
        token.kind == TokenKind::kString && (SaysSecret(property) || (secretive && !IsHarmless(property)));
    absl::StrAppend(&redacted, secret ? absl::string_view("'***'") : sql.substr(token.begin, token.end - token.begin));
  }
  return redacted;
}

StatementInfo InspectStatement(absl::string_view sql) {
  StatementInfo info{.kind = "UNKNOWN", .object = "", .redacted = RedactStatement(sql)};
  const absl::StatusOr<sql::Statement> statement = sql::Parse(sql);
  if (!statement.ok()) return info;
  info.kind = statement->command;
  if (const auto query = statement->words.find("query_id"); query != statement->words.end()) {
    info.object = query->second;
    return info;
  }
  info.object = statement->name.empty() ? statement->show.in_name.ToString() : statement->name.ToString();
  return info;
}

}  // namespace spcs::engine
