// SPDX-License-Identifier: MPL-2.0
// What the rows of SHOW SERVICES, SERVICE INSTANCES and SERVICE CONTAINERS say about a service that is starting: ready,
// broken for good, short of capacity, or still on its way. Pure functions; service_wait.cc does the asking.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "provider/resources/object_row.h"

namespace spcs::resources {

struct ContainerHealth {
  std::string instance_id, name, status, message;
  int64_t restart_count = 0;
  std::optional<int64_t> last_exit_code;
  std::string start_time;
};

enum class Health { kWaiting, kNoCapacity, kBroken, kReady };

struct ServiceHealth {
  Health health = Health::kWaiting;
  // The container that decides: the broken one, else the first that is not ready.
  std::optional<ContainerHealth> container;
  std::string summary;           // one sentence: "container head of instance 0 is PENDING: Waiting to start."
  int64_t without_capacity = 0;  // instances for which the pool has no room
};

// Whether a container's message tells of a fault that no waiting mends, such as a missing image. The service documents
// no list of messages: the wording is that of public reports.
bool HopelessMessage(const std::string& message);

// The containers told by SHOW SERVICE CONTAINERS; a service without instances has one row of nulls, which is left out.
std::vector<ContainerHealth> ReadContainers(const std::vector<ObjectRow>& rows);

// Judges a service that is not suspended. `service` is its row of SHOW SERVICES; `instances` may be empty and must not
// be newer than `containers`. Containers of instances that still run an older specification decide nothing.
ServiceHealth JudgeService(const ObjectRow& service, const std::vector<ObjectRow>& instances,
                           const std::vector<ContainerHealth>& containers);

// What a browser opens for the host that SHOW ENDPOINTS tells. An emulated account's are names under `.localhost`,
// which always mean this machine, and have no TLS.
std::string EndpointUrl(absl::string_view host);

// The URLs of the public endpoints told by SHOW ENDPOINTS. False in `complete` when one has no real URL yet.
std::map<std::string, std::string> ReadUrls(const std::vector<ObjectRow>& endpoints, bool& complete);

}  // namespace spcs::resources
