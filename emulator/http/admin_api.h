// SPDX-License-Identifier: MPL-2.0
// The admin API under /emulator/, which tests and scripts steer the emulator with. It has no password: the server
// listens on loopback only, and refuses what a browser sends for a foreign page (local_page.h).
#pragma once

#include <functional>

#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/faults.h"
#include "emulator/http/message.h"
#include "emulator/http/statement_log.h"
#include "emulator/http/stats.h"

namespace spcs::emulator_http {

// Thread-safe.
class AdminApi {
 public:
  // Everything here must outlive the AdminApi.
  struct Parts {
    engine::Engine& engine;
    engine::EmulatorClock& clock;
    Authenticator& authenticator;
    Faults& faults;
    StatementLog& log;
    Stats& stats;
    std::function<int64_t()> connections;  // TCP connections accepted so far
  };
  explicit AdminApi(Parts parts);

  // Whether the path is of this API.
  static bool Serves(absl::string_view path);

  // 200 with JSON; 400 says what is wrong with the request, 404 and 405 what is no such thing.
  HttpReply Handle(const HttpRequest& request);

 private:
  HttpReply Get(const HttpRequest& request);
  HttpReply Change(const HttpRequest& request);

  Parts parts_;
};

}  // namespace spcs::emulator_http
