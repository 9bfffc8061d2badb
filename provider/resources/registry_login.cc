// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/registry_login.h"

#include "provider/base/status.h"

namespace spcs::resources {
namespace {

constexpr absl::string_view kProgrammaticToken = "PROGRAMMATIC_ACCESS_TOKEN";

}  // namespace

RegistryLogin::Hold::~Hold() {
  if (!made_) return;
  // Also behind a stop: a token that is left would be good for a day.
  const absl::Status removed = snowflake::RemoveAccessToken(session_.client(), *made_, {});
  if (!removed.ok()) {
    session_.client().logger().Warn("a programmatic access token could not be removed; it expires within a day",
                                    {{"token", made_->name}, {"why", std::string(removed.message())}});
  }
}

absl::StatusOr<std::shared_ptr<const RegistryLogin::Hold>> RegistryLogin::Get(Session& session, std::stop_token stop) {
  MutexLock lock(mu_);
  if (auto current = current_.lock()) return current;
  ASSIGN_OR_RETURN(const snowflake::Authorization authorization, session.authenticator().Authorize());
  std::shared_ptr<const Hold> hold;
  if (authorization.token_type == kProgrammaticToken) {
    ASSIGN_OR_RETURN(const auto facts, session.client().Account(stop));
    hold = std::make_shared<Hold>(session, oci::Credentials{facts->user, authorization.token}, std::nullopt);
  } else {
    ASSIGN_OR_RETURN(snowflake::AccessToken token, snowflake::AddAccessToken(session.client(), {}, stop));
    const oci::Credentials credentials{token.user, token.secret};
    hold = std::make_shared<Hold>(session, credentials, std::move(token));
  }
  current_ = hold;
  return hold;
}

}  // namespace spcs::resources
