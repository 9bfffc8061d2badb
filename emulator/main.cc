// SPDX-License-Identifier: MPL-2.0
// spcs-emulator: serves an emulated account until SIGTERM or SIGINT.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/http/emulator_server.h"
#include "emulator/http/options.h"
#include "emulator/runtime/process/hub.h"

namespace {

constexpr int kBadUsage = 2;

void Print(FILE* file, absl::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
}

int Fail(int code, const absl::Status& status) {
  Print(stderr, absl::StrCat("spcs-emulator: ", std::string(status.message()), "\n"));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  // Started by itself, to hold the sandbox of --runtime=process.
  absl::string_view first = argc > 1 ? argv[1] : "";
  int channel = -1;
  if (absl::ConsumePrefix(&first, spcs::runtime::process::kHubArgument) && absl::SimpleAtoi(first, &channel)) {
    spcs::runtime::process::RunHub(channel);
  }
  using spcs::emulator_http::EmulatorOptions;
  absl::StatusOr<EmulatorOptions> options =
      spcs::emulator_http::ParseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.ok()) return Fail(kBadUsage, options.status());
  if (options->help) {
    Print(stdout, spcs::emulator_http::HelpText());
    return 0;
  }
  options->log_fd = fileno(stderr);

  // Blocked before any thread starts, so that sigwait() below gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  // Without its sandbox --runtime=process runs nothing any more; the next start finds the account as it is.
  std::atomic<bool> sandbox_gone = false;
  options->on_sandbox_gone = [&sandbox_gone] {
    sandbox_gone = true;
    ::kill(::getpid(), SIGTERM);
  };

  spcs::emulator_http::EmulatorServer server;
  const absl::StatusOr<int> port = server.Start(*options);
  if (!port.ok()) return Fail(1, port.status());
  const std::string address = spcs::emulator_http::AddressOf(*options, *port);
  Print(stdout, absl::StrCat("spcs-emulator listens on ", address, "\nconsole: http://", address,
                             "\nexport SNOWFLAKE_HOME=", options->data_dir, "\n"));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  server.Stop();
  if (!sandbox_gone) return 0;
  return Fail(1,
              absl::UnavailableError("what holds the containers of --runtime=process was killed, and every container "
                                     "with it; start the emulator again"));
}
