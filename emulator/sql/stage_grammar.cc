// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/stage_grammar.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/sql/errors.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

// Where the stage's name ends: the first slash outside quotes.
size_t EndOfName(absl::string_view location) {
  bool quoted = false;
  for (size_t i = 0; i < location.size(); ++i) {
    if (location[i] == '"') quoted = !quoted;
    if (location[i] == '/' && !quoted) return i;
  }
  return location.size();
}

absl::Status ParseLocation(const TokenCursor& at, absl::string_view location, Statement& statement) {
  if (!absl::ConsumePrefix(&location, "@")) return at.Unexpected();
  const size_t end = EndOfName(location);
  ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(location.substr(0, end)));
  TokenCursor name(std::move(tokens));
  ASSIGN_OR_RETURN(statement.name, name.ExpectName());
  if (!name.AtEnd()) return name.Unexpected();
  statement.words["path"] = std::string(absl::StripPrefix(location.substr(end), "/"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseStageStatement(TokenCursor& cursor) {
  Statement statement;
  if (cursor.Try("LIST") || cursor.Try("LS")) {
    statement.command = std::string(kListFiles);
  } else if (cursor.Try("REMOVE") || cursor.Try("RM")) {
    statement.command = std::string(kRemoveFiles);
  } else {
    return std::nullopt;
  }
  statement.kind = Kind::kStage;
  const Token& location = cursor.Peek();
  if (location.kind != TokenKind::kStage && location.kind != TokenKind::kString) return cursor.Unexpected();
  RETURN_IF_ERROR(ParseLocation(cursor, location.text, statement));
  cursor.Next();
  if (cursor.Is("PATTERN")) return Unsupported(absl::StrCat(statement.command, " … PATTERN"));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

}  // namespace spcs::sql
