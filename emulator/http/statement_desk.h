// SPDX-License-Identifier: MPL-2.0
// The one way of a statement from a surface into the engine: log, counters, faults, latency, repeated requests,
// waiting, cancelling. The SQL API and the drivers' session protocol differ in who may come in and how an answer is
// worded.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/http/exchange.h"
#include "emulator/http/scheduler.h"
#include "emulator/http/statement_table.h"
#include "emulator/http/stats.h"

namespace spcs::emulator_http {

// A statement as a surface has understood it.
struct Order {
  std::string text;
  std::vector<engine::Binding> bindings{};
  absl::Duration timeout = absl::Hours(7 * 24);  // the service's default
  std::string user;                              // stored name
  std::string request_id;                        // never empty
  bool retry = false;                            // says that it was sent before
  bool may_repeat = false;  // a request id that was answered before is answered the same way, and not executed
  bool async = false;       // answered before it has ended
  bool nullable = true;     // as ExecutedStatement::Facts
  bool durable = false;     // the answer of a change is to be kept over a restart
  // The session that it runs under; a failure is the surface's refusal. Called once, unless a fault comes first.
  std::function<absl::StatusOr<engine::Session>()> session;
  // Told of the result right after the execution, which happens once; may be empty.
  std::function<void(const engine::ResultSet&)> executed{};
};

// How the surface words what the desk decides. All are called while the request is served.
struct Wording {
  std::function<HttpReply(const absl::Status&)> refused;       // Order::session failed
  std::function<HttpReply(const ExecutedStatement&)> started;  // accepted, to be asked for later
  std::function<HttpReply(const ExecutedStatement&)> answer;   // has ended, or, of a repeated request, still runs
};

// The refusal to cancel what has ended.
absl::Status NotExecuting();

// Thread-safe.
class StatementDesk {
 public:
  // Everything here must outlive the desk.
  struct Parts {
    engine::Engine& engine;
    const engine::EmulatorClock& clock;
    Faults& faults;
    StatementLog& log;
    Stats& stats;
    absl::Duration latency = absl::ZeroDuration();  // of the network: half before a request arrives, half after
  };
  explicit StatementDesk(const Parts& parts);

  // Every request of a Snowflake surface passes here: latency, counters, X-Snowflake-Request-ID, notes.
  HttpReply Serve(const HttpRequest& request, Peer& peer, RequestNotes& notes,
                  const std::function<HttpReply(Exchange&)>& route);

  // Logs and executes the statement, or answers a repeated one, under the fault rules.
  HttpReply Submit(Exchange& exchange, const Order& order, const Wording& wording);

  // A request that carries no statement, under the fault rules for its path.
  HttpReply Attend(Exchange& exchange, const std::function<HttpReply()>& reply);

  // The statement of the user; nullptr when there is none. Notes it in the exchange.
  std::shared_ptr<ExecutedStatement> Find(Exchange& exchange, absl::string_view user, absl::string_view handle);
  std::shared_ptr<ExecutedStatement> FindRequest(absl::string_view user, absl::string_view request_id);

  // Waits until the statement has ended, at most `longest`; false when the client went.
  bool Wait(Exchange& exchange, ExecutedStatement& statement, absl::Duration longest);

  // False when it is too late for that.
  static bool Cancel(ExecutedStatement& statement);

  Stats& stats() { return parts_.stats; }

 private:
  HttpReply Perform(Exchange& exchange, const Order& order, const Wording& wording);
  HttpReply Execute(Exchange& exchange, const Order& order, const engine::Session& session,
                    const std::shared_ptr<ExecutedStatement>& statement, const Wording& wording);
  void ExecuteLater(const Exchange& exchange, const Order& order, const engine::Session& session,
                    std::shared_ptr<ExecutedStatement> statement);
  void Run(ExecutedStatement& statement, const engine::Session& session, const Order& order);
  // Asks a statement that goes on (a synchronous job) whether it has ended by now.
  void Continue(ExecutedStatement& statement);
  // What RESULT_SCAN of the user's earlier statement answers.
  ExecutedStatement::Outcome ScannedResult(absl::string_view user, absl::string_view handle);
  HttpReply Repeat(Exchange& exchange, ExecutedStatement& statement, const Wording& wording);

  // Applies a fault that keeps the request from being executed; nullopt when there is none of that kind.
  std::optional<HttpReply> RefuseByFault(Exchange& exchange);
  void SpoilAnswer(Exchange& exchange, absl::string_view user, HttpReply& reply);

  Parts parts_;
  StatementTable table_;
  Scheduler scheduler_;
};

}  // namespace spcs::emulator_http
