// SPDX-License-Identifier: MPL-2.0
// How a registry says what login it wants: the WWW-Authenticate header of a 401.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::oci {

struct Challenge {
  bool bearer = false;  // else Basic
  std::string realm;    // where tokens are given
  std::string service;
};

// InvalidArgument for a scheme that we do not know.
absl::StatusOr<Challenge> ParseChallenge(absl::string_view header);

// Refuses to send a password to this URL unless it is https, or this machine.
absl::Status CheckRealm(const std::string& realm);

}  // namespace spcs::oci
