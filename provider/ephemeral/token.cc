// SPDX-License-Identifier: MPL-2.0
#include "provider/ephemeral/token.h"

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/resources/names.h"
#include "provider/snowflake/access_token.h"

namespace spcs::ephemeral {
namespace {

using snowflake::Identifier;

constexpr char kTokenName[] = "token_name";
constexpr char kTokenUser[] = "token_user";
constexpr int kDays = 1;  // the shortest that the service knows

absl::Status OtherRole(const std::string& wanted, const std::string& own) {
  return WithFact(absl::FailedPreconditionError(
                      absl::StrCat("the connection signs in with a token, which is handed on as it is and "
                                   "works with the role ",
                                   own, ", not with ", wanted)),
                  kAdvice, "Leave `role` out, sign in with a token of that role, or sign in with a key pair.");
}

absl::StatusOr<Token> OwnToken(const snowflake::AccountFacts& facts, const TokenRequest& request, std::string secret) {
  if (request.role.IsKnown() && !snowflake::SameName(request.role.value(), Identifier::Stored(facts.role).Sql())) {
    return WithFact(OtherRole(request.role.value(), facts.role), kAttributePath, "role");
  }
  return Token{.secret = std::move(secret), .user = facts.user, .role = facts.role, .name = {}, .expires_at = {}};
}

absl::StatusOr<Token> NewToken(tf::Context& context, snowflake::Client& client, const TokenRequest& request) {
  snowflake::AccessTokenOptions options{.days = kDays};
  options.comment = absl::StrCat("Made by the Terraform provider spcs for ", request.purpose, "; safe to remove.");
  if (request.role.IsKnown()) {
    ASSIGN_OR_RETURN(const Identifier role, Identifier::Parse(request.role.value()));
    options.role = role.value();
  }
  const absl::Time before = context.clock.Now();
  ASSIGN_OR_RETURN(const snowflake::AccessToken made, snowflake::AddAccessToken(client, options, context.stop));
  context.private_state.Set(kTokenName, made.name);
  context.private_state.Set(kTokenUser, made.user);
  return Token{.secret = made.secret,
               .user = made.user,
               .role = made.role,
               .name = made.name,
               .expires_at = before + absl::Hours(24 * kDays)};
}

absl::Status Remove(resources::Session& session, const std::string& name, const std::string& user,
                    std::stop_token stop) {
  const snowflake::AccessToken token{.name = name, .user = user, .role = {}, .secret = {}};
  return snowflake::RemoveAccessToken(session.client(), token, std::move(stop));
}

}  // namespace

absl::StatusOr<Token> Tokens::Obtain(tf::Context& context, resources::Session& session, const TokenRequest& request) {
  ASSIGN_OR_RETURN(const auto facts, session.client().Account(context.stop));
  ASSIGN_OR_RETURN(const snowflake::Authorization own, session.authenticator().Authorize());
  if (own.token_type != "KEYPAIR_JWT") return OwnToken(*facts, request, own.token);
  ASSIGN_OR_RETURN(Token token, NewToken(context, session.client(), request));
  MutexLock lock(mutex_);
  open_[token.name] = token.user;
  return token;
}

absl::Status Tokens::Return(tf::Context& context) {
  const std::string name = context.private_state.Get(kTokenName);
  if (name.empty()) return absl::OkStatus();
  const std::string user = context.private_state.Get(kTokenUser);
  ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
  const absl::Status removed = Remove(*session, name, user, context.stop);
  {
    MutexLock lock(mutex_);
    open_.erase(name);
  }
  if (removed.ok()) return removed;
  context.diagnostics.AddWarning(
      tf::Path(), "A programmatic access token stays behind",
      absl::StrCat("It was made for this run, cannot be removed now and expires by itself within a day: ",
                   std::string(removed.message()), "\n\nTo remove it: ALTER USER ", Identifier::Stored(user).Sql(),
                   " REMOVE PROGRAMMATIC ACCESS TOKEN ", name));
  return absl::OkStatus();
}

void Tokens::ReturnAll(tf::Context& context) {
  std::map<std::string, std::string> left;
  {
    MutexLock lock(mutex_);
    left.swap(open_);
  }
  if (left.empty()) return;
  const auto session = account_.Connect();
  if (!session.ok()) return;
  for (const auto& [name, user] : left) {
    const absl::Status removed = Remove(**session, name, user, context.stop);
    if (!removed.ok())
      (*session)->client().logger().Warn(absl::StrCat("the token ", name, " stays behind until it expires"));
  }
}

tf::Optional RoleAttribute() {
  return {.validators = {resources::CheckName},
          .doc =
              "Role that the token is restricted to; the connection's when left out. A connection that signs in "
              "with a token of its own hands that on and cannot restrict it."};
}

tf::String TimeText(const std::optional<absl::Time>& time) {
  if (!time) return {};
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *time, absl::UTCTimeZone());
}

}  // namespace spcs::ephemeral
