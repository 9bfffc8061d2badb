// SPDX-License-Identifier: MPL-2.0
// The tokenizer of the SQL front end: text in, tokens out, comments (-- // /* */) dropped. Pure; any bytes may come in.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::sql {

enum class TokenKind {
  kWord,    // keyword or bare identifier, [A-Za-z_][A-Za-z0-9_$]*; text as written
  kQuoted,  // "…" identifier; text without the quotes, "" undone
  kString,  // '…' or $$…$$; text is the value, escapes undone
  kNumber,  // 12, 1.5, 1e3; text as written, without a sign
  kSymbol,  // ( ) , . = ; * ! ? + - and so on; also => <= >= <> != || ::
  kStage,   // @name/path up to blank, comma, semicolon or parenthesis; text with the @
  kEnd,     // always the last token
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  size_t begin = 0, end = 0;   // byte range in the statement
  int line = 1, position = 0;  // as syntax errors count: lines from 1, positions in the line from 0
  bool dollar = false;         // a string written as $$…$$
};

// Fails with a syntax error on an unterminated literal, quoted identifier or comment, and on a byte that starts no
// token. The last token is always kEnd.
absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view sql);

}  // namespace spcs::sql
