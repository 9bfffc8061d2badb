// SPDX-License-Identifier: MPL-2.0
// Programmatic access tokens of users: ADD, REMOVE and SHOW. The text leaves the account once, in the answer of ADD.
#include "emulator/engine/access_token.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/account.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/sql/access_token_grammar.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr absl::string_view kPrivilege = "MODIFY PROGRAMMATIC AUTHENTICATION METHODS";
constexpr int64_t kDefaultDays = 15, kMostDays = 365, kMostBypassMinutes = 1440;
constexpr size_t kMostTokens = 15;
// SHOW still lists what expired less than this ago.
constexpr absl::Duration kRemembered = absl::Hours(30 * 24);

// The user of the statement, the session's own without a name. A person may manage its own tokens; those of others and
// of service users take the privilege.
absl::StatusOr<Object> RequireUser(ExecutionContext& context, const sql::Statement& statement) {
  const FullName own{.name = context.session().user};
  ASSIGN_OR_RETURN(const Object user, statement.name.empty() ? context.Require(Kind::kUser, own)
                                                             : context.Require(Kind::kUser, statement.name));
  const std::string type = Member(user, "type");
  const bool person = type != "SERVICE" && type != "LEGACY_SERVICE";
  if (user.name == own.name && person) return user;
  RETURN_IF_ERROR(context.RequirePrivilege(user, kPrivilege));
  return user;
}

absl::Status NoSuchToken(absl::string_view name) {
  return SqlError(absl::StatusCode::kNotFound, "002003", "02000",
                  absl::StrCat("SQL compilation error:\nProgrammatic access token '", sql::ToSql(name),
                               "' does not exist or not authorized."));
}

// The stored name of the role that the literal means; it must be one of the user's.
absl::StatusOr<std::string> RestrictionOf(ExecutionContext& context, const sql::Statement& statement,
                                          const Object& user) {
  const sql::Value* value = statement.Find("ROLE_RESTRICTION");
  if (value == nullptr) {
    if (Member(user, "type") != "SERVICE") return std::string();
    return SqlError(absl::StatusCode::kInvalidArgument, "394412", "22023",
                    "A programmatic access token of a service user needs a ROLE_RESTRICTION.");
  }
  const std::set<std::string> roles = RolesOfUser(context.store(), user.name);
  for (const std::string& role : {value->text, absl::AsciiStrToUpper(value->text)}) {
    if (roles.count(role) > 0) return role;
  }
  return DoesNotExist(Kind::kRole, value->text);
}

int64_t IntOr(const sql::Statement& statement, absl::string_view property, int64_t fallback) {
  const sql::Value* value = statement.Find(property);
  return value == nullptr ? fallback : std::stoll(value->text);
}

absl::StatusOr<ResultSet> Add(ExecutionContext& context, const sql::Statement& statement, const Object& user) {
  const std::string& name = statement.target.name();
  const auto tokens = TokensOfUser(context.store(), user.name);
  for (const auto& [key, token] : tokens) {
    if (token.name != name) continue;
    if (!statement.if_not_exists) return AlreadyExists(name);
    return StatusResult(absl::StrCat(name, " already exists, statement succeeded."));
  }
  if (tokens.size() >= kMostTokens) {
    return Refused("394413", "22023",
                   absl::StrCat("User ", user.name, " has ", kMostTokens,
                                " programmatic access tokens, which is the most that a user may have."));
  }
  RETURN_IF_ERROR(CheckInt(statement, "DAYS_TO_EXPIRY", 1, kMostDays));
  RETURN_IF_ERROR(CheckInt(statement, "MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT", 1, kMostBypassMinutes));
  AccessToken token{.type = std::string(kPatType), .user = user.name, .name = name};
  ASSIGN_OR_RETURN(token.role_restriction, RestrictionOf(context, statement, user));
  if (const sql::Value* comment = statement.Find("COMMENT")) token.comment = comment->text;
  token.created_by = context.session().user;
  token.created = context.now();
  token.expires = context.now() + absl::Hours(24 * IntOr(statement, "DAYS_TO_EXPIRY", kDefaultDays));
  token.bypass_minutes = IntOr(statement, "MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT", 0);
  const std::string text = NewTokenText();
  context.store().PutRecord(kTokenSpace, TokenKey(text), TokenToRecord(token));
  ResultBuilder rows({Text("token_name"), Text("token_secret")});
  rows.Add({name, text});
  ResultSet result = std::move(rows).Build();
  result.secret = true;
  return result;
}

absl::StatusOr<ResultSet> Remove(ExecutionContext& context, const sql::Statement& statement, const Object& user) {
  for (const auto& [key, token] : TokensOfUser(context.store(), user.name)) {
    if (token.name != statement.target.name()) continue;
    context.store().DeleteRecord(kTokenSpace, key);
    return StatusResult(absl::StrCat("Programmatic access token ", token.name, " successfully removed."));
  }
  return NoSuchToken(statement.target.name());
}

absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const Object user, RequireUser(context, statement));
  ResultBuilder rows({Text("name"), Text("user_name"), Text("role_restriction"), Timestamp("expires_at"),
                      Text("status"), Text("comment"), Timestamp("created_on"), Text("created_by"),
                      Fixed("mins_to_bypass_network_policy_requirement"), Text("rotated_to")});
  const auto or_null = [](const std::string& text) { return text.empty() ? Cell() : Cell(text); };
  const bool disabled = user.props.value("disabled", false);
  for (const auto& [key, token] : TokensOfUser(context.store(), user.name)) {
    if (token.expires + kRemembered <= context.now()) continue;
    const absl::string_view status = token.expires <= context.now() ? "EXPIRED" : disabled ? "DISABLED" : "ACTIVE";
    rows.Add({token.name, token.user, or_null(token.role_restriction), TimeText(token.expires), std::string(status),
              or_null(token.comment), TimeText(token.created), token.created_by,
              token.bypass_minutes == 0 ? Cell() : Cell(absl::StrCat(token.bypass_minutes)), std::nullopt});
  }
  return std::move(rows).Build();
}

}  // namespace

absl::StatusOr<ResultSet> AlterAccessToken(ExecutionContext& context, const sql::Statement& statement) {
  absl::StatusOr<Object> user = RequireUser(context, statement);
  if (absl::IsNotFound(user.status()) && statement.if_exists) return Done();
  RETURN_IF_ERROR(user.status());
  return statement.action == sql::kAddToken ? Add(context, statement, *user) : Remove(context, statement, *user);
}

void RegisterAccessTokens(Registry& registry) {
  registry.AddStatement(sql::kShowTokens, Show);
}

}  // namespace spcs::engine
