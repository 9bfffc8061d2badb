// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/grant_grammar.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/show_grammar.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

bool EndsPrivilege(const TokenCursor& cursor) {
  return cursor.Is("ON") || cursor.Peek().kind != TokenKind::kWord;
}

// USAGE, CREATE IMAGE REPOSITORY, ALL [PRIVILEGES]: joined by commas, up to ON.
absl::Status ParsePrivileges(TokenCursor& cursor, Statement& statement) {
  do {
    if (EndsPrivilege(cursor)) return cursor.Unexpected();
    Value privilege;
    privilege.type = Value::Type::kWord;
    while (!EndsPrivilege(cursor)) {
      absl::StrAppend(&privilege.text, privilege.text.empty() ? "" : " ", absl::AsciiStrToUpper(cursor.Next().text));
    }
    if (privilege.text == "ALL PRIVILEGES") privilege.text = "ALL";
    statement.values["privileges"].push_back(std::move(privilege));
  } while (cursor.TrySymbol(","));
  return absl::OkStatus();
}

// kind name, after ON. No kind's keyword is the beginning of another's.
absl::Status ParseOn(TokenCursor& cursor, Statement& statement) {
  if (cursor.Try("ACCOUNT")) {
    statement.kind = Kind::kAccount;
    return absl::OkStatus();
  }
  for (const absl::string_view bulk : {"ALL", "FUTURE"}) {
    if (cursor.Is(bulk)) return Unsupported(absl::StrCat("GRANT ON ", bulk));
  }
  for (const KindInfo& info : AllKinds()) {
    if (info.kind == Kind::kAccount || info.kind == Kind::kImage || !cursor.Try(info.keyword)) continue;
    statement.kind = info.kind;
    ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
    return absl::OkStatus();
  }
  return cursor.Unexpected();
}

absl::Status ParseGrantee(TokenCursor& cursor, absl::string_view preposition, Statement& statement) {
  RETURN_IF_ERROR(cursor.Expect(preposition));
  cursor.Try("ROLE");
  ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  return absl::OkStatus();
}

absl::StatusOr<Statement> ParseRoleGrant(TokenCursor& cursor, Statement statement, absl::string_view preposition) {
  absl::StrAppend(&statement.command, " ROLE");
  statement.kind = Kind::kRole;
  ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.Expect(preposition));
  statement.words["to"] = cursor.Is("USER") ? "USER" : "ROLE";
  RETURN_IF_ERROR(cursor.Expect(statement.words["to"]));
  ASSIGN_OR_RETURN(statement.target, cursor.ExpectName());
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ParseGrant(TokenCursor& cursor) {
  Statement statement;
  statement.command = "GRANT";
  if (cursor.Try("ROLE")) return ParseRoleGrant(cursor, std::move(statement), "TO");
  if (cursor.Try("OWNERSHIP")) {
    statement.command = "GRANT OWNERSHIP";
  } else {
    RETURN_IF_ERROR(ParsePrivileges(cursor, statement));
  }
  RETURN_IF_ERROR(cursor.Expect("ON"));
  RETURN_IF_ERROR(ParseOn(cursor, statement));
  RETURN_IF_ERROR(ParseGrantee(cursor, "TO", statement));
  if (statement.command == "GRANT" && cursor.Try("WITH GRANT OPTION")) statement.flags.push_back("WITH GRANT OPTION");
  for (const absl::string_view clause : {"REVOKE CURRENT GRANTS", "COPY CURRENT GRANTS"}) {
    if (statement.command == "GRANT OWNERSHIP" && cursor.Try(clause)) statement.flags.emplace_back(clause);
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ParseRevoke(TokenCursor& cursor) {
  Statement statement;
  statement.command = "REVOKE";
  if (cursor.Try("ROLE")) return ParseRoleGrant(cursor, std::move(statement), "FROM");
  if (cursor.Try("GRANT OPTION FOR")) statement.flags.push_back("GRANT OPTION FOR");
  RETURN_IF_ERROR(ParsePrivileges(cursor, statement));
  RETURN_IF_ERROR(cursor.Expect("ON"));
  RETURN_IF_ERROR(ParseOn(cursor, statement));
  RETURN_IF_ERROR(ParseGrantee(cursor, "FROM", statement));
  if (!cursor.Try("RESTRICT")) cursor.Try("CASCADE");
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ParseShowGrants(TokenCursor& cursor) {
  Statement statement;
  statement.command = "SHOW GRANTS";
  std::string& what = statement.words["what"];
  if (cursor.Try("ON")) {
    what = "ON";
    RETURN_IF_ERROR(ParseOn(cursor, statement));
  } else if (cursor.Try("OF")) {
    what = "OF ROLE";
    RETURN_IF_ERROR(cursor.Expect("ROLE"));
    statement.kind = Kind::kRole;
    ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  } else if (cursor.Try("TO")) {
    const bool user = cursor.Is("USER");
    what = user ? "TO USER" : "TO ROLE";
    statement.kind = user ? Kind::kUser : Kind::kRole;
    RETURN_IF_ERROR(cursor.Expect(user ? "USER" : "ROLE"));
    ASSIGN_OR_RETURN(statement.name, cursor.ExpectName());
  }
  RETURN_IF_ERROR(cursor.ExpectEnd());
  return statement;
}

absl::StatusOr<Statement> ParseShowParameters(TokenCursor& cursor) {
  static constexpr absl::string_view kScopes[] = {"ACCOUNT", "SESSION", "USER", "DATABASE", "WAREHOUSE", "TABLE"};
  Statement statement;
  statement.command = "SHOW PARAMETERS";
  RETURN_IF_ERROR(ParseShowClauses(cursor, kScopes, statement.show));
  return statement;
}

absl::StatusOr<std::optional<Statement>> Some(absl::StatusOr<Statement> statement) {
  if (!statement.ok()) return statement.status();
  return std::optional<Statement>(*std::move(statement));
}

}  // namespace

absl::StatusOr<std::optional<Statement>> ParseGrantStatement(TokenCursor& cursor) {
  if (cursor.Try("SHOW GRANTS")) return Some(ParseShowGrants(cursor));
  if (cursor.Try("SHOW PARAMETERS")) return Some(ParseShowParameters(cursor));
  if (cursor.Try("GRANT")) return Some(ParseGrant(cursor));
  if (cursor.Try("REVOKE")) return Some(ParseRevoke(cursor));
  return std::nullopt;
}

}  // namespace spcs::sql
