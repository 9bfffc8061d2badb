// SPDX-License-Identifier: MPL-2.0
// Programmatic access tokens of users. A text leaves the account once, in the answer of ADD or ROTATE.
#include "emulator/engine/access_token.h"

#include <algorithm>

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
constexpr int64_t kDefaultRotatedHours = 24;
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

using Held = std::pair<std::string, AccessToken>;  // the record's key and the token

absl::StatusOr<Held> FindToken(ExecutionContext& context, const std::string& user, const std::string& name) {
  for (Held& held : TokensOfUser(context.store(), user)) {
    if (held.second.name == name) return std::move(held);
  }
  return NoSuchToken(name);
}

// Keeps the token under a new text, and answers that between the first and the other cells.
ResultSet KeepNew(ExecutionContext& context, const AccessToken& token, std::vector<Column> columns, Row cells) {
  const std::string text = NewTokenText();
  context.store().PutRecord(kTokenSpace, TokenKey(text), TokenToRecord(token));
  cells.insert(cells.begin() + 1, text);
  ResultBuilder rows(std::move(columns));
  rows.Add(std::move(cells));
  ResultSet result = std::move(rows).Build();
  result.secret = true;
  return result;
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
  return KeepNew(context, token, {Text("token_name"), Text("token_secret")}, {name});
}

// The old text stays good for a while, as a token of its own. How the service names that one is not published.
absl::StatusOr<ResultSet> Rotate(ExecutionContext& context, const sql::Statement& statement, const Held& held) {
  const AccessToken& token = held.second;
  if (token.expires <= context.now()) {
    return Refused("394414", "22023", absl::StrCat("The programmatic access token ", token.name, " has expired."));
  }
  const int64_t left = absl::ToInt64Hours(token.expires - context.now());
  RETURN_IF_ERROR(CheckInt(statement, "EXPIRE_ROTATED_TOKEN_AFTER_HOURS", 0, left));
  const int64_t hours = IntOr(statement, "EXPIRE_ROTATED_TOKEN_AFTER_HOURS", std::min(left, kDefaultRotatedHours));
  AccessToken old = token;
  old.name =
      absl::StrCat(token.name, "_ROTATED_", absl::FormatTime("%Y%m%d%H%M%E3S", context.now(), absl::UTCTimeZone()));
  old.rotated_to = token.name;
  old.expires = context.now() + absl::Hours(hours);
  context.store().PutRecord(kTokenSpace, held.first, TokenToRecord(old));
  AccessToken fresh = token;
  fresh.created = context.now();
  fresh.expires = context.now() + (token.expires - token.created);
  return KeepNew(context, fresh, {Text("token_name"), Text("token_secret"), Text("rotated_token_name")},
                 {token.name, old.name});
}

absl::StatusOr<ResultSet> Modify(ExecutionContext& context, const sql::Statement& statement, Held held) {
  AccessToken& token = held.second;
  RETURN_IF_ERROR(CheckInt(statement, "MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT", 1, kMostBypassMinutes));
  const auto renamed = statement.names.find("new_name");
  if (renamed != statement.names.end()) {
    const std::string& name = renamed->second.name();
    if (FindToken(context, token.user, name).ok()) return AlreadyExists(name);
    token.name = name;
  }
  if (const sql::Value* disabled = statement.Find("DISABLED")) token.disabled = disabled->text == "TRUE";
  if (const sql::Value* comment = statement.Find("COMMENT")) token.comment = comment->text;
  token.bypass_minutes = IntOr(statement, "MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT", token.bypass_minutes);
  context.store().PutRecord(kTokenSpace, held.first, TokenToRecord(token));
  return Done();
}

absl::StatusOr<ResultSet> Remove(ExecutionContext& context, const Held& held) {
  context.store().DeleteRecord(kTokenSpace, held.first);
  return StatusResult(absl::StrCat("Programmatic access token ", held.second.name, " successfully removed."));
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
    const absl::string_view status = token.expires <= context.now() ? "EXPIRED"
                                     : disabled || token.disabled   ? "DISABLED"
                                                                    : "ACTIVE";
    rows.Add({token.name, token.user, or_null(token.role_restriction), TimeText(token.expires), std::string(status),
              or_null(token.comment), TimeText(token.created), token.created_by,
              token.bypass_minutes == 0 ? Cell() : Cell(absl::StrCat(token.bypass_minutes)),
              or_null(token.rotated_to)});
  }
  return std::move(rows).Build();
}

}  // namespace

absl::StatusOr<ResultSet> AlterAccessToken(ExecutionContext& context, const sql::Statement& statement) {
  absl::StatusOr<Object> user = RequireUser(context, statement);
  if (absl::IsNotFound(user.status()) && statement.if_exists) return Done();
  RETURN_IF_ERROR(user.status());
  if (statement.action == sql::kAddToken) return Add(context, statement, *user);
  ASSIGN_OR_RETURN(const Held held, FindToken(context, user->name, statement.target.name()));
  if (statement.action == sql::kRotateToken) return Rotate(context, statement, held);
  if (statement.action == sql::kModifyToken) return Modify(context, statement, held);
  return Remove(context, held);
}

void RegisterAccessTokens(Registry& registry) {
  registry.AddStatement(sql::kShowTokens, Show);
}

}  // namespace spcs::engine
