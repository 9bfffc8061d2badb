// SPDX-License-Identifier: MPL-2.0
// What services have beyond their table: specifications, jobs, logs, status, and the grants of their roles.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "emulator/http/message.h"
#include "emulator/rest/kinds.h"
#include "emulator/rest/path.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::rest {

inline constexpr Field kServiceFields[] = {
    {"name", "name", Type::kName, Use::kHead},
    {"compute_pool", "compute_pool", Type::kName, Use::kHead},
    {"spec", "spec", Type::kSpec, Use::kHead},
    {"external_access_integrations", "external_access_integrations", Type::kNames, Use::kProperty},
    {"query_warehouse", "query_warehouse", Type::kName, Use::kProperty},
    {"comment", "comment", Type::kText, Use::kProperty},
    {"auto_resume", "auto_resume", Type::kBool, Use::kProperty},
    {"min_instances", "min_instances", Type::kInt, Use::kProperty},
    {"min_ready_instances", "min_ready_instances", Type::kInt, Use::kProperty},
    {"max_instances", "max_instances", Type::kInt, Use::kProperty},
    {"auto_suspend_secs", "auto_suspend_secs", Type::kInt, Use::kProperty},
    {"status", "status"},
    {"is_async_job", "is_async_job", Type::kBool},
    {"current_instances", "current_instances", Type::kInt},
    {"target_instances", "target_instances", Type::kInt},
    {"database_name", "database_name", Type::kName},
    {"schema_name", "schema_name", Type::kName},
    {"owner", "owner"},
    {"dns_name", "dns_name"},
    {"created_on", "created_on", Type::kTime},
    {"updated_on", "updated_on", Type::kTime},
    {"resumed_on", "resumed_on", Type::kTime},
    {"suspended_on", "suspended_on", Type::kTime},
    {"owner_role_type", "owner_role_type"},
    {"is_job", "is_job", Type::kBool},
    {"spec_digest", "spec_digest"},
    {"is_upgrading", "is_upgrading", Type::kBool},
    {"managing_object_domain", "managing_object_domain"},
    {"managing_object_name", "managing_object_name"},
};

inline constexpr Field kContainerFields[] = {
    {"database_name", "database_name", Type::kName},
    {"schema_name", "schema_name", Type::kName},
    {"service_name", "service_name", Type::kName},
    {"service_status", "service_status"},
    {"instance_id", "instance_id"},
    {"instance_status", "instance_status"},
    {"container_name", "container_name"},
    {"status", "status"},
    {"message", "message"},
    {"image_name", "image_name"},
    {"image_digest", "image_digest"},
    {"restart_count", "restart_count", Type::kInt},
    {"start_time", "start_time", Type::kTime},
};

inline constexpr Field kInstanceFields[] = {
    {"database_name", "database_name", Type::kName},
    {"schema_name", "schema_name", Type::kName},
    {"service_name", "service_name", Type::kName},
    {"service_status", "service_status"},
    {"instance_id", "instance_id"},
    {"status", "status"},
    {"spec_digest", "spec_digest"},
    {"creation_time", "creation_time", Type::kTime},
    {"start_time", "start_time", Type::kTime},
};

inline constexpr Field kEndpointFields[] = {
    {"name", "name"},
    {"port", "port", Type::kInt},
    {"portRange", "port_range"},
    {"protocol", "protocol"},
    {"is_public", "is_public", Type::kBool},
    {"ingress_url", "ingress_url"},
};

inline constexpr Field kServiceRoleFields[] = {
    {"created_on", "created_on", Type::kTime},
    {"name", "name"},
    {"comment", "comment"},
};

inline constexpr Part kServiceParts[] = {
    {"containers", "SHOW SERVICE CONTAINERS IN SERVICE ", kContainerFields},
    {"instances", "SHOW SERVICE INSTANCES IN SERVICE ", kInstanceFields},
    {"endpoints", "SHOW ENDPOINTS IN SERVICE ", kEndpointFields},
    {"roles", "SHOW ROLES IN SERVICE ", kServiceRoleFields},
};

// Kind::words, Kind::changes and Kind::complete.
absl::StatusOr<CreateWords> ServiceWords(const emulator_http::HttpRequest& request, const nlohmann::json& body);
absl::StatusOr<std::vector<std::string>> ServiceChanges(nlohmann::json& body, const nlohmann::json& current);
absl::Status CompleteService(const std::string& name, const Run& run, nlohmann::json& service);

// What the generic calls do not serve: services:execute-job, …/logs, …/status, …/roles/R/grants-of. nullopt when the
// request is none of these.
absl::StatusOr<std::optional<nlohmann::json>> ServeServiceCall(const emulator_http::HttpRequest& request,
                                                               const Target& target, const Run& run);

}  // namespace spcs::rest
