// SPDX-License-Identifier: MPL-2.0
// spcs_access_token: a token for services' endpoints and for other tools.
#include "provider/ephemeral/all.h"
#include "provider/ephemeral/token.h"

namespace spcs::ephemeral {
namespace {

struct AccessToken {
  tf::String role{}, token{}, user{}, name{}, expires_at{};
};

const tf::Model<AccessToken>& AccessTokenModel() {
  using M = AccessToken;
  using tf::Computed;
  static const tf::Model<M> model{
      "spcs_access_token",
      "A token of the connection's user, for requests to services' public endpoints (header `Authorization: Snowflake "
      "Token=\"…\"`) and for other tools. A connection that signs in with a token hands that on. One that signs in "
      "with a key pair makes a programmatic access token for this run: it is removed at the end, and expires within a "
      "day should the run be killed. It reaches neither plan nor state. Use it during the run, and do not store it: "
      "what "
      "holds it afterwards holds a token that is gone.",
      {
          {"role", &M::role, RoleAttribute()},
          {"token", &M::token, Computed{.sensitive = true, .doc = "The token."}},
          {"user", &M::user, Computed{.doc = "User that it belongs to."}},
          {"name", &M::name,
           Computed{.doc = "Name of the programmatic access token that was made; null for the connection's own."}},
          {"expires_at", &M::expires_at,
           Computed{.doc = "When it expires at the latest; null for the connection's own."}},
      }};
  return model;
}

class AccessTokenEphemeral : public TokenEphemeral<AccessToken> {
 public:
  explicit AccessTokenEphemeral(resources::Account& account) : TokenEphemeral(account, AccessTokenModel()) {}
  std::string noun() const override { return "access token"; }

 protected:
  void Fill(const Token& token, AccessToken& model) override {
    model.token = token.secret;
    model.user = token.user;
    if (!token.name.empty()) model.name = token.name;
    model.expires_at = TimeText(token.expires_at);
  }
};

}  // namespace

std::unique_ptr<tf::EphemeralResource> MakeAccessToken(resources::Account& account) {
  return std::make_unique<AccessTokenEphemeral>(account);
}

}  // namespace spcs::ephemeral
