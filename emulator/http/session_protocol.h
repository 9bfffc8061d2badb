// SPDX-License-Identifier: MPL-2.0
// The drivers' session protocol: login, token renewal, queries with JSON rowsets, results by query id, monitoring,
// cancelling, telemetry. With it the vendor's own CLI and connectors work against the emulator as they are. Statements
// take the same way as those of the SQL API: StatementDesk.
#pragma once

#include <memory>
#include <string>

#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/exchange.h"
#include "emulator/http/session.h"
#include "emulator/http/statement_desk.h"

namespace spcs::emulator_http {

// Thread-safe.
class SessionProtocol {
 public:
  // Everything here must outlive the SessionProtocol.
  struct Parts {
    engine::Engine& engine;
    const Authenticator& authenticator;
    DriverSessions& sessions;
    StatementDesk& desk;
  };
  explicit SessionProtocol(const Parts& parts) : parts_(parts) {}

  // Whether the path is of this surface.
  static bool Serves(absl::string_view path);

  HttpReply Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes);

 private:
  HttpReply Route(Exchange& exchange);
  HttpReply Login(Exchange& exchange);
  void Settle(const SessionSettings& asked, DriverSession& session) const;
  HttpReply RenewToken(Exchange& exchange);
  HttpReply Session(Exchange& exchange);
  HttpReply Heartbeat(Exchange& exchange);
  HttpReply Query(Exchange& exchange);
  HttpReply Abort(Exchange& exchange);
  // GET /queries/<id>/result, POST /queries/<id>/abort-request, GET /monitoring/queries/<id>.
  HttpReply Result(Exchange& exchange, absl::string_view handle);
  HttpReply AbortById(Exchange& exchange, absl::string_view handle);
  HttpReply Monitor(Exchange& exchange, absl::string_view handle);

  // The session of the request's token.
  absl::StatusOr<std::shared_ptr<DriverSession>> SessionOf(const Exchange& exchange) const;

  Parts parts_;
};

}  // namespace spcs::emulator_http
