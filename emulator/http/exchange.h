// SPDX-License-Identifier: MPL-2.0
// One request of a Snowflake surface while it is served: what the surfaces hand to StatementDesk and to each other.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "emulator/http/faults.h"
#include "emulator/http/message.h"
#include "emulator/http/statement_log.h"

namespace spcs::emulator_http {

// What the request log says about a request besides its status.
struct RequestNotes {
  std::string kind, object, query_id, fault;
};

// Used by the one thread that serves the request.
struct Exchange {
  const HttpRequest& request;
  Peer& peer;
  RequestNotes& notes;
  std::string request_id;  // of X-Snowflake-Request-ID
  absl::Time arrived;
  Fault fault{};
  StatementEntry entry{};
  int64_t number = 0;  // of the entry in the statement log; 0: none

  // {message, code, …} with the request's id.
  HttpReply Error(int status, absl::string_view code, absl::string_view message) const;
};

}  // namespace spcs::emulator_http
