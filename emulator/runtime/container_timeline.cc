// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/container_timeline.h"

#include <algorithm>

namespace spcs::runtime {
namespace {

// The pause before start number `restarts` + 1, as container runtimes do it: 10 s, doubling up to five minutes.
absl::Duration Backoff(int restarts) {
  return absl::Seconds(std::min(300, 10 << std::min(restarts, 5)));
}

// One process from its start on: sets phase, started, ended, exit code and the time of the next change.
void PlayProcess(const Behaviour& behaviour, absl::Time started, absl::Time now, double speed, ContainerState& state) {
  state.started = started;
  state.ended = std::nullopt;
  const absl::Time ready = started + AtSpeed(behaviour.ready_after, speed);
  const absl::Time ends = behaviour.exit ? started + AtSpeed(behaviour.exit->after, speed) : absl::InfiniteFuture();
  if (now >= ends) {
    state.ended = ends;
    state.last_exit_code = behaviour.exit->code;
    state.phase = behaviour.exit->code == 0 ? Phase::kDone : Phase::kFailed;
    state.next = std::nullopt;
    return;
  }
  const bool is_ready = behaviour.probe_passes && now >= ready;
  state.phase = is_ready ? Phase::kReady : Phase::kStarting;
  const absl::Time change = is_ready || !behaviour.probe_passes ? ends : std::min(ready, ends);
  state.next = change == absl::InfiniteFuture() ? std::nullopt : std::optional(change);
}

// Plays from the start of a process, with all its restarts, up to `now`.
void PlayFrom(const Behaviour& behaviour, absl::Time started, bool restarts, absl::Time now, double speed,
              ContainerState& state) {
  for (int round = 0;; ++round) {
    PlayProcess(behaviour, started, now, speed, state);
    if (!state.ended || !restarts) return;
    if (speed <= 0 && round >= kRestartsAtOnce) return;
    const absl::Time again = *state.ended + AtSpeed(Backoff(round), speed);
    if (again > now) {
      // Between two processes a container counts as failed, or as done if it ended well.
      state.next = again;
      return;
    }
    ++state.restart_count;
    state.last_restart = again;
    started = again;
    const absl::Duration cycle = AtSpeed(behaviour.exit->after + Backoff(99), speed);
    if (round > 8 && cycle > absl::ZeroDuration()) {  // the pause no longer grows: skip whole rounds
      const int64_t skipped = std::max<int64_t>(0, (now - started) / cycle - 1);
      started += cycle * skipped;
      state.restart_count += static_cast<int>(skipped);
      state.last_restart = started;
    }
  }
}

// What the process of the state has printed by `now`. Lines of one moment are a nanosecond apart.
std::vector<PrintedLine> LinesOf(const Behaviour& behaviour, const ContainerState& state, absl::Time now,
                                 double speed) {
  std::vector<PrintedLine> lines;
  if (!state.started) return lines;
  const absl::Time end = state.ended.value_or(now);
  for (size_t i = 0; i < behaviour.log.size(); ++i) {
    const LogLine& line = behaviour.log[i];
    const absl::Time at = line.at_exit ? end : *state.started + AtSpeed(line.after, speed);
    const bool printed = line.at_exit ? state.ended.has_value() : at <= end;
    if (printed) lines.push_back({at + absl::Nanoseconds(i), line.text});
  }
  return lines;
}

}  // namespace

ContainerState StateAt(const Behaviour& behaviour, const ContainerRun& run, absl::Time now, double speed) {
  ContainerState state;
  if (behaviour.process) return run.observed.value_or(state);
  const bool restarts = behaviour.restarts && !run.job;
  absl::Time started = run.placed + AtSpeed(behaviour.start, speed);
  if (!behaviour.pull_passes || now < started) {
    state.phase = behaviour.pull_passes || now < started ? Phase::kPulling : Phase::kPullFailed;
    if (now < started) state.next = started;
    return state;
  }
  for (const absl::Time kill : run.kills) {
    if (kill > now) break;
    if (kill < started) continue;  // nothing ran yet
    PlayFrom(behaviour, started, restarts, kill, speed, state);
    state.last_exit_code = kKilledExitCode;
    if (run.job) {
      state.phase = Phase::kFailed;
      state.ended = kill;
      state.next = std::nullopt;
      return state;
    }
    ++state.restart_count;
    state.last_restart = kill;
    started = kill;
  }
  PlayFrom(behaviour, started, restarts, now, speed, state);
  return state;
}

std::vector<PrintedLine> LogAt(const Behaviour& behaviour, const ContainerRun& run, absl::Time now, double speed) {
  return LinesOf(behaviour, StateAt(behaviour, run, now, speed), now, speed);
}

std::optional<std::vector<PrintedLine>> PreviousLogAt(const Behaviour& behaviour, const ContainerRun& run,
                                                      absl::Time now, double speed) {
  const ContainerState state = StateAt(behaviour, run, now, speed);
  if (!state.last_restart) return std::nullopt;
  const absl::Time end = *state.last_restart - absl::Nanoseconds(1);
  const ContainerState before = StateAt(behaviour, run, end, speed);
  // At speed 0 all processes come and go at one moment, so the last one stands for those before it.
  if (!before.started) return LinesOf(behaviour, state, now, speed);
  return LinesOf(behaviour, before, end, speed);
}

}  // namespace spcs::runtime
