// SPDX-License-Identifier: MPL-2.0
// User and password for the account's image registry: the connection's own programmatic access token, else a
// short-lived one that is made for as long as pushes are under way and removed behind the last of them.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "absl/status/statusor.h"
#include "provider/base/mutex.h"
#include "provider/oci/registry_client.h"
#include "provider/resources/account.h"
#include "provider/snowflake/access_token.h"

namespace spcs::resources {

// Thread-safe.
class RegistryLogin {
 public:
  // As long as one is held, the credentials are good. Letting the last one go removes the token that was made.
  class Hold {
   public:
    Hold(Session& session, oci::Credentials credentials, std::optional<snowflake::AccessToken> made)
        : session_(session), credentials_(std::move(credentials)), made_(std::move(made)) {}
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    const oci::Credentials& credentials() const { return credentials_; }

   private:
    Session& session_;
    const oci::Credentials credentials_;
    const std::optional<snowflake::AccessToken> made_;
  };

  absl::StatusOr<std::shared_ptr<const Hold>> Get(Session& session, std::stop_token stop);

 private:
  Mutex mu_;  // held while a token is made: others then share it
  std::weak_ptr<const Hold> current_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::resources
