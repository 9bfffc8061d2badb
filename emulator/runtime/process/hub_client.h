// SPDX-License-Identifier: MPL-2.0
// The emulator's side of the hub: starts it, asks it for instances, containers and connections, hears of exits.
//
//   ASSIGN_OR_RETURN(auto hub, HubClient::Start({.program = "/proc/self/exe", .on_exit = …}));
//   RETURN_IF_ERROR(hub->StartInstance(instance));
//   RETURN_IF_ERROR(hub->StartContainer(container));
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/runtime/process/channel.h"
#include "emulator/runtime/process/plan.h"
#include "provider/base/mutex.h"

namespace spcs::runtime::process {

// Thread-safe. The hub ends, with everything in it, when the client is destroyed, or the thread that made it ends.
class HubClient {
 public:
  struct Options {
    std::string program = "/proc/self/exe";  // what to start with kHubArgument
    // Called on a thread of the client when a container ended: its name and exit code (128 + signal when killed).
    std::function<void(const std::string& name, int code)> on_exit;
    // Called on that thread when the hub ended by itself, and everything in it: nothing works any more.
    std::function<void()> on_gone;
  };
  // FailedPrecondition when this machine does not allow namespaces or lacks a program; the message says which.
  static absl::StatusOr<std::unique_ptr<HubClient>> Start(Options options);
  ~HubClient();

  // The hub's process.
  pid_t pid() const { return hub_; }

  absl::Status StartInstance(const InstancePlan& plan);
  absl::Status StartContainer(const ContainerPlan& plan);
  // NotFound when no such container runs.
  absl::Status Signal(const std::string& container, int signal);
  // Kills what is left in the instance and gives its address back.
  absl::Status RemoveInstance(const std::string& name);
  // A connection to an instance, established. Unavailable when nobody listens there or nobody answers in time.
  absl::StatusOr<Fd> Connect(const std::string& ip, int port, absl::Duration timeout);
  // A listening socket at kHubAddress, which all instances reach.
  absl::StatusOr<Fd> Listen(int port);

 private:
  HubClient(Fd channel, pid_t hub, Options options);
  absl::Status AwaitReady();
  absl::StatusOr<Message> Call(nlohmann::json request);
  void ReadAll();

  const Options options_;
  const Fd channel_;
  const pid_t hub_;
  Mutex mu_;
  CondVar changed_;
  int64_t last_id_ ABSL_GUARDED_BY(mu_) = 0;
  bool gone_ ABSL_GUARDED_BY(mu_) = false;
  std::map<int64_t, Message> answers_ ABSL_GUARDED_BY(mu_);
  std::atomic<bool> closing_ = false;
  std::thread reader_;
};

}  // namespace spcs::runtime::process
