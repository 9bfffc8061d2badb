// SPDX-License-Identifier: MPL-2.0
// The emulator's command line. Called by main; tests fill EmulatorOptions themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::emulator_http {

struct EmulatorOptions {
  std::string host = "127.0.0.1";     // a loopback address: there is no TLS and the admin API has no password
  int port = 0;                       // 0: any free one
  std::string port_file;              // "": none
  std::string data_dir;               // required
  std::string runtime = "simulated";  // or "process"
  std::string stand_ins;              // folder of stand-ins, for "process"
  std::string hub_program;            // what holds the sandbox: this very program when empty; tests have their own
  double speed = 1;
  absl::Duration latency = absl::ZeroDuration();
  uint64_t seed = 0;
  std::string images;                               // as engine::EngineOptions
  std::string scenarios;                            // likewise
  absl::Duration ingress_idle = absl::Seconds(90);  // of a connection to a public endpoint, as the service has it
  bool open = false;
  int64_t partition_cells = 10'000;         // values in one partition of a result
  int log_fd = -1;                          // one JSON line a request; -1: no log
  std::function<void()> on_sandbox_gone{};  // told when what holds the containers was ended from outside
  bool help = false;                        // only --help was asked for
};

// Reads the arguments without the program's name: --name=value, --name value, and --open. InvalidArgument names the
// argument and says what it may be.
absl::StatusOr<EmulatorOptions> ParseOptions(const std::vector<std::string>& arguments);

// Where the emulator is found once it has the port: "127.0.0.1:4711", "[::1]:4711".
std::string AddressOf(const EmulatorOptions& options, int port);

// The text of --help.
absl::string_view HelpText();

}  // namespace spcs::emulator_http
