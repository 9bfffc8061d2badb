// SPDX-License-Identifier: MPL-2.0
// The one account that a provider block names. Connects when the first resource asks, not before: a plan that reads
// nothing needs no credentials.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/base/mutex.h"
#include "provider/http/curl_transport.h"
#include "provider/snowflake/auth.h"
#include "provider/snowflake/client.h"
#include "provider/snowflake/connection_config.h"
#include "provider/snowflake/inventory.h"
#include "provider/snowflake/poller.h"

namespace spcs::resources {

// A connection in use. Thread-safe.
class Session {
 public:
  // The parts that talk to the network are the session's own; clock and logger stay the caller's.
  Session(snowflake::ClientOptions options, std::unique_ptr<http::Transport> transport,
          std::unique_ptr<snowflake::Authenticator> authenticator, Clock& clock, Logger& logger);

  // Sends a statement that reads.
  absl::StatusOr<snowflake::ResultSet> Query(const snowflake::Statement& statement, std::stop_token stop);

  // Sends a statement that changes this object; no listing read before it is served after it. `info` may be null.
  absl::Status Change(std::optional<snowflake::ShowKind> kind, const snowflake::ObjectName& name,
                      const snowflake::Statement& statement, std::stop_token stop,
                      snowflake::ExecuteInfo* info = nullptr);

  // Sends a statement that changes who may see what: nothing read before it is served after it.
  absl::Status ChangeGrants(const snowflake::Statement& statement, std::stop_token stop);

  // Databases that are gone for certain: whoever finds that out tells those whose objects were in them.
  void NoteGoneDatabase(const snowflake::ObjectName& name);
  bool IsGoneDatabase(const snowflake::ObjectName& name) const;

  snowflake::Client& client() { return client_; }
  // What signs requests; for surfaces beside SQL.
  snowflake::Authenticator& authenticator() { return *authenticator_; }
  http::Transport& transport() { return *transport_; }
  // "https://host" of the account.
  const std::string& base_url() const { return base_url_; }
  snowflake::Inventory& inventory() { return inventory_; }
  snowflake::Poller& poller() { return poller_; }

 private:
  const std::string base_url_;
  std::unique_ptr<http::Transport> transport_;
  std::unique_ptr<snowflake::Authenticator> authenticator_;
  snowflake::Client client_;
  snowflake::Inventory inventory_;
  snowflake::Poller poller_;
  mutable Mutex mutex_;
  std::set<snowflake::ObjectName> gone_databases_ ABSL_GUARDED_BY(mutex_);
};

// Thread-safe.
class Account {
 public:
  // Clock and logger stay the caller's.
  Account(Clock& clock, Logger& logger) : clock_(clock), logger_(logger) {}

  // An account that is connected already: for tests.
  Account(Clock& clock, Logger& logger, std::unique_ptr<Session> session)
      : clock_(clock), logger_(logger), session_(std::move(session)) {}

  // Remembers how to connect. Called before anything else.
  void Configure(snowflake::ConnectionBlock block, std::string client_version);

  // The connection, made at the first call. Fails when the configuration is wrong; nothing is sent yet.
  absl::StatusOr<Session*> Connect();

 private:
  Clock& clock_;
  Logger& logger_;
  const snowflake::SystemEnvironment environment_{};
  Mutex mutex_;
  snowflake::ConnectionBlock block_ ABSL_GUARDED_BY(mutex_);
  std::string client_version_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Session> session_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace spcs::resources
