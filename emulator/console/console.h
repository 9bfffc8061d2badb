// SPDX-License-Identifier: MPL-2.0
// The web console: a page for the developer's browser that shows what the account holds and does, live. It reads what
// the admin API reads (Engine::Objects) and changes nothing. It has no password: see http/local_page.h.
//
//   GET /                    the page, when a browser asks
//   GET /console             the page;  /console/<file>: its style and scripts
//   GET /console/state.json  all that the page shows: state.h
//   GET /console/log.json?service=DB.SC.NAME&instance=0&container=main   {"text": …}, its last lines
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "emulator/engine/engine.h"
#include "emulator/http/message.h"

namespace spcs::console {

using emulator_http::HttpReply;
using emulator_http::HttpRequest;

// What does not change while the emulator runs: what a client needs to connect.
struct Facts {
  std::string home;  // the data folder, absolute: SNOWFLAKE_HOME
  std::string user;
  std::string runtime;  // "simulated" or "process"
  double speed = 1;
};

// Thread-safe.
class Console {
 public:
  // Everything here must outlive the Console.
  struct Parts {
    engine::Engine& engine;
    const engine::EmulatorClock& clock;
    std::function<nlohmann::json(int64_t count)> statements;  // the newest of the statement log
    Facts facts;
  };
  explicit Console(Parts parts) : parts_(std::move(parts)) {}

  // Whether the request is for the console.
  static bool Serves(const HttpRequest& request);

  // 200; 302 from / to the page; 400 what is wrong with the query, 403 a foreign page, 404 and 405 no such thing.
  HttpReply Handle(const HttpRequest& request);

 private:
  HttpReply State();
  HttpReply Log(const HttpRequest& request);

  const Parts parts_;
};

}  // namespace spcs::console
