// SPDX-License-Identifier: MPL-2.0
// Passes connections on: from a listening socket in the sandbox's network to a port of this machine. So containers
// reach the emulator, which listens on the machine's loopback alone.
#pragma once

#include <list>
#include <memory>
#include <thread>

#include "emulator/runtime/process/channel.h"
#include "provider/base/mutex.h"

namespace spcs::runtime::process {

// Bytes go both ways until one side ends. Stops, and cuts what is open, when destroyed.
class Relay {
 public:
  Relay(Fd listener, int port);
  ~Relay();

 private:
  struct Line;
  void Accept();
  void Serve(Line& line);

  const Fd listener_;
  const int port_;
  Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::list<std::unique_ptr<Line>> lines_ ABSL_GUARDED_BY(mu_);
  std::thread accepting_;
};

// Copies bytes from each to the other until both have ended.
void Pump(int a, int b);

}  // namespace spcs::runtime::process
