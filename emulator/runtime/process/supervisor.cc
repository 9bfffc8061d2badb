// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/supervisor.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "emulator/runtime/process/probe.h"
#include "provider/base/status.h"

namespace spcs::runtime::process {
namespace {

constexpr absl::Duration kLongestPause = absl::Minutes(5);
constexpr absl::Duration kProbeTimeout = absl::Seconds(2);
constexpr int kFailuresUntilUnready = 3;
// The exit code of what was killed.
constexpr int kKilled = 128 + SIGKILL;
// A person waits for it.
constexpr absl::Duration kPauseUntilReady = absl::Milliseconds(500);

// Probes one process again and again on a thread of its own.
class Prober {
 public:
  Prober(HubClient& hub, std::string ip, ReadinessProbe probe, std::function<void()> on_change)
      : thread_([this, &hub, ip = std::move(ip), probe = std::move(probe),
                 on_change = std::move(on_change)](std::stop_token stop) { Loop(stop, hub, ip, probe, on_change); }) {}

  bool passes() const { return passes_; }

 private:
  void Loop(std::stop_token stop, HubClient& hub, const std::string& ip, const ReadinessProbe& probe,
            const std::function<void()>& on_change) {
    int failures = 0;
    while (!stop.stop_requested()) {
      const absl::StatusOr<Fd> connection = hub.Connect(ip, probe.port, kProbeTimeout);
      const bool passed = connection.ok() && AnswersGet(*connection, probe.path, kProbeTimeout);
      failures = passed ? 0 : failures + 1;
      const bool passes = passed || (passes_ && failures < kFailuresUntilUnready);
      if (passes_.exchange(passes) != passes) on_change();
      MutexLock lock(mu_);
      const absl::Duration pause = passes ? probe.period : std::min(probe.period, kPauseUntilReady);
      stopped_.WaitFor(lock, absl::ToChronoNanoseconds(pause), stop);
    }
  }

  std::atomic<bool> passes_ = false;
  Mutex mu_;
  CondVar stopped_;
  std::jthread thread_;
};

// The log of the process before is kept beside it.
void StartNewLog(const std::string& log) {
  std::error_code ignored;
  std::filesystem::rename(log, absl::StrCat(log, ".previous"), ignored);
}

void AppendToLog(const std::string& log, absl::string_view line) {
  std::ofstream(log, std::ios::app) << "spcs-emulator: " << line << "\n";
}

}  // namespace

struct Supervisor::Container {
  ContainerState state;
  bool alive = false;
  bool finished = false;  // never to be started again
  bool told_to_end = false;
  absl::Time kill_at = absl::InfiniteFuture();
  int kills = 0;
  absl::Time start_at = absl::InfinitePast();
  std::unique_ptr<Prober> prober;
  std::unique_ptr<Prober> liveness;
  bool lives = false;  // the liveness probe has passed
};

struct Supervisor::Instance {
  std::string ip;
  bool started = false;
  absl::Time try_again = absl::InfinitePast();
  std::map<std::string, Container> containers;
};

absl::StatusOr<std::unique_ptr<Supervisor>> Supervisor::Start(Options options) {
  std::unique_ptr<Supervisor> made(new Supervisor(std::move(options)));
  Supervisor* self = made.get();
  HubClient::Options hub{.program = self->options_.program, .on_exit = [self](const std::string& name, int code) {
                           MutexLock lock(self->mu_);
                           self->exits_.emplace_back(name, code);
                           self->woken_ = true;
                           self->changed_.NotifyAll();
                         }};
  hub.on_gone = [self] {
    {
      MutexLock lock(self->mu_);
      self->hub_gone_ = self->woken_ = true;
      self->changed_.NotifyAll();
    }
    if (self->options_.on_gone) self->options_.on_gone();
  };
  ASSIGN_OR_RETURN(made->hub_, HubClient::Start(std::move(hub)));
  made->loop_ = std::jthread([self](std::stop_token stop) { self->Loop(stop); });
  return made;
}

Supervisor::Supervisor(Options options) : options_(std::move(options)) {}

Supervisor::~Supervisor() {
  if (!loop_.joinable()) return;
  loop_.request_stop();
  loop_.join();
  EndAll();
}

void Supervisor::Want(std::vector<InstanceTask> instances) {
  MutexLock lock(mu_);
  wanted_ = std::move(instances);
  woken_ = true;
  changed_.NotifyAll();
}

std::map<std::string, ContainerState> Supervisor::States() const {
  MutexLock lock(mu_);
  return states_;
}

void Supervisor::Loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const absl::Time next = Step();
    MutexLock lock(mu_);
    const absl::Duration wait = std::clamp(next - absl::Now(), absl::ZeroDuration(), absl::Duration(absl::Hours(1)));
    if (!woken_ && wait > absl::ZeroDuration()) changed_.WaitFor(lock, absl::ToChronoNanoseconds(wait), stop);
    woken_ = false;
  }
}

absl::Time Supervisor::Step() {
  std::vector<InstanceTask> wanted;
  {
    MutexLock lock(mu_);
    wanted = wanted_;
  }
  TakeExits(wanted);
  RemoveUnwanted(wanted);
  absl::Time next = absl::InfiniteFuture();
  std::map<std::string, ContainerState> states;
  for (const InstanceTask& task : wanted) {
    std::unique_ptr<Instance>& instance = instances_[task.plan.name];
    if (instance == nullptr) instance = std::make_unique<Instance>();
    next = std::min(next, Tend(task, *instance));
    for (const auto& [name, container] : instance->containers) states[name] = container.state;
  }
  bool changed = false;
  {
    MutexLock lock(mu_);
    changed = states_ != states;
    states_ = std::move(states);
  }
  if (changed && options_.on_change) options_.on_change();
  return next;
}

void Supervisor::TakeExits(const std::vector<InstanceTask>& wanted) {
  std::deque<std::pair<std::string, int>> exits;
  bool hub_gone = false;
  {
    MutexLock lock(mu_);
    exits.swap(exits_);
    hub_gone = hub_gone_;
  }
  for (const auto& [instance_name, instance] : instances_) {
    for (const auto& [name, container] : instance->containers) {
      if (hub_gone && container.alive) exits.emplace_back(name, kKilled);
    }
  }
  std::map<std::string, const ContainerTask*> tasks;
  for (const InstanceTask& instance : wanted) {
    for (const ContainerTask& task : instance.containers) tasks[task.plan.name] = &task;
  }
  for (const auto& [name, code] : exits) {
    for (auto& [instance_name, instance] : instances_) {
      const auto container = instance->containers.find(name);
      const auto task = tasks.find(name);
      if (container == instance->containers.end() || task == tasks.end()) continue;
      Ended(*task->second, container->second, code);
      container->second.finished |= hub_gone;  // nothing can be started any more
    }
  }
}

void Supervisor::Ended(const ContainerTask& task, Container& container, int code) {
  ContainerState& state = container.state;
  container.alive = false;
  container.prober.reset();
  container.liveness.reset();
  container.lives = false;
  state.ended = options_.now();
  state.last_exit_code = code;
  state.phase = code == 0 ? Phase::kDone : Phase::kFailed;
  container.finished = !task.restarts || container.told_to_end;
  const absl::Duration pause = options_.first_pause * (1 << std::min(state.restart_count, 8));
  container.start_at = absl::Now() + std::min(pause, kLongestPause);
}

void Supervisor::RemoveUnwanted(const std::vector<InstanceTask>& wanted) {
  for (auto instance = instances_.begin(); instance != instances_.end();) {
    const bool stays = std::any_of(wanted.begin(), wanted.end(),
                                   [&](const InstanceTask& task) { return task.plan.name == instance->first; });
    if (stays) {
      ++instance;
      continue;
    }
    instance->second->containers.clear();  // and their probers
    (void)hub_->RemoveInstance(instance->first);
    instance = instances_.erase(instance);
  }
}

absl::Time Supervisor::Tend(const InstanceTask& task, Instance& instance) {
  if (!instance.started && task.terminating) return absl::InfiniteFuture();
  if (!instance.started) {
    if (absl::Now() < instance.try_again) return instance.try_again;
    if (const absl::Status status = hub_->StartInstance(task.plan); !status.ok()) {
      for (const ContainerTask& container : task.containers) {
        AppendToLog(container.plan.log, absl::StrCat("no network for this instance: ", status.message()));
      }
      return instance.try_again = absl::Now() + options_.first_pause;
    }
    instance.started = true;
    instance.ip = task.plan.ip;
  }
  absl::Time next = absl::InfiniteFuture();
  for (const ContainerTask& container : task.containers) {
    next = std::min(next, TendContainer(task, container, instance.containers[container.plan.name]));
  }
  return next;
}

absl::Time Supervisor::TendContainer(const InstanceTask& task, const ContainerTask& container, Container& running) {
  if (task.terminating && !running.alive) running.finished = true;
  if (running.finished) return absl::InfiniteFuture();
  if (!running.alive) {
    if (absl::Now() < running.start_at) return running.start_at;
    StartContainer(container, running);
    if (!running.alive) return running.start_at;
    const auto wake = [this] {
      MutexLock lock(mu_);
      woken_ = true;
      changed_.NotifyAll();
    };
    if (container.probe) running.prober = std::make_unique<Prober>(*hub_, task.plan.ip, *container.probe, wake);
    if (container.liveness) running.liveness = std::make_unique<Prober>(*hub_, task.plan.ip, *container.liveness, wake);
  }
  if (!container.probe || running.prober->passes()) {
    running.state.phase = Phase::kReady;
  } else {
    running.state.phase = Phase::kStarting;
  }
  if (running.liveness != nullptr && running.lives && !running.liveness->passes()) {
    AppendToLog(container.plan.log, "the livenessProbe fails: the container is killed");
    running.lives = false;
    (void)hub_->Signal(container.plan.name, SIGKILL);
  } else if (running.liveness != nullptr) {
    running.lives = running.liveness->passes();
  }
  if (container.kills > running.kills) (void)hub_->Signal(container.plan.name, SIGKILL);
  running.kills = container.kills;
  if (!task.terminating) return absl::InfiniteFuture();
  if (!running.told_to_end) {
    running.told_to_end = true;
    running.kill_at = absl::Now() + container.grace;
    (void)hub_->Signal(container.plan.name, SIGTERM);
  } else if (absl::Now() >= running.kill_at) {
    (void)hub_->Signal(container.plan.name, SIGKILL);
    running.kill_at = absl::InfiniteFuture();
  }
  return running.kill_at;
}

void Supervisor::StartContainer(const ContainerTask& task, Container& container) {
  const bool again = container.state.started.has_value();
  StartNewLog(task.plan.log);
  if (const absl::Status status = hub_->StartContainer(task.plan); !status.ok()) {
    AppendToLog(task.plan.log, status.message());
    Ended(task, container, 128);
    container.finished = false;
    return;
  }
  container.alive = true;
  container.state.started = options_.now();
  container.state.ended = std::nullopt;
  if (!again) return;
  ++container.state.restart_count;
  container.state.last_restart = container.state.started;
}

void Supervisor::EndAll() {
  std::vector<InstanceTask> wanted;
  {
    MutexLock lock(mu_);
    wanted = wanted_;
  }
  absl::Duration longest = absl::Seconds(1);
  for (InstanceTask& task : wanted) {
    task.terminating = true;
    for (const ContainerTask& container : task.containers) longest = std::max(longest, container.grace);
  }
  const absl::Time limit = absl::Now() + longest;
  while (absl::Now() < limit) {
    TakeExits(wanted);
    bool alive = false;
    for (const InstanceTask& task : wanted) {
      const auto instance = instances_.find(task.plan.name);
      if (instance == instances_.end()) continue;
      Tend(task, *instance->second);
      for (const auto& [name, container] : instance->second->containers) alive |= container.alive;
    }
    if (!alive) break;
    absl::SleepFor(absl::Milliseconds(20));
  }
  instances_.clear();
  hub_.reset();
}

}  // namespace spcs::runtime::process
