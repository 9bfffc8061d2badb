// SPDX-License-Identifier: MPL-2.0
// Moves a pool and its workloads through time, event by event in their order: nodes come up, instances are placed,
// become ready, are replaced one by one, jobs end, idle pools suspend. Lazy: nothing runs between two calls, and the
// result does not depend on when or how often it is called.
//
//   Settle(world, now);            // what happened since world.pool.settled
//   world.workloads[0].suspended = true;
//   Reconsider(world, now);        // what follows at once from the change
#pragma once

#include <string>

#include "absl/time/time.h"
#include "emulator/runtime/compute.h"

namespace spcs::runtime {

// Plays all events up to `now`. Workloads that ended for good have `gone` set; the caller removes them.
void Settle(World& world, absl::Time now);

// Draws the consequences of an outside change at `now`, after Settle().
void Reconsider(World& world, absl::Time now);

// When the next event is due; InfiniteFuture when none is.
absl::Time NextEvent(const World& world);

// Changes that the handlers ask for, to be followed by Reconsider().
void SuspendPool(World& world, absl::Time now);  // services too; jobs run on
void ResumePool(World& world, absl::Time now);
void SuspendWorkload(Workload& workload, absl::Time now);
void ResumeWorkload(Workload& workload, absl::Time now);
void DeleteWorkload(const World& world, Workload& workload, absl::Time now);
// Runs the plan under another digest without any restart: the same specification in other words.
void RelabelWorkload(Workload& workload, const std::string& digest);
// Kills one container; it starts again (a job's does not). False when the instance or the container is not there.
bool KillContainer(Workload& workload, int instance, const std::string& container, absl::Time now);

// How long endpoints take to get their URL after the first instance is READY.
inline constexpr absl::Duration kIngressDelay = absl::Seconds(120);

}  // namespace spcs::runtime
