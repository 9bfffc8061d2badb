// SPDX-License-Identifier: MPL-2.0
// A token of the connection's user for the life of one command: the connection's own, or, where that signs in with a
// key, a short-lived programmatic access token. What spcs_access_token and spcs_registry_credentials share.
//
// A token that was made is removed on close; where the client leaves that out, when the provider's process ends. Should
// that be killed, the token ends by itself: a day later.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/base/mutex.h"
#include "provider/base/status.h"
#include "provider/resources/account.h"
#include "provider/tf/ephemeral.h"
#include "provider/tf/model.h"
#include "provider/tf/typed_ephemeral.h"

namespace spcs::ephemeral {

struct Token {
  std::string secret;
  std::string user;
  std::string role;                      // that it is restricted to or, for the connection's own, works with
  std::string name;                      // of one that was made; "" for the connection's own
  std::optional<absl::Time> expires_at;  // of one that was made
};

// What the ephemeral needs the token for, for the comment that stands beside it in the account.
struct TokenRequest {
  tf::String role;      // restricts it; null: the connection's role
  std::string purpose;  // "a login at the image registry"
};

// The tokens that one kind of ephemeral resource has made and not removed yet. Thread-safe.
class Tokens {
 public:
  explicit Tokens(resources::Account& account) : account_(account) {}

  // Remembers what it made in context.private_state, too: its name, never its text. FailedPrecondition when the
  // connection's own token cannot be restricted to the role that is asked for.
  absl::StatusOr<Token> Obtain(tf::Context& context, resources::Session& session, const TokenRequest& request);

  // Removes what Obtain() made for this private state; a warning when that fails.
  absl::Status Return(tf::Context& context);

  // Removes all that is left.
  void ReturnAll(tf::Context& context);

 private:
  resources::Account& account_;
  Mutex mutex_;
  std::map<std::string, std::string> open_ ABSL_GUARDED_BY(mutex_);  // token's name -> user
};

// What both kinds are: a token, opened for a model, given back when the client closes it or the provider ends.
template <class M>
class TokenEphemeral : public tf::TypedEphemeral<M> {
 public:
  TokenEphemeral(resources::Account& account, const tf::Model<M>& model)
      : tf::TypedEphemeral<M>(model), account_(account) {}
  absl::Status Close(tf::Context& context) override { return tokens_.Return(context); }
  void GiveBack(tf::Context& context) override { tokens_.ReturnAll(context); }

 protected:
  absl::StatusOr<std::optional<absl::Time>> OpenModel(tf::Context& context, M& model) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    RETURN_IF_ERROR(Prepare(context, *session, model));
    ASSIGN_OR_RETURN(const Token token,
                     tokens_.Obtain(context, *session, {.role = model.role, .purpose = this->type_name()}));
    Fill(token, model);
    return std::optional<absl::Time>();
  }

  // What has to be known before a token is made.
  virtual absl::Status Prepare(tf::Context&, resources::Session&, M&) { return absl::OkStatus(); }
  virtual void Fill(const Token& token, M& model) = 0;

 private:
  resources::Account& account_;
  Tokens tokens_{account_};
};

// The attribute `role` of both.
tf::Optional RoleAttribute();

// The time as text; null for none.
tf::String TimeText(const std::optional<absl::Time>& time);

}  // namespace spcs::ephemeral
