// SPDX-License-Identifier: MPL-2.0
// A position in the tokens of one statement, with the small readers of which every grammar file is made.
//
//   RETURN_IF_ERROR(cursor.Expect("IN"));
//   ASSIGN_OR_RETURN(QualifiedName pool, cursor.ExpectName());
//   if (cursor.Try("FROM SPECIFICATION")) …
//   return cursor.ExpectEnd();
//
// Readers named Try… leave the position alone when they return false; those named Expect… fail with the service's
// syntax error at the token that stands there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/name.h"
#include "emulator/sql/token.h"

namespace spcs::sql {

class TokenCursor {
 public:
  // `tokens` ends with kEnd, as Tokenize() returns it.
  explicit TokenCursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  // The token `ahead` places from here; kEnd beyond the end.
  const Token& Peek(size_t ahead = 0) const;
  // Returns the token here and moves on; stays on kEnd.
  const Token& Next();
  bool AtEnd() const { return Peek().kind == TokenKind::kEnd; }

  // Where it stands, for trying a longer shape and going back.
  size_t position() const { return position_; }
  void Rewind(size_t position) { position_ = position; }

  // Keywords: one or more words joined by blanks, compared without case; a quoted identifier is no keyword.
  bool Is(absl::string_view words) const;
  bool Try(absl::string_view words);
  absl::Status Expect(absl::string_view words);

  // One symbol: "(", "=", "=>".
  bool TrySymbol(absl::string_view symbol);
  absl::Status ExpectSymbol(absl::string_view symbol);

  // A bare or quoted identifier.
  absl::StatusOr<Identifier> ExpectIdentifier();
  // One to three identifiers joined by dots, or IDENTIFIER('…') around the same text.
  absl::StatusOr<QualifiedName> ExpectName();
  // A string literal's value ('…' or $$…$$).
  absl::StatusOr<std::string> ExpectString();
  // A whole number with an optional minus.
  absl::StatusOr<int64_t> ExpectInt();
  // TRUE or FALSE, bare or as a string.
  absl::StatusOr<bool> ExpectBool();
  // The end of the statement; one trailing semicolon is allowed.
  absl::Status ExpectEnd();

  // Which binding a `?` here would be, from 1.
  int NextBinding() const;

  // The bytes of the statement that the tokens [from, to) span, for naming a column; `sql` is what was tokenized.
  absl::string_view Span(absl::string_view sql, size_t from, size_t to) const;

  // The syntax error for the token here.
  absl::Status Unexpected() const;

 private:
  std::vector<Token> tokens_;
  size_t position_ = 0;
};

}  // namespace spcs::sql
