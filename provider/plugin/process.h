// SPDX-License-Identifier: MPL-2.0
// The provider as a process: signals, the death of the client, and the way out. Used by serve.cc only.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace spcs::plugin {

// Ends the process at once: without destructors, because calls may still run, and a client waits for us to be gone.
// Under the address sanitizer leaks are reported first. `socket_path` is removed.
[[noreturn]] void ExitNow(const std::string& socket_path, int code);

// Makes sure that the descriptors 0 to 2 exist, so that no socket takes the number of a standard stream.
void OpenStandardStreams();

// Writes all of `text` to stdout. Afterwards a stray print goes to the log: stdout becomes a second stderr.
absl::Status WriteHandshake(absl::string_view line);

// Calls back, on a thread of its own, when the process should end.
class Watch {
 public:
  enum class Reason {
    kSignal,      // SIGTERM or SIGHUP, and SIGINT too with `interactive`
    kClientGone,  // nobody reads our stdout any more: the client died
  };

  // To be made before stdout is given away, once a process. SIGPIPE is ignored from here on. Without `interactive`,
  // SIGINT is ignored: Ctrl-C reaches the whole process group, and it is for the client to stop us in good order.
  // With it the client's life is not watched. Fails with Internal when the system has no descriptors left.
  absl::Status Start(bool interactive, std::function<void(Reason)> callback);
  // Ends the thread.
  ~Watch();

 private:
  void Run(int client, std::function<void(Reason)> callback);

  std::thread thread_;
  std::atomic<bool> closing_ = false;
};

}  // namespace spcs::plugin
