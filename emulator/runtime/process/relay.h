// SPDX-License-Identifier: MPL-2.0
// Passes connections on: from a listening socket in the sandbox's network to a port of this machine. So containers
// reach the emulator, which listens on the machine's loopback alone. What comes through it can be told from what comes
// from the machine itself: it has a loopback address of its own.
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
  bool RestAndGoOn();
  void Serve(Line& line);

  const Fd listener_;
  const int port_;
  Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::list<std::unique_ptr<Line>> lines_ ABSL_GUARDED_BY(mu_);
  std::thread accepting_;
};

// Whether the other end of this connection is a container: one that a Relay of this machine passed on.
bool ComesFromContainer(int socket);

// Copies bytes from each to the other until both have ended.
void Pump(int a, int b);

}  // namespace spcs::runtime::process
