// SPDX-License-Identifier: MPL-2.0
// What the console's page shows, chosen from Engine::Objects(): no state of its own, no secrets, no specifications.
#pragma once

#include <functional>
#include <string>

#include "emulator/console/container_log.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::console {

// The last line that a container has printed, "" when there is none.
using LastLine = std::function<std::string(const ContainerName&)>;

// {
//   "credits_per_hour": what the nodes that run now cost,
//   "pools": [{name, state, since, family, nodes, wanted_nodes, min_nodes, max_nodes, services, jobs,
//              credits_per_hour (null: not known), message, comment}],
//   "services": [{name, status, since, pool, instances, wanted_instances, upgrading, message, comment,
//                 containers: [{instance, name, status, since, message, restarts, image}],
//                 endpoints: [{name, port, protocol, public, url (null: none yet)}]}],
//   "jobs": as services, and "progress": the last line of a job that has not ended,
//   "others": [{kind, name, owner, since, comment}]: everything else but grants
// }
// Names are full; times are RFC 3339, null when there is none. `objects` is the answer of Engine::Objects(), which
// decides the order. `last_line` is asked for the containers of jobs that have not ended.
nlohmann::json StateOf(const nlohmann::json& objects, const LastLine& last_line);

}  // namespace spcs::console
