// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/parser.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/access_token_grammar.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/dml_grammar.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/grant_grammar.h"
#include "emulator/sql/listing_grammar.h"
#include "emulator/sql/object_grammar.h"
#include "emulator/sql/query_grammar.h"
#include "emulator/sql/service_grammar.h"
#include "emulator/sql/session_grammar.h"
#include "emulator/sql/stage_grammar.h"
#include "emulator/sql/table_grammar.h"
#include "emulator/sql/token.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

// Statements of the real service that drivers execute themselves, or that nothing here needs.
constexpr absl::string_view kForeign[] = {"BEGIN", "START TRANSACTION", "UNSET", "PUT", "GET"};

// How many statements the semicolons divide the tokens into.
int CountStatements(const std::vector<Token>& tokens) {
  int count = 0;
  bool inside = false;
  for (const Token& token : tokens) {
    const bool separator = token.kind == TokenKind::kSymbol && token.text == ";";
    if (separator || token.kind == TokenKind::kEnd) {
      inside = false;
    } else if (!inside) {
      inside = true;
      ++count;
    }
  }
  return count;
}

absl::Status CheckCount(int count) {
  if (count == 0) {
    return SqlError(absl::StatusCode::kInvalidArgument, "000900", "42601",
                    "SQL compilation error:\nEmpty SQL statement.");
  }
  if (count == 1) return absl::OkStatus();
  return SqlError(absl::StatusCode::kInvalidArgument, "000008", "0A000",
                  absl::StrCat("Actual statement count ", count, " did not match the desired statement count 1."));
}

absl::Status CheckForeign(const TokenCursor& cursor) {
  for (const absl::string_view words : kForeign) {
    if (cursor.Is(words)) return UnsupportedType(words);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Statement> Parse(absl::string_view sql) {
  ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(sql));
  RETURN_IF_ERROR(CheckCount(CountStatements(tokens)));
  TokenCursor cursor(std::move(tokens));
  RETURN_IF_ERROR(CheckForeign(cursor));
  ASSIGN_OR_RETURN(std::optional<Statement> statement, ParseServiceStatement(cursor));
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseSessionStatement(cursor));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseTableStatement(cursor, sql));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseGrantStatement(cursor));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseAccessTokenStatement(cursor));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseListing(cursor));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseStageStatement(cursor));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseObjectStatement(cursor));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseQuery(cursor, sql));
  }
  if (!statement) {
    ASSIGN_OR_RETURN(statement, ParseDml(cursor, sql));
  }
  if (statement) return *std::move(statement);
  // The known verbs fail at what follows them, anything else at its first word.
  for (const absl::string_view verb : {"CREATE OR REPLACE", "CREATE", "ALTER", "DROP", "SHOW", "DESCRIBE", "DESC"}) {
    if (cursor.Try(verb)) break;
  }
  return cursor.Unexpected();
}

}  // namespace spcs::sql
