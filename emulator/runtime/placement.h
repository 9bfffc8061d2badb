// SPDX-License-Identifier: MPL-2.0
// Which instance runs on which node, and how many nodes a pool holds. Used by settle.cc only.
#pragma once

#include "absl/time/time.h"
#include "emulator/runtime/compute.h"

namespace spcs::runtime {

// Puts waiting instances on nodes that are up, asks for nodes where none fits (up to max_nodes) and for min_nodes.
// Returns whether anything changed.
bool PlaceInstances(World& world, absl::Time now);

// Takes nodes away: beyond max_nodes at once (idle ones first, then the ones whose loss costs least), and idle ones
// that nobody needed for five minutes down to min_nodes. A service's instance on such a node waits for another; a job's
// fails. Returns whether anything changed.
bool RemoveNodes(World& world, absl::Time now);

// Starts again to wait for nodes that the shortage held back, or stops it. Returns whether anything changed.
bool WatchCapacity(World& world, absl::Time now);

// When RemoveNodes() has something to do; InfiniteFuture when not.
absl::Time NextRemoval(const World& world);

// Whether any service or job of the pool wants to run.
bool IsWanted(const World& world);

}  // namespace spcs::runtime
