// SPDX-License-Identifier: MPL-2.0
// What proves to the service who asks. Nothing here connects: a token is made or read on this machine.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/base/clock.h"
#include "provider/snowflake/connection_config.h"
#include "provider/snowflake/environment.h"

namespace spcs::snowflake {

struct Authorization {
  std::string token;       // for "Authorization: Bearer ..."; secret
  std::string token_type;  // for X-Snowflake-Authorization-Token-Type; "" leaves it to the service
};

// Thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // The token for the next request. Cheap to call for each.
  virtual absl::StatusOr<Authorization> Authorize() = 0;

  // The service has refused the token: the next Authorize() makes or reads another where that is possible.
  virtual void Invalidate() = 0;
};

// How the account is written inside a token: upper case, without region and cloud.
std::string JwtAccount(absl::string_view account);

// Chooses by config.authentication and reads the key; errors name the key of the configuration that is at fault.
// `environment` and `clock` outlive the result.
absl::StatusOr<std::unique_ptr<Authenticator>> MakeAuthenticator(const ConnectionConfig& config,
                                                                 const Environment& environment, const Clock& clock);

}  // namespace spcs::snowflake
