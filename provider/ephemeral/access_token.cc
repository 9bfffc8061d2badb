// SPDX-License-Identifier: MPL-2.0
// spcs_access_token: a token for services' endpoints and for other tools.
#include "provider/base/status.h"
#include "provider/ephemeral/all.h"
#include "provider/ephemeral/token.h"
#include "provider/tf/typed_ephemeral.h"

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
      "with "
      "a key pair makes a programmatic access token for this run: it is removed at the end, and expires within a day "
      "should the run be killed. It reaches neither plan nor state.",
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

class AccessTokenEphemeral : public tf::TypedEphemeral<AccessToken> {
 public:
  explicit AccessTokenEphemeral(resources::Account& account) : TypedEphemeral(AccessTokenModel()), account_(account) {}
  std::string noun() const override { return "access token"; }
  absl::Status Close(tf::Context& context) override { return tokens_.Return(context); }
  void GiveBack(tf::Context& context) override { tokens_.ReturnAll(context); }

 protected:
  absl::StatusOr<std::optional<absl::Time>> OpenModel(tf::Context& context, AccessToken& model) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const Token token,
                     tokens_.Obtain(context, *session, {.role = model.role, .purpose = "spcs_access_token"}));
    model.token = token.secret;
    model.user = token.user;
    if (!token.name.empty()) model.name = token.name;
    model.expires_at = TimeText(token.expires_at);
    return std::optional<absl::Time>();
  }

 private:
  resources::Account& account_;
  Tokens tokens_{account_};
};

}  // namespace

std::unique_ptr<tf::EphemeralResource> MakeAccessToken(resources::Account& account) {
  return std::make_unique<AccessTokenEphemeral>(account);
}

}  // namespace spcs::ephemeral
