// SPDX-License-Identifier: MPL-2.0
// The REST object API as a surface of the emulator: who may come in, the way of its statements through StatementDesk,
// errors, and answers that come later (202 and /api/v2/results). What requests mean is emulator/rest. EmulatorServer
// owns one.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/exchange.h"
#include "emulator/http/statement_desk.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

// Thread-safe.
class RestSurface {
 public:
  // Everything here must outlive the surface.
  struct Parts {
    const Authenticator& authenticator;
    const DriverSessions& sessions;
    StatementDesk& desk;
  };
  explicit RestSurface(const Parts& parts) : parts_(parts) {}

  // Whether the path is of this surface.
  static bool Serves(absl::string_view path);

  HttpReply Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes);

 private:
  // A request with the results of its first statements: enough to take it up where it was left.
  struct Progress {
    HttpRequest request;
    std::vector<ExecutedStatement::Outcome> outcomes;
  };

  HttpReply Route(Exchange& exchange);
  HttpReply Perform(Exchange& exchange, const engine::Session& session, Progress progress);
  // Executes one statement; nullopt with `reply` set when the desk answers in its place.
  std::optional<ExecutedStatement::Outcome> Execute(Exchange& exchange, const engine::Session& session,
                                                    const std::string& statement, const Progress& progress,
                                                    HttpReply& reply);
  HttpReply Accepted(const ExecutedStatement& statement, const Progress& progress);
  HttpReply Result(Exchange& exchange, const engine::Session& session, absl::string_view handle);
  HttpReply Failure(const Exchange& exchange, const absl::Status& error) const;

  Parts parts_;
  Mutex mu_;
  std::map<std::string, Progress, std::less<>> waiting_ ABSL_GUARDED_BY(mu_);  // by the handle of what is waited for
  std::deque<std::string> handles_ ABSL_GUARDED_BY(mu_);                       // the oldest first
};

}  // namespace spcs::emulator_http
