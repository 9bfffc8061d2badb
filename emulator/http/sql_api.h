// SPDX-License-Identifier: MPL-2.0
// The SQL API surface, /api/v2/statements: authentication, submit, poll, partitions, cancel, repeated requests. How a
// statement is executed is StatementDesk's.
#pragma once

#include <cstdint>
#include <string>

#include "emulator/http/authenticator.h"
#include "emulator/http/exchange.h"
#include "emulator/http/sql_request.h"
#include "emulator/http/statement_desk.h"

namespace spcs::emulator_http {

// Thread-safe.
class SqlApi {
 public:
  // Everything here must outlive the SqlApi.
  struct Parts {
    const Authenticator& authenticator;
    StatementDesk& desk;
    int64_t partition_cells = 10'000;
  };
  explicit SqlApi(const Parts& parts) : parts_(parts) {}

  // Whether the path is of this surface.
  static bool Serves(absl::string_view path);

  HttpReply Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes);

 private:
  HttpReply Route(Exchange& exchange);
  HttpReply Submit(Exchange& exchange, const Identity& identity);
  HttpReply Poll(Exchange& exchange, const Identity& identity, absl::string_view handle);
  HttpReply Cancel(Exchange& exchange, const Identity& identity, absl::string_view handle);
  HttpReply Answer(const ExecutedStatement& statement, int64_t partition) const;

  Parts parts_;
};

}  // namespace spcs::emulator_http
