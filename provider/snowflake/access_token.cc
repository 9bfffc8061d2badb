// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/access_token.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::snowflake {
namespace {

constexpr int kNameLength = 10;
constexpr int kTries = 2;

Statement AlterUser(const AccessToken& token) {
  return Statement("ALTER USER").Name(Identifier::Stored(token.user));
}

absl::Status Explained(const absl::Status& status, const std::string& user) {
  if (!absl::IsPermissionDenied(status) && !absl::IsNotFound(status)) return status;
  return WithFact(Annotate(status, "a programmatic access token is needed and cannot be made"), kAdvice,
                  absl::StrCat("Grant MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER ", user,
                               " to the role, or sign in with a programmatic access token: it is then used itself."));
}

}  // namespace

absl::StatusOr<AccessToken> AddAccessToken(Client& client, const AccessTokenOptions& options, std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto facts, client.Account(stop));
  AccessToken token{
      .name = {}, .user = facts->user, .role = options.role.empty() ? facts->role : options.role, .secret = {}};
  for (int tries = 1;; ++tries) {
    token.name = absl::StrCat("SPCS_", absl::AsciiStrToUpper(RandomName(kNameLength)));
    Statement add = AlterUser(token).Raw("ADD PROGRAMMATIC ACCESS TOKEN").Name(Identifier::Stored(token.name));
    add.Property("ROLE_RESTRICTION", token.role).Property("DAYS_TO_EXPIRY", options.days);
    add.Property("COMMENT", options.comment);
    const absl::StatusOr<ResultSet> result = client.Execute(add, stop);
    // The answer to the first sending was lost, and the token's text with it.
    if (absl::IsAlreadyExists(result.status()) && tries < kTries) {
      RETURN_IF_ERROR(RemoveAccessToken(client, token, stop));
      continue;
    }
    if (!result.ok()) return Explained(result.status(), token.user);
    if (result->size() > 0) token.secret = result->row(0).Text("token_secret");
    if (!token.secret.empty()) return token;
    if (tries >= kTries) return absl::InternalError("the service made a programmatic access token and did not tell it");
    RETURN_IF_ERROR(RemoveAccessToken(client, token, stop));
  }
}

absl::Status RemoveAccessToken(Client& client, const AccessToken& token, std::stop_token stop) {
  const Statement remove =
      AlterUser(token).Raw("REMOVE PROGRAMMATIC ACCESS TOKEN").Name(Identifier::Stored(token.name));
  const absl::Status status = client.Execute(remove, stop).status();
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

}  // namespace spcs::snowflake
