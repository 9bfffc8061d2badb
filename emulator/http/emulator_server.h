// SPDX-License-Identifier: MPL-2.0
// The whole emulator in one object: account, Snowflake surfaces and admin API on one port. main() runs one; integration
// tests of the provider start one in process.
//
//   EmulatorServer server;
//   ASSIGN_OR_RETURN(int port, server.Start({.data_dir = folder, .speed = 0, .images = "any"}));
//   setenv("SNOWFLAKE_HOME", folder.c_str(), 1);
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "emulator/engine/engine.h"
#include "emulator/http/options.h"

namespace spcs::emulator_http {

class EmulatorServer {
 public:
  EmulatorServer();
  ~EmulatorServer();  // stops

  // Opens or makes the account in options.data_dir, writes key and connections.toml there, and serves. Returns the
  // port; the port file, if any, is complete then. Fails on bad options, a folder that cannot be used, a port that is
  // taken.
  absl::StatusOr<int> Start(const EmulatorOptions& options);

  // Ends all connections; statements in progress are finished and kept. Safe to call twice.
  void Stop();

  // The account and its clock, between Start() and Stop(): for tests that set the scene without HTTP.
  engine::Engine& engine();
  engine::EmulatorClock& clock();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spcs::emulator_http
