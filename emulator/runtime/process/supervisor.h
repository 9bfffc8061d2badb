// SPDX-License-Identifier: MPL-2.0
// Keeps what runs equal to what is wanted: starts instances and their containers, probes them, starts containers again
// with a growing pause when they end, ends what is no longer wanted. The engine says what is wanted and is told of
// every change of a container's state.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/runtime/container_timeline.h"
#include "emulator/runtime/process/hub_client.h"
#include "emulator/runtime/process/plan.h"
#include "provider/base/mutex.h"

namespace spcs::runtime::process {

struct ReadinessProbe {
  int port = 0;
  std::string path = "/";
  absl::Duration period = absl::Seconds(5);
};

struct ContainerTask {
  ContainerPlan plan;
  std::optional<ReadinessProbe> probe;       // without one a container is ready once it runs
  std::optional<ReadinessProbe> liveness{};  // has passed and fails from then on: the container is killed
  bool restarts = true;                      // jobs: false
  absl::Duration grace = absl::Seconds(30);  // between SIGTERM and SIGKILL
  int kills = 0;                             // how often it is to have been killed from outside: one more kills it
};

struct InstanceTask {
  InstancePlan plan;
  std::vector<ContainerTask> containers;
  bool terminating = false;  // to be ended in order: SIGTERM, after the grace period SIGKILL
};

// Thread-safe.
class Supervisor {
 public:
  struct Options {
    std::string program = "/proc/self/exe";        // as HubClient::Options
    std::function<absl::Time()> now = &absl::Now;  // the clock of the states
    std::function<void()> on_change;               // after states changed; on a thread of the supervisor
    // The sandbox was ended from outside and every container with it, which its state says. On a thread of its own.
    std::function<void()> on_gone;
    absl::Duration first_pause = absl::Seconds(10);  // before the first restart; doubles up to five minutes
  };
  // FailedPrecondition when this machine does not allow namespaces or lacks a program.
  static absl::StatusOr<std::unique_ptr<Supervisor>> Start(Options options);
  // Ends everything that runs, in order.
  ~Supervisor();

  // What is to run from now on; instances that are not named are killed. Returns at once.
  void Want(std::vector<InstanceTask> instances);

  // The state of every container that was started and is still wanted, by name.
  std::map<std::string, ContainerState> States() const;

  HubClient& hub() { return *hub_; }

 private:
  struct Container;
  struct Instance;

  explicit Supervisor(Options options);
  void Loop(std::stop_token stop);
  // One round; returns when the next is due by the machine's clock.
  absl::Time Step();
  void TakeExits(const std::vector<InstanceTask>& wanted);
  void RemoveUnwanted(const std::vector<InstanceTask>& wanted);
  absl::Time Tend(const InstanceTask& task, Instance& instance);
  absl::Time TendContainer(const InstanceTask& task, const ContainerTask& container, Container& running);
  void StartContainer(const ContainerTask& task, Container& container);
  void Ended(const ContainerTask& task, Container& container, int code);
  void EndAll();

  const Options options_;
  std::unique_ptr<HubClient> hub_;
  mutable Mutex mu_;
  CondVar changed_;
  std::vector<InstanceTask> wanted_ ABSL_GUARDED_BY(mu_);
  std::deque<std::pair<std::string, int>> exits_ ABSL_GUARDED_BY(mu_);
  bool hub_gone_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, ContainerState> states_ ABSL_GUARDED_BY(mu_);
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, std::unique_ptr<Instance>> instances_;  // of the loop's thread alone
  std::jthread loop_;
};

}  // namespace spcs::runtime::process
