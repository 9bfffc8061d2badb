// SPDX-License-Identifier: MPL-2.0
// How to reach an account and as whom, put together from the provider block, the environment and the files that
// Snowflake's own clients use. provider.cc calls ResolveConnection() once; nothing here connects.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/environment.h"
#include "provider/snowflake/identifier.h"

namespace spcs::snowflake {

// Values by key, where the keys are those of ConnectionKeys(). An absent key is not set.
using ConnectionSettings = std::map<std::string, std::string>;

// The keys that a connection may have, which are also the attributes of the provider block: account, user, ...
const std::vector<std::string>& ConnectionKeys();

// What the user wrote into the provider block.
struct ConnectionBlock {
  std::optional<std::string> connection{};  // the name of a section of connections.toml
  ConnectionSettings settings{};
};

enum class Authentication {
  kKeyPair,             // a JWT signed with the user's private key
  kOauth,               // an access token
  kProgrammaticToken,   // a programmatic access token
  kTokenOfUnknownKind,  // a token without authenticator: the service finds out
};

// Where a setting was found.
struct SettingSource {
  std::string text{};  // "the provider block", "SNOWFLAKE_USER", "section [dev] of /home/me/.snowflake/config.toml"
  std::string attribute{};  // the attribute of the provider block; "" when it was not the block
};

struct ConnectionConfig {
  // What the keys say, and for each key where it was found.
  ConnectionSettings settings{};
  std::map<std::string, SettingSource> sources{};

  // Of the host's form: "https://org-acct.snowflakecomputing.com", without a slash at the end.
  std::string base_url{};

  // As the JWT names it: "ORG-ACCT". Empty when only a host is known.
  std::string account{};
  std::string user{};  // as the user wrote it; empty when the token says who it is

  std::optional<Identifier> role{};
  std::optional<Identifier> warehouse{};

  Authentication authentication = Authentication::kKeyPair;

  // The value, or "" when the key is not set.
  std::string Get(const std::string& key) const;

  // The status with "<key> (from SNOWFLAKE_USER): " before its message, and with the attribute's path when the value
  // came from the provider block.
  absl::Status Blame(const absl::Status& status, const std::string& key) const;
};

// Precedence: block, then SNOWFLAKE_CONNECTIONS_<NAME>_<KEY>, then the section of the file, then SNOWFLAKE_<KEY>.
// What belongs together is taken from one place: a token in the block is not mixed with a key file's authenticator.
// Errors name the key, where it was found and what to do; kAttributePath is set when the block is at fault.
absl::StatusOr<ConnectionConfig> ResolveConnection(const ConnectionBlock& block, const Environment& environment);

}  // namespace spcs::snowflake
