// SPDX-License-Identifier: MPL-2.0
// Executes SQL statements in the account, over the SQL API only: no session, no login round trip, and nothing is sent
// before the first statement. Everything that reads or changes the account goes through one Client.
//
//   ASSIGN_OR_RETURN(ResultSet rows, client.Execute(Statement("DESCRIBE SERVICE").Name(name), stop));
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/base/mutex.h"
#include "provider/http/retry.h"
#include "provider/http/transport.h"
#include "provider/snowflake/auth.h"
#include "provider/snowflake/connection_config.h"
#include "provider/snowflake/flight.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/result_set.h"
#include "provider/snowflake/statement.h"

namespace spcs::snowflake {

struct ClientOptions {
  std::string base_url{};  // "https://host", without a slash at the end
  std::optional<Identifier> role{};
  std::optional<Identifier> warehouse{};
  http::RetryPolicy retry{};

  // The service answers within 45 s, if only to say that the statement still runs.
  absl::Duration answer_timeout = absl::Seconds(75);

  // What a statement that changes something still gets after a stop, so that its outcome is known.
  absl::Duration stop_grace = absl::Milliseconds(600);
};

ClientOptions OptionsFor(const ConnectionConfig& config);

// How an execution went, also when it failed.
struct ExecuteInfo {
  // The statement was sent more than once. Should the service have forgotten the first, an "already exists" may speak
  // of what the first has made.
  bool repeated = false;
  absl::Time first_sent = absl::InfinitePast();  // this machine's clock
};

// Where and as whom statements run.
struct AccountFacts {
  std::string account_locator;
  std::string organization;
  std::string account_name;
  std::string role;  // of this connection
  std::string user;
  std::vector<std::string> available_roles;  // granted to the user, directly or through other roles
};

// Thread-safe. Keeps references to all but the options.
class Client {
 public:
  Client(ClientOptions options, http::Transport& transport, Authenticator& authenticator, Clock& clock, Logger& logger);

  // Executes one statement and waits for all its rows. A lost answer, a 5xx or 429 is met by sending the statement
  // again under the same id, which the service executes once. Fails with the codes of sql_error.h (facts kVendorCode,
  // kSqlState, kQueryId, kAdvice), with those of http::Transport, or with Cancelled when `stop` is requested: then a
  // statement that is known to run is cancelled in the service.
  absl::StatusOr<ResultSet> Execute(const Statement& statement, std::stop_token stop, ExecuteInfo* info = nullptr);

  // Asked once a process, whoever asks first; a failure is not kept.
  absl::StatusOr<std::shared_ptr<const AccountFacts>> Account(std::stop_token stop);

  // The role statements run with; nullopt: the user's default.
  const std::optional<Identifier>& role() const { return options_.role; }

  Clock& clock() { return clock_; }
  Logger& logger() { return logger_; }

 private:
  class Execution;

  const ClientOptions options_;
  http::Transport& transport_;
  Authenticator& authenticator_;
  Clock& clock_;
  Logger& logger_;
  CachedFlight<AccountFacts> account_;
};

}  // namespace spcs::snowflake
