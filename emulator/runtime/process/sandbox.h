// SPDX-License-Identifier: MPL-2.0
// Runs instances and containers as processes in namespaces of their own. Used by the hub (hub.h), the one process that
// may: it has a single thread, and is root in a user namespace of its own.
//
// An instance is a network namespace with one address on the hub's bridge, held open by a process that only sleeps.
// A container is a process tree with its own processes and file system in its instance's network:
//   hub -> keeper (joins the network, passes signals and the exit code on) -> first process (file system, reaps)
//       -> the command, in a session of its own.
// Each dies with its parent, so that nothing outlives the emulator, however it ends.
#pragma once

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/runtime/process/plan.h"

namespace spcs::runtime::process {

// The address of the hub itself on the bridge: where containers find what the emulator offers.
inline constexpr char kHubAddress[] = "10.244.0.1";

// Makes the bridge, once. Fails when `ip` is missing or not allowed.
absl::Status MakeBridge();

// Starts the holder of an instance's network and connects it; only the plan's ports and the hub's own connections get
// in. `number` is unique among all instances ever started. Returns the holder's process id.
absl::StatusOr<pid_t> StartInstance(const InstancePlan& plan, int number);

// Starts a container in the instance that `holder` holds. Returns the keeper's process id. What fails behind the start
// of the keeper ends it with kSetupFailed and says so in the container's log.
absl::StatusOr<pid_t> StartContainer(const ContainerPlan& plan, pid_t holder);

inline constexpr int kSetupFailed = 126;

}  // namespace spcs::runtime::process
