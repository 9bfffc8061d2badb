// SPDX-License-Identifier: MPL-2.0
// Who asks for a public endpoint: the token of a program, or the cookie that the sign-in page gave to a browser. Also
// exchanges a key-pair JWT for a token of one endpoint (POST /oauth/token). Used by the ingress.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/message.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {

inline constexpr absl::string_view kIngressCookie = "spcs-emulator-ingress";
inline constexpr absl::string_view kTokenExchange = "/oauth/token";

// The first part of a host of a public endpoint, "i1a2b3c4-spcs-emulator" of "i1a2b3c4-spcs-emulator.localhost:4711";
// "" for any other host.
std::string IngressLabel(absl::string_view host);

// Thread-safe.
class IngressGate {
 public:
  struct Parts {
    engine::Engine& engine;
    Authenticator& authenticator;
    DriverSessions& sessions;
  };
  explicit IngressGate(const Parts& parts) : parts_(parts) {}

  // The session of `Authorization: Snowflake Token="…"`, else of the cookie; with neither a session without a user.
  // Unauthenticated when the token is not good, or for another endpoint. A bad cookie is none.
  absl::StatusOr<engine::Session> Admit(const WireHead& request, absl::string_view label) const;

  // The users that the sign-in page offers: those that are enabled.
  std::vector<std::string> Users() const;
  // A cookie's value for the user: a token that is good for this endpoint alone. Fails when there is no such user.
  absl::StatusOr<std::string> SignIn(const std::string& user, absl::string_view label) const;
  // Ends the token of the cookie, if there is one.
  void SignOut(const WireHead& request) const;

  // POST /oauth/token of the account: form fields grant_type, assertion and scope, "[session:role:ROLE ]<endpoint's
  // host>". The answer is the bare token, as the service has it.
  HttpReply Exchange(const HttpRequest& request) const;

 private:
  absl::StatusOr<engine::Session> SessionOf(absl::string_view token, absl::string_view label) const;
  absl::StatusOr<std::string> Exchanged(const HttpRequest& request) const;

  const Parts parts_;
};

// The request without what the gate alone may see: the Authorization header and the gate's cookie.
void RemoveCredentials(WireHead& request);

}  // namespace spcs::emulator_http
