// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/cursor.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/sql/errors.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

// The text inside IDENTIFIER('…').
absl::StatusOr<QualifiedName> ParseNameText(const Token& token) {
  absl::StatusOr<std::vector<Token>> tokens = Tokenize(token.text);
  if (!tokens.ok()) return SyntaxError(token);
  TokenCursor inner(*std::move(tokens));
  absl::StatusOr<QualifiedName> name = inner.ExpectName();
  if (!name.ok() || !inner.AtEnd()) return SyntaxError(token);
  return name;
}

}  // namespace

const Token& TokenCursor::Peek(size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

const Token& TokenCursor::Next() {
  const Token& token = Peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

bool TokenCursor::Is(absl::string_view words) const {
  size_t ahead = 0;
  for (const absl::string_view word : absl::StrSplit(words, ' ')) {
    const Token& token = Peek(ahead++);
    if (token.kind != TokenKind::kWord || !absl::EqualsIgnoreCase(token.text, word)) return false;
  }
  return true;
}

bool TokenCursor::Try(absl::string_view words) {
  if (!Is(words)) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(words, ' ');
  position_ += parts.size();
  return true;
}

absl::Status TokenCursor::Expect(absl::string_view words) {
  for (const absl::string_view word : absl::StrSplit(words, ' ')) {
    if (!Try(word)) return Unexpected();
  }
  return absl::OkStatus();
}

bool TokenCursor::TrySymbol(absl::string_view symbol) {
  if (Peek().kind != TokenKind::kSymbol || Peek().text != symbol) return false;
  Next();
  return true;
}

absl::Status TokenCursor::ExpectSymbol(absl::string_view symbol) {
  return TrySymbol(symbol) ? absl::OkStatus() : Unexpected();
}

absl::StatusOr<Identifier> TokenCursor::ExpectIdentifier() {
  const Token& token = Peek();
  if (token.kind == TokenKind::kWord) return Identifier{absl::AsciiStrToUpper(Next().text), false};
  if (token.kind == TokenKind::kQuoted) return Identifier{Next().text, true};
  return Unexpected();
}

absl::StatusOr<QualifiedName> TokenCursor::ExpectName() {
  if (Is("IDENTIFIER") && Peek(1).text == "(" && Peek(2).kind == TokenKind::kString && Peek(3).text == ")") {
    position_ += 2;
    const Token literal = Next();
    Next();
    return ParseNameText(literal);
  }
  QualifiedName name;
  do {
    if (name.parts.size() == 3) return Unexpected();
    ASSIGN_OR_RETURN(Identifier part, ExpectIdentifier());
    name.parts.push_back(std::move(part));
  } while (TrySymbol("."));
  return name;
}

absl::StatusOr<std::string> TokenCursor::ExpectString() {
  if (Peek().kind != TokenKind::kString) return Unexpected();
  return Next().text;
}

absl::StatusOr<int64_t> TokenCursor::ExpectInt() {
  const size_t start = position_;
  const bool minus = TrySymbol("-");
  int64_t value = 0;
  if (Peek().kind != TokenKind::kNumber || !absl::SimpleAtoi(absl::StrCat(minus ? "-" : "", Peek().text), &value)) {
    absl::Status status = Unexpected();
    position_ = start;
    return status;
  }
  Next();
  return value;
}

absl::StatusOr<bool> TokenCursor::ExpectBool() {
  const Token& token = Peek();
  if (token.kind == TokenKind::kWord || (token.kind == TokenKind::kString && !token.dollar)) {
    for (const bool value : {true, false}) {
      if (absl::EqualsIgnoreCase(token.text, value ? "TRUE" : "FALSE")) {
        Next();
        return value;
      }
    }
  }
  return Unexpected();
}

absl::Status TokenCursor::ExpectEnd() {
  TrySymbol(";");
  return AtEnd() ? absl::OkStatus() : Unexpected();
}

int TokenCursor::NextBinding() const {
  int number = 1;
  for (size_t i = 0; i < position_; ++i) {
    if (tokens_[i].kind == TokenKind::kSymbol && tokens_[i].text == "?") ++number;
  }
  return number;
}

absl::string_view TokenCursor::Span(absl::string_view sql, size_t from, size_t to) const {
  if (from >= to || to > tokens_.size()) return {};
  return sql.substr(tokens_[from].begin, tokens_[to - 1].end - tokens_[from].begin);
}

absl::Status TokenCursor::Unexpected() const {
  return SyntaxError(Peek());
}

}  // namespace spcs::sql
