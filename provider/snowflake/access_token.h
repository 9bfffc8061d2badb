// SPDX-License-Identifier: MPL-2.0
// Programmatic access tokens that live for a short while: what takes a user name and a password (the image registry)
// gets one where the connection signs in with a key. Used by spcs_image and spcs_registry_credentials.
//
//   ASSIGN_OR_RETURN(AccessToken token, AddAccessToken(client, {}, stop));
//   …
//   RemoveAccessToken(client, token, stop);   // else it expires by itself
#pragma once

#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "provider/snowflake/client.h"

namespace spcs::snowflake {

struct AccessTokenOptions {
  int days = 1;      // until it expires; a day is the shortest that the service knows
  std::string role;  // the one that it is restricted to, as stored; "": the connection's
  std::string comment = "Made by the Terraform provider spcs, for a push of images; safe to remove.";
};

struct AccessToken {
  std::string name;    // a new one, SPCS_…
  std::string user;    // whose it is: the connection's
  std::string role;    // that it is restricted to
  std::string secret;  // in no log, no message and no state
};

// ALTER USER … ADD PROGRAMMATIC ACCESS TOKEN for the connection's own user. PermissionDenied says which privilege is
// missing. A user may have 15 of them at once.
absl::StatusOr<AccessToken> AddAccessToken(Client& client, const AccessTokenOptions& options, std::stop_token stop);

// Success when it is gone already.
absl::Status RemoveAccessToken(Client& client, const AccessToken& token, std::stop_token stop);

}  // namespace spcs::snowflake
