// SPDX-License-Identifier: MPL-2.0
// Plays a Behaviour: the state of one container at any moment, as a pure function of when it was placed on a node.
// Called by the views of compute.h and by the event loop of settle.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "emulator/runtime/behaviour.h"
#include "emulator/runtime/printed_line.h"

namespace spcs::runtime {

enum class Phase {
  kPulling,     // placed; the image is being fetched
  kPullFailed,  // for good: the image cannot be fetched
  kStarting,    // runs; the probe does not pass yet, or never will
  kReady,
  kDone,    // ended with code 0, for good
  kFailed,  // ended with another code, or waits for its next start
};

struct ContainerState {
  Phase phase = Phase::kPulling;
  int restart_count = 0;
  std::optional<absl::Time> started;       // start of the current (or last) process
  std::optional<absl::Time> ended;         // end of the last process, when none runs
  std::optional<int> last_exit_code;       // of the last process that ended
  std::optional<absl::Time> last_restart;  // when the process was last started again
  std::optional<absl::Time> next;          // when this state changes by itself; nullopt: never

  bool operator==(const ContainerState&) const = default;
};

// What one container went through that is not in its behaviour.
struct ContainerRun {
  absl::Time placed;                                      // when its instance got a node
  std::vector<absl::Time> kills;                          // outside kills, in order; each is one restart
  bool job = false;                                       // a job's container is never started again
  std::optional<ContainerState> observed = std::nullopt;  // of a process; none: not started yet
};

// The state at `now`, which is not before `run.placed`. Speed as in AtSpeed; with speed 0 a container that keeps
// crashing rests in kFailed after kRestartsAtOnce restarts.
ContainerState StateAt(const Behaviour& behaviour, const ContainerRun& run, absl::Time now, double speed);

inline constexpr int kRestartsAtOnce = 3;
inline constexpr int kKilledExitCode = 137;

// The log at `now`: the lines that the current process (or, when none runs, the last one) has printed by then.
std::vector<PrintedLine> LogAt(const Behaviour& behaviour, const ContainerRun& run, absl::Time now, double speed);

// Likewise of the process before that one; nullopt when there was none.
std::optional<std::vector<PrintedLine>> PreviousLogAt(const Behaviour& behaviour, const ContainerRun& run,
                                                      absl::Time now, double speed);

}  // namespace spcs::runtime
