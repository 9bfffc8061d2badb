// SPDX-License-Identifier: MPL-2.0
// Instances and containers of a service or job, as spcs_service_status and spcs_job_status show them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/data_sources/show_source.h"
#include "provider/snowflake/identifier.h"

namespace spcs::data_sources {

struct ContainerStatus {
  tf::String status{}, message{}, image{}, image_digest{};
  tf::Int restart_count{}, last_exit_code{};
  tf::String started_at{}, last_restart_at{};
  static const tf::Table<ContainerStatus>& Fields();
};

struct InstanceStatus {
  tf::String status{}, spec_digest{}, ip_address{}, created_at{}, started_at{};
  tf::Map<tf::Object<ContainerStatus>> containers{};
  static const tf::Table<InstanceStatus>& Fields();
};

// By instance id.
using Instances = std::map<std::string, tf::Object<InstanceStatus>>;

// What SHOW SERVICE INSTANCES and SHOW SERVICE CONTAINERS answered.
struct ServiceParts {
  Rows instances, containers;
};

// The full name of three parts that the user gave one by one.
absl::StatusOr<snowflake::ObjectName> ServiceName(const tf::String& database, const tf::String& schema,
                                                  const tf::String& name);

// Asks for both, the containers first: an instance that is new by then has no containers yet.
absl::StatusOr<ServiceParts> ShowParts(resources::Session& session, const snowflake::ObjectName& service,
                                       std::stop_token stop);

absl::StatusOr<Instances> ReadInstances(const ServiceParts& parts);

// One sentence for each container that is not as it should be: `settled` are the states that are.
std::vector<tf::String> MessagesOf(const Rows& containers, const std::vector<std::string>& settled);

}  // namespace spcs::data_sources
