// SPDX-License-Identifier: MPL-2.0
// What a container of the simulated runtime does over time: how long it takes to start, whether its probe passes, when
// it ends and what it prints. A Behaviour comes from a scenario file (scenario.h); container_timeline.h plays it.
// All durations are those of the real service; the emulator's speed divides them when they are played.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace spcs::runtime {

// How a container ends by itself.
struct Exit {
  absl::Duration after = absl::ZeroDuration();  // counted from the start of the process
  int code = 0;
};

// One line of a container's log.
struct LogLine {
  absl::Duration after = absl::ZeroDuration();  // counted from the start of the process
  bool at_exit = false;                         // printed when the process ends; `after` is then ignored
  std::string text;                             // may hold placeholders (placeholder.h)
};

// What an image keeps outside its containers, as a program does in the thing that it works on: the next container finds
// it there. Texts may hold placeholders.
struct Memory {
  std::string key;                  // where it is kept, within the schema
  std::optional<std::string> keep;  // kept there when the process ends by itself, "" forgets; nullopt: only looks
};

struct Behaviour {
  absl::Duration start = absl::Seconds(4);        // from placement on a node to the start of the process (image pull)
  absl::Duration ready_after = absl::Seconds(2);  // from the start of the process to a passing probe
  absl::Duration terminate = absl::Seconds(5);    // from SIGTERM to the end
  std::optional<Exit> exit;                       // nullopt: it runs until it is stopped
  bool probe_passes = true;
  bool pull_passes = true;
  bool process = false;  // runs for real (process/): its state is observed, not played; the times above mean nothing
  bool missing = false;  // the registry does not know the image, whatever --images says
  bool restarts = true;  // started again after an exit; ignored for jobs, which never restart
  std::vector<LogLine> log;
  std::optional<Memory> memory;
};

// `duration` at the emulator's speed. Speed 0 means at once.
inline absl::Duration AtSpeed(absl::Duration duration, double speed) {
  return speed <= 0 ? absl::ZeroDuration() : duration / speed;
}

}  // namespace spcs::runtime
