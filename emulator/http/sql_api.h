// SPDX-License-Identifier: MPL-2.0
// The SQL API surface, /api/v2/statements: authentication, submit, poll, partitions, cancel, repeated requests, and the
// fault rules. What a statement does is the engine's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/faults.h"
#include "emulator/http/message.h"
#include "emulator/http/scheduler.h"
#include "emulator/http/sql_request.h"
#include "emulator/http/statement_log.h"
#include "emulator/http/statement_table.h"
#include "emulator/http/stats.h"

namespace spcs::emulator_http {

// What the request log says about a request besides its status.
struct RequestNotes {
  std::string kind, object, query_id, fault;
};

// Thread-safe.
class SqlApi {
 public:
  // Everything here must outlive the SqlApi.
  struct Parts {
    engine::Engine& engine;
    const engine::EmulatorClock& clock;
    const Authenticator& authenticator;
    Faults& faults;
    StatementLog& log;
    Stats& stats;
    absl::Duration latency = absl::ZeroDuration();  // of the network: half before a request arrives, half after
    int64_t partition_cells = 10'000;
  };
  explicit SqlApi(const Parts& parts);

  // Whether the path is of this surface.
  static bool Serves(absl::string_view path);

  HttpReply Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes);

 private:
  struct Exchange;
  HttpReply Route(Exchange& exchange);
  HttpReply Submit(Exchange& exchange);
  HttpReply Poll(Exchange& exchange, absl::string_view handle);
  HttpReply Cancel(Exchange& exchange, absl::string_view handle);

  HttpReply Perform(Exchange& exchange, const SqlRequest& sql);
  HttpReply Execute(Exchange& exchange, const SqlRequest& sql, const engine::Session& session);
  void ExecuteLater(const Exchange& exchange, const SqlRequest& sql, const engine::Session& session,
                    std::shared_ptr<ExecutedStatement> statement);
  void Run(ExecutedStatement& statement, const engine::Session& session, const SqlRequest& sql);
  HttpReply Repeat(Exchange& exchange, const ExecutedStatement& statement);
  HttpReply Answer(const ExecutedStatement& statement, int64_t partition) const;

  // Applies a fault that keeps the request from being executed; false when there is none of that kind.
  bool RefuseByFault(Exchange& exchange, HttpReply& reply);
  void SpoilAnswer(Exchange& exchange, HttpReply& reply);
  HttpReply NotFound(const Exchange& exchange, absl::string_view handle) const;

  Parts parts_;
  StatementTable table_;
  Scheduler scheduler_;
};

}  // namespace spcs::emulator_http
