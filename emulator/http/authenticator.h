// SPDX-License-Identifier: MPL-2.0
// Who sends a request: checks the bearer token of the Snowflake surfaces, and keeps the tokens that the admin API
// makes. JWTs are verified against the users of the engine; other tokens are looked up by their hash.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/http/message.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::emulator_http {

// The user of a request, as the token says.
struct Identity {
  engine::UserRecord user;
  std::string role_restriction;  // of a programmatic access token; "" = none
};

// What a driver signs in with.
struct Credentials {
  std::string authenticator;  // upper case, as drivers name them; "" and "SNOWFLAKE" are a password
  std::string user;           // "" when the token says it
  std::string token, password;
};

// The user name at the image registry that says: the password is a token, whoever's it is.
inline constexpr absl::string_view kRegistrySessionUser = "0sessiontoken";
// The token of a password at the image registry: bare, or as {"token": …} for that user.
absl::StatusOr<std::string> RegistryToken(absl::string_view user, absl::string_view password);

// Thread-safe.
class Authenticator {
 public:
  // `engine` and `clock` must outlive this. `now` is the time that JWTs are checked against: the machine's, because
  // clients sign with it; the other tokens follow the emulator's clock, so that tests can let them expire.
  Authenticator(engine::Engine& engine, const engine::EmulatorClock& clock, std::function<absl::Time()> now);

  // Fails with Unauthenticated and kVendorCode; the message never holds a part of the token.
  absl::StatusOr<Identity> Authenticate(const HttpRequest& request) const;

  // The login of a driver: SNOWFLAKE_JWT, PROGRAMMATIC_ACCESS_TOKEN (as password too) or OAUTH; real passwords are
  // refused. Fails as Authenticate() does.
  absl::StatusOr<Identity> SignIn(const Credentials& credentials) const;

  // The image registry's login: a user's name with a programmatic access token as password, or 0sessiontoken with such
  // a token, bare or as {"token": …}. Unauthenticated when they do not fit.
  absl::StatusOr<Identity> CheckPassword(absl::string_view user, absl::string_view password) const;

  // The token of a request to the public endpoint of this label: any of the account's, or one for that endpoint.
  absl::StatusOr<Identity> CheckForIngress(absl::string_view token, absl::string_view label) const;
  // Makes a token that is good for this endpoint alone. `role` "": the user's default.
  absl::StatusOr<std::string> MakeIngressToken(const std::string& user, const std::string& role,
                                               absl::string_view label, absl::Duration life);
  // A key-pair JWT that stands by itself. Fails as Authenticate() does.
  absl::StatusOr<Identity> CheckAssertion(absl::string_view jwt) const { return CheckJwt(jwt); }

  // Makes a token for POST /emulator/tokens: {type: "PROGRAMMATIC_ACCESS_TOKEN" | "OAUTH", user, role_restriction?,
  // expires_in? (seconds, may be 0 or negative: expired at once; default 15 days)}. Returns its text, which is stored
  // as a hash only. InvalidArgument or NotFound says what is wrong with the request.
  absl::StatusOr<std::string> MakeToken(const nlohmann::json& request);

 private:
  absl::StatusOr<Identity> CheckJwt(absl::string_view token) const;
  // `ingress`: the endpoint's label when the token is for one.
  absl::StatusOr<Identity> CheckStored(absl::string_view token, absl::string_view type,
                                       absl::string_view ingress = "") const;
  absl::StatusOr<engine::UserRecord> EnabledUser(absl::string_view name, const absl::Status& absent) const;
  bool IsThisAccount(absl::string_view name) const;

  engine::Engine& engine_;
  const engine::EmulatorClock& clock_;
  std::function<absl::Time()> now_;
};

}  // namespace spcs::emulator_http
