// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/kinds.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "emulator/rest/body.h"
#include "emulator/rest/service.h"
#include "emulator/rest/table.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

using enum Type;
using enum Use;

constexpr Field kPool[] = {
    {"name", "name", kName, kHead},
    {"min_nodes", "min_nodes", kInt, kKept},
    {"max_nodes", "max_nodes", kInt, kKept},
    {"instance_family", "instance_family", kWord, kKept},
    {"auto_resume", "auto_resume", kBool, kProperty},
    {"auto_suspend_secs", "auto_suspend_secs", kInt, kProperty},
    {"comment", "comment", kText, kProperty},
    {"state", "state"},
    {"num_services", "num_services", kInt},
    {"num_jobs", "num_jobs", kInt},
    {"active_nodes", "active_nodes", kInt},
    {"idle_nodes", "idle_nodes", kInt},
    {"target_nodes", "target_nodes", kInt},
    {"created_on", "created_on", kTime},
    {"resumed_on", "resumed_on", kTime},
    {"updated_on", "updated_on", kTime},
    {"owner", "owner"},
    {"is_exclusive", "is_exclusive", kBool},
    {"application", "application"},
    {"placement_group", "placement_group"},
    {"error_code", "error_code"},
    {"status_message", "status_message"},
    {"budget", ""},
    {"desired_nodes", ""},
    {"desired_nodes_expire_after", ""},
    {"optimize_for_capacity", ""},
};

constexpr Field kFamily[] = {
    {"name", "name"},
    {"description", "description"},
    {"vcpu", "vcpu", kInt},
    {"memory_gib", "memory_gib", kInt},
    {"storage_gib", "storage_gib", kInt},
    {"gpu", "gpu"},
    {"gpu_count", "gpu_count", kInt},
    {"gpu_memory_gib", "gpu_memory_gib", kInt},
    {"current_node_usage", "current_node_usage", kInt},
    {"message", "message"},
};

constexpr Field kDatabaseFields[] = {
    {"name", "name", kName, kHead},
    {"kind", "options", kPersistence, kHead},
    {"comment", "comment", kText, kProperty},
    {"data_retention_time_in_days", "retention_time", kInt, kProperty},
    {"max_data_extension_time_in_days", "", kInt, kProperty},
    {"created_on", "created_on", kTime},
    {"is_default", "is_default", kBool},
    {"is_current", "is_current", kBool},
    {"origin", "origin"},
    {"owner", "owner"},
    {"options", "options"},
    {"retention_time", "retention_time", kInt},
    {"owner_role_type", "owner_role_type"},
    {"budget", "budget"},
    {"dropped_on", ""},
};

constexpr Field kSchemaFields[] = {
    {"name", "name", kName, kHead},
    {"kind", "options", kPersistence, kHead},
    {"managed_access", "options", kManaged, kHead},
    {"comment", "comment", kText, kProperty},
    {"data_retention_time_in_days", "retention_time", kInt, kProperty},
    {"max_data_extension_time_in_days", "", kInt, kProperty},
    {"created_on", "created_on", kTime},
    {"is_default", "is_default", kBool},
    {"is_current", "is_current", kBool},
    {"database_name", "database_name", kName},
    {"owner", "owner"},
    {"options", "options"},
    {"retention_time", "retention_time", kInt},
    {"owner_role_type", "owner_role_type"},
    {"budget", "budget"},
    {"dropped_on", ""},
};

constexpr Field kRepository[] = {
    {"name", "name", kName, kHead},         {"database_name", "database_name", kName},
    {"schema_name", "schema_name", kName},  {"created_on", "created_on", kTime},
    {"repository_url", "repository_url"},   {"owner", "owner"},
    {"owner_role_type", "owner_role_type"},
};

constexpr Field kImageFields[] = {
    {"created_on", "created_on", kTime}, {"image_name", "image_name"}, {"tags", "tags"}, {"digest", "digest"},
    {"image_path", "image_path"},
};

constexpr Field kStageFields[] = {
    {"name", "name", kName, kHead},
    {"kind", "", kText, kHead},
    {"comment", "comment", kText, kCreate},
    {"encryption", "", kProperties, kCreate},
    {"directory_table", "directory_enabled", kDirectory, kCreate, "DIRECTORY"},
    {"url", "url", kText, kCreate},
    {"endpoint", "endpoint", kText, kCreate},
    {"storage_integration", "storage_integration", kName, kCreate},
    {"created_on", "created_on", kTime},
    {"has_credentials", "has_credentials", kBool},
    {"has_encryption_key", "has_encryption_key", kBool},
    {"owner", "owner"},
    {"owner_role_type", "owner_role_type"},
    {"region", "region"},
    {"cloud", "cloud"},
};

constexpr Field kTableFields[] = {
    {"name", "name", kName, kHead},
    {"kind", "kind", kPersistence, kHead},
    {"columns", "", kText, kHead},
    {"comment", "comment", kText, kProperty},
    {"data_retention_time_in_days", "retention_time", kInt, kProperty},
    {"change_tracking", "change_tracking", kBool, kProperty},
    {"enable_schema_evolution", "enable_schema_evolution", kBool, kCreate},
    {"created_on", "created_on", kTime},
    {"database_name", "database_name", kName},
    {"schema_name", "schema_name", kName},
    {"rows", "rows", kInt},
    {"bytes", "bytes", kInt},
    {"owner", "owner"},
    {"owner_role_type", "owner_role_type"},
    {"automatic_clustering", "automatic_clustering", kBool},
    {"budget", "budget"},
};

constexpr Field kSecretFields[] = {
    {"name", "name", kName, kHead},          {"type", "secret_type", kWord, kCreate},
    {"secret_string", "", kSecret, kCreate}, {"username", "username", kText, kCreate},
    {"password", "", kSecret, kCreate},      {"comment", "comment", kText, kCreate},
    {"created_on", "created_on", kTime},     {"database_name", "database_name", kName},
    {"schema_name", "schema_name", kName},   {"owner", "owner"},
    {"owner_role_type", "owner_role_type"},
};

constexpr Field kRule[] = {
    {"name", "name", kName, kHead},
    {"type", "type", kWord, kCreate},
    {"mode", "mode", kWord, kCreate},
    {"value_list", "value_list", kTexts, kCreate},
    {"comment", "comment", kText, kCreate},
    {"created_on", "created_on", kTime},
    {"database_name", "database_name", kName},
    {"schema_name", "schema_name", kName},
    {"owner", "owner"},
    {"owner_role_type", "owner_role_type"},
};

constexpr Field kRoleFields[] = {
    {"name", "name", kName, kHead},
    {"comment", "comment", kText, kCreate},
    {"created_on", "created_on", kTime},
    {"owner", "owner"},
    {"is_default", "is_default", kBool},
    {"is_current", "is_current", kBool},
    {"is_inherited", "is_inherited", kBool},
    {"assigned_to_users", "assigned_to_users", kInt},
    {"granted_to_roles", "granted_to_roles", kInt},
    {"granted_roles", "granted_roles", kInt},
};

constexpr Field kWarehouseFields[] = {
    {"name", "name", kName, kHead},
    {"warehouse_type", "type", kWord, kProperty},
    {"warehouse_size", "size", kWord, kProperty},
    {"max_cluster_count", "max_cluster_count", kInt, kProperty},
    {"min_cluster_count", "min_cluster_count", kInt, kProperty},
    {"scaling_policy", "scaling_policy", kWord, kProperty},
    {"auto_suspend", "auto_suspend", kInt, kProperty},
    {"auto_resume", "auto_resume", kBoolText, kProperty},
    {"initially_suspended", "", kBoolText, kCreate},
    {"comment", "comment", kText, kProperty},
    {"type", "type"},
    {"size", "size"},
    {"state", "state"},
    {"started_clusters", "started_clusters", kInt},
    {"running", "running", kInt},
    {"queued", "queued", kInt},
    {"is_default", "is_default", kBool},
    {"is_current", "is_current", kBool},
    {"created_on", "created_on", kTime},
    {"resumed_on", "resumed_on", kTime},
    {"updated_on", "updated_on", kTime},
    {"owner", "owner"},
    {"owner_role_type", "owner_role_type"},
};

constexpr Action kPoolActions[] = {
    {"suspend", "SUSPEND"},
    {"resume", "RESUME"},
    {"stop-all-services", "STOP ALL"},
    {"stopallservices", "STOP ALL"},  // the older spelling
};
constexpr Action kSuspend[] = {{"suspend", "SUSPEND"}, {"resume", "RESUME"}};
constexpr Part kRepositoryParts[] = {{"images", "SHOW IMAGES IN IMAGE REPOSITORY ", kImageFields}};
constexpr Part kFamilies = {"instance-families", "SHOW COMPUTE POOL INSTANCE FAMILIES", kFamily};

// TRANSIENT is in the body or in the query.
bool IsTransient(const emulator_http::HttpRequest& request, const nlohmann::json& body) {
  return absl::EqualsIgnoreCase(JsonString(body, "kind"), "TRANSIENT") ||
         absl::EqualsIgnoreCase(request.Query("kind").value_or(""), "TRANSIENT");
}

absl::StatusOr<CreateWords> ContainerWords(const emulator_http::HttpRequest& request, const nlohmann::json& body) {
  CreateWords words;
  if (IsTransient(request, body)) words.modifier = "TRANSIENT ";
  if (body.value("managed_access", nlohmann::json()) == true) words.head = " WITH MANAGED ACCESS";
  return words;
}

// The current object of a database has no managed_access.
absl::StatusOr<std::vector<std::string>> ContainerChanges(nlohmann::json& body, const nlohmann::json& current) {
  RETURN_IF_ERROR(CheckUnchanged("kind", body, current));
  std::vector<std::string> changes;
  const bool managed = body.value("managed_access", nlohmann::json()) == true;
  if (current.contains("managed_access") && current["managed_access"] != managed) {
    changes.push_back(managed ? " ENABLE MANAGED ACCESS" : " DISABLE MANAGED ACCESS");
  }
  return changes;
}

absl::StatusOr<CreateWords> StageWords(const emulator_http::HttpRequest&, const nlohmann::json& body) {
  CreateWords words;
  if (absl::EqualsIgnoreCase(JsonString(body, "kind"), "TEMPORARY")) words.modifier = "TEMPORARY ";
  return words;
}

absl::StatusOr<CreateWords> PoolWords(const emulator_http::HttpRequest& request, const nlohmann::json&) {
  CreateWords words;
  ASSIGN_OR_RETURN(const bool suspended, Flag(request, "initiallySuspended"));
  if (suspended) words.tail = " INITIALLY_SUSPENDED = TRUE";
  return words;
}

constexpr Kind kKinds[] = {
    {.segment = "compute-pools",
     .kind = sql::Kind::kComputePool,
     .fields = kPool,
     .described = true,
     .put = true,
     .actions = kPoolActions,
     .words = PoolWords},
    {.segment = "databases",
     .kind = sql::Kind::kDatabase,
     .fields = kDatabaseFields,
     .put = true,
     .words = ContainerWords,
     .changes = ContainerChanges},
    {.segment = "schemas",
     .kind = sql::Kind::kSchema,
     .fields = kSchemaFields,
     .put = true,
     .words = ContainerWords,
     .changes = ContainerChanges},
    {.segment = "services",
     .kind = sql::Kind::kService,
     .fields = kServiceFields,
     .described = true,
     .put = true,
     .actions = kSuspend,
     .parts = kServiceParts,
     .words = ServiceWords,
     .changes = ServiceChanges,
     .complete_lists = true,
     .complete = CompleteService},
    {.segment = "image-repositories",
     .kind = sql::Kind::kImageRepository,
     .fields = kRepository,
     .probe = kRepositoryParts[0].statement,
     .parts = kRepositoryParts},
    {.segment = "stages", .kind = sql::Kind::kStage, .fields = kStageFields, .words = StageWords},
    {.segment = "tables",
     .kind = sql::Kind::kTable,
     .fields = kTableFields,
     .put = true,
     .words = TableWords,
     .changes = TableChanges,
     .complete = CompleteTable},
    {.segment = "secrets", .kind = sql::Kind::kSecret, .fields = kSecretFields, .described = true},
    {.segment = "network-rules", .kind = sql::Kind::kNetworkRule, .fields = kRule, .described = true},
    {.segment = "roles", .kind = sql::Kind::kRole, .fields = kRoleFields, .fetch = false},
    {.segment = "warehouses",
     .kind = sql::Kind::kWarehouse,
     .fields = kWarehouseFields,
     .put = true,
     .actions = kSuspend},
};

}  // namespace

absl::Span<const Kind> Kinds() {
  return kKinds;
}

const Kind* FindKind(absl::string_view segment, sql::Scope scope) {
  for (const Kind& kind : kKinds) {
    if (kind.segment == segment && sql::InfoOf(kind.kind).scope == scope) return &kind;
  }
  return nullptr;
}

const Part& InstanceFamilies() {
  return kFamilies;
}

}  // namespace spcs::rest
