// SPDX-License-Identifier: MPL-2.0
// Tokens that the account gave out, as the store keeps them: facts by the hash of the text, never the text. The SQL
// statements on programmatic access tokens (kinds/access_token.cc) and the HTTP layer's Authenticator use them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/engine/store.h"

namespace spcs::engine {

inline constexpr absl::string_view kTokenSpace = "token";  // of the store's records; the key is TokenKey()
inline constexpr absl::string_view kPatType = "PROGRAMMATIC_ACCESS_TOKEN";
inline constexpr absl::string_view kOauthType = "OAUTH";

struct AccessToken {
  std::string type;              // kPatType or kOauthType
  std::string user;              // stored name
  std::string name;              // of a token that ALTER USER … ADD made; "" for one of the admin API
  std::string role_restriction;  // "" = none
  std::string ingress;           // the public endpoint that it is for, the first part of its host; "" = everything else
  std::string comment, created_by;
  absl::Time created, expires;  // emulator time
  bool disabled = false;
  std::string rotated_to;      // of the old text of a token that got a new one: the token's name
  int64_t bypass_minutes = 0;  // MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT; kept, without effect
};

// The key of a token's record: the hash of its text.
std::string TokenKey(absl::string_view text);

// A new random text, alike in form to the service's: long, of URL-safe characters.
std::string NewTokenText();

std::string TokenToRecord(const AccessToken& token);
absl::StatusOr<AccessToken> TokenFromRecord(absl::string_view record);

// The named tokens of the user with their keys, the oldest first.
std::vector<std::pair<std::string, AccessToken>> TokensOfUser(Store& store, absl::string_view user);

// A user is gone (`to` is "") or has another name: its tokens go, or follow.
void MoveTokens(Store& store, absl::string_view from, absl::string_view to);

}  // namespace spcs::engine
