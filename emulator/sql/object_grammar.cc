// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/object_grammar.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/object_tables.h"
#include "emulator/sql/properties.h"
#include "emulator/sql/show_grammar.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

// "IMAGE_REPOSITORY", as messages about properties name the kind.
std::string PropertyKind(const ObjectGrammar& grammar) {
  return absl::StrReplaceAll(grammar.keyword, {{" ", "_"}});
}

// Network rules take no tags; those of security integrations and applications are not modelled.
bool TakesTags(const ObjectGrammar& grammar) {
  return grammar.kind != Kind::kNetworkRule && grammar.kind != Kind::kTag && grammar.kind != Kind::kApplication &&
         grammar.kind != Kind::kFileFormat && grammar.keyword != "SECURITY INTEGRATION";
}

const ObjectGrammar* TryKeyword(TokenCursor& cursor) {
  for (const ObjectGrammar& grammar : ObjectGrammars()) {
    if (cursor.Try(grammar.keyword)) return &grammar;
  }
  // ALTER, DROP and DESCRIBE take the short word too.
  for (const ObjectGrammar& grammar : ObjectGrammars()) {
    if (!grammar.short_keyword.empty() && cursor.Try(grammar.short_keyword)) return &grammar;
  }
  return nullptr;
}

Statement Begin(absl::string_view verb, const ObjectGrammar& grammar) {
  Statement statement;
  statement.command = absl::StrCat(verb, " ", verb == "SHOW" ? grammar.plural : grammar.keyword);
  statement.kind = grammar.kind;
  return statement;
}

absl::StatusOr<Statement> ParseCreate(TokenCursor& cursor, const ObjectGrammar& grammar, Statement statement) {
  if (cursor.Is("IF NOT EXISTS") && statement.or_replace) return cursor.Unexpected();
  statement.if_not_exists = cursor.Try("IF NOT EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (grammar.kind == Kind::kSchema && cursor.Try("WITH MANAGED ACCESS")) statement.flags.push_back("MANAGED ACCESS");
  if (grammar.kind == Kind::kWarehouse) cursor.Try("WITH");
  if (grammar.kind == Kind::kApplication) {
    // Packages are not modelled: whatever name stands here will do.
    RETURN_IF_ERROR(cursor.Expect("FROM APPLICATION PACKAGE"));
    RETURN_IF_ERROR(cursor.ExpectName().status());
  }
  RETURN_IF_ERROR(ParseProperties(cursor, grammar.create, PropertyKind(grammar), statement.properties));
  if (TakesTags(grammar)) RETURN_IF_ERROR(ParseTags(cursor, statement));
  RETURN_IF_ERROR(ParseProperties(cursor, grammar.create, PropertyKind(grammar), statement.properties));
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<std::optional<Statement>> TryCreate(TokenCursor& cursor) {
  const bool or_replace = cursor.Try("OR REPLACE");
  const Token modifier = cursor.Peek();
  const bool transient = cursor.Try("TRANSIENT");
  const ObjectGrammar* grammar = TryKeyword(cursor);
  if (grammar == nullptr) return std::nullopt;
  if (transient && !absl::c_linear_search(grammar->flags, "TRANSIENT")) return SyntaxError(modifier);
  if (or_replace && !grammar->or_replace) {
    return Unsupported(absl::StrCat("CREATE OR REPLACE ", grammar->keyword));
  }
  Statement statement = Begin("CREATE", *grammar);
  statement.or_replace = or_replace;
  if (transient) statement.flags.push_back("TRANSIENT");
  ASSIGN_OR_RETURN(statement, ParseCreate(cursor, *grammar, std::move(statement)));
  return statement;
}

// The words after the name, as far as they are bare actions of the kind.
bool TryAction(TokenCursor& cursor, const ObjectGrammar& grammar, Statement& statement) {
  for (const absl::string_view action : grammar.actions) {
    if (!cursor.Try(action)) continue;
    statement.action = std::string(action);
    return true;
  }
  return false;
}

absl::StatusOr<std::optional<Statement>> TryAlter(TokenCursor& cursor) {
  const ObjectGrammar* grammar = TryKeyword(cursor);
  if (grammar == nullptr) return std::nullopt;
  Statement statement = Begin("ALTER", *grammar);
  statement.if_exists = cursor.Try("IF EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  if (grammar->rename && cursor.Try("RENAME TO")) {
    statement.action = "RENAME TO";
    ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  } else if (!grammar->set.empty() && cursor.Try("SET")) {
    statement.action = "SET";
    bool tags = false;
    if (TakesTags(*grammar)) {
      ASSIGN_OR_RETURN(tags, TryAlterTags(cursor, /*set=*/true, statement));
    }
    RETURN_IF_ERROR(ParseProperties(cursor, grammar->set, PropertyKind(*grammar), statement.properties));
    if (statement.properties.empty() && !tags) return cursor.Unexpected();
  } else if (TakesTags(*grammar) && cursor.Is("UNSET TAG")) {
    cursor.Try("UNSET");
    RETURN_IF_ERROR(TryAlterTags(cursor, /*set=*/false, statement).status());
  } else if (!grammar->unset.empty() && cursor.Try("UNSET")) {
    statement.action = "UNSET";
    RETURN_IF_ERROR(ParseUnset(cursor, grammar->unset, PropertyKind(*grammar), statement.unset));
  } else if (!TryAction(cursor, *grammar, statement)) {
    return cursor.Unexpected();
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<std::optional<Statement>> TryDrop(TokenCursor& cursor) {
  const ObjectGrammar* grammar = TryKeyword(cursor);
  if (grammar == nullptr) return std::nullopt;
  Statement statement = Begin("DROP", *grammar);
  statement.if_exists = cursor.Try("IF EXISTS");
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  for (const absl::string_view flag : {"CASCADE", "RESTRICT"}) {
    if (!absl::c_linear_search(grammar->flags, flag) || !cursor.Try(flag)) continue;
    statement.flags.emplace_back(flag);
    break;
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<std::optional<Statement>> TryDescribe(TokenCursor& cursor) {
  const ObjectGrammar* grammar = TryKeyword(cursor);
  if (grammar == nullptr) return std::nullopt;
  Statement statement = Begin("DESCRIBE", *grammar);
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<std::optional<Statement>> TryShow(TokenCursor& cursor) {
  for (const ObjectGrammar& grammar : ObjectGrammars()) {
    const bool whole = cursor.Try(grammar.plural);
    if (!whole && (grammar.short_plural.empty() || !cursor.Try(grammar.short_plural))) continue;
    Statement statement = Begin("SHOW", grammar);
    if (!whole) statement.flags.push_back("EVERY SORT");
    RETURN_IF_ERROR(ParseShowClauses(cursor, grammar.scopes, statement.show));
    return statement;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseObjectStatement(TokenCursor& cursor) {
  const size_t start = cursor.position();
  absl::StatusOr<std::optional<Statement>> statement = std::nullopt;
  if (cursor.Try("CREATE")) {
    statement = TryCreate(cursor);
  } else if (cursor.Try("ALTER")) {
    statement = TryAlter(cursor);
  } else if (cursor.Try("DROP")) {
    statement = TryDrop(cursor);
  } else if (cursor.Try("DESCRIBE") || cursor.Try("DESC")) {
    statement = TryDescribe(cursor);
  } else if (cursor.Try("SHOW")) {
    statement = TryShow(cursor);
  }
  if (statement.ok() && !statement->has_value()) cursor.Rewind(start);
  return statement;
}

}  // namespace spcs::sql
