// SPDX-License-Identifier: MPL-2.0
// The one table of the specification: for each struct of service_spec.h its attributes, their keys in YAML, defaults
// and bounds. Parsing, rendering, checks, comparison and reconciliation all walk it, so a field is added here only.
//
// VisitFields(static_cast<const Endpoint*>(nullptr), visitor) calls visitor(field, &Endpoint::port) and so on.
// Facts are those of the public service specification reference; "inferred" marks a default that is not documented.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::snowflake {

// How two spellings of a text compare, and which syntax it must have.
enum class FieldKind {
  kText,           // exact
  kKeyword,        // letter case means nothing
  kCpu,            // quantity.h
  kMemory,         // quantity.h
  kDuration,       // quantity.h
  kImage,          // the registry's host means nothing
  kObject,         // a name with one to three parts, which the service may qualify; also @stage/path
  kSet,            // a list whose order means nothing
  kLivenessProbe,  // the struct Probe with its other default period
};

struct Field {
  absl::string_view attribute;  // in the provider's schema
  absl::string_view key;        // in YAML; "a>b" is key b in a mapping a
  FieldKind kind = FieldKind::kText;
  absl::string_view default_value = "";  // what the service takes when it is not written; "" when nothing is known
  bool required = false;
  absl::string_view allowed = "";  // keywords, "A|B"
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
};

inline constexpr int64_t kMaxPort = 65535;
inline constexpr int64_t kMaxSeconds = std::numeric_limits<int32_t>::max();

template <class V>
void VisitFields(const Probe*, V& v) {
  v(Field{.attribute = "port", .key = "port", .required = true, .min = 1, .max = kMaxPort}, &Probe::port);
  v(Field{.attribute = "path", .key = "path", .required = true}, &Probe::path);
  v(Field{.attribute = "period_seconds", .key = "periodSeconds", .default_value = "5", .min = 1, .max = kMaxSeconds},
    &Probe::period_seconds);
  v(Field{.attribute = "failure_threshold",
          .key = "failureThreshold",
          .default_value = "3",
          .min = 1,
          .max = kMaxSeconds},
    &Probe::failure_threshold);
}

template <class V>
void VisitFields(const VolumeMount*, V& v) {
  v(Field{.attribute = "name", .key = "name", .required = true}, &VolumeMount::name);
  v(Field{.attribute = "mount_path", .key = "mountPath", .required = true}, &VolumeMount::mount_path);
}

template <class V>
void VisitFields(const ResourceAmounts*, V& v) {
  v(Field{.attribute = "cpu", .key = "cpu", .kind = FieldKind::kCpu}, &ResourceAmounts::cpu);
  v(Field{.attribute = "memory", .key = "memory", .kind = FieldKind::kMemory}, &ResourceAmounts::memory);
  v(Field{.attribute = "gpu", .key = "nvidia.com/gpu", .default_value = "0", .min = 0, .max = 1024},
    &ResourceAmounts::gpu);
}

template <class V>
void VisitFields(const Resources*, V& v) {
  v(Field{.attribute = "requests", .key = "requests"}, &Resources::requests);
  v(Field{.attribute = "limits", .key = "limits"}, &Resources::limits);
}

template <class V>
void VisitFields(const ContainerSecret*, V& v) {
  v(Field{.attribute = "object_name", .key = "snowflakeSecret>objectName", .kind = FieldKind::kObject},
    &ContainerSecret::object_name);
  v(Field{.attribute = "object_reference", .key = "snowflakeSecret>objectReference"},
    &ContainerSecret::object_reference);
  v(Field{.attribute = "env_var_name", .key = "envVarName"}, &ContainerSecret::env_var_name);
  v(Field{.attribute = "secret_key_ref",
          .key = "secretKeyRef",
          .allowed = "username|password|secret_string|access_token"},
    &ContainerSecret::secret_key_ref);
  v(Field{.attribute = "directory_path", .key = "directoryPath"}, &ContainerSecret::directory_path);
}

template <class V>
void VisitFields(const SessionTokenConfig*, V& v) {
  v(Field{.attribute = "path", .key = "path"}, &SessionTokenConfig::path);
  v(Field{.attribute = "permission", .key = "permission", .default_value = "0644"}, &SessionTokenConfig::permission);
  v(Field{.attribute = "mount_connection_config", .key = "mountConnectionConfig"},
    &SessionTokenConfig::mount_connection_config);
}

template <class V>
void VisitFields(const Container*, V& v) {
  v(Field{.attribute = "image", .key = "image", .kind = FieldKind::kImage, .required = true}, &Container::image);
  v(Field{.attribute = "command", .key = "command"}, &Container::command);
  v(Field{.attribute = "args", .key = "args"}, &Container::args);
  v(Field{.attribute = "env", .key = "env"}, &Container::env);
  v(Field{.attribute = "readiness_probe", .key = "readinessProbe"}, &Container::readiness_probe);
  v(Field{.attribute = "liveness_probe", .key = "livenessProbe", .kind = FieldKind::kLivenessProbe},
    &Container::liveness_probe);
  v(Field{.attribute = "volume_mounts", .key = "volumeMounts"}, &Container::volume_mounts);
  v(Field{.attribute = "resources", .key = "resources"}, &Container::resources);
  v(Field{.attribute = "secrets", .key = "secrets"}, &Container::secrets);
  v(Field{.attribute = "mount_session_token", .key = "mountSessionToken", .default_value = "true"},
    &Container::mount_session_token);
  v(Field{.attribute = "session_token_config", .key = "sessionTokenConfig"}, &Container::session_token_config);
}

template <class V>
void VisitFields(const CorsSettings*, V& v) {
  v(Field{.attribute = "access_control_allow_origin",
          .key = "Access-Control-Allow-Origin",
          .kind = FieldKind::kSet,
          .required = true},
    &CorsSettings::access_control_allow_origin);
  v(Field{.attribute = "access_control_allow_methods", .key = "Access-Control-Allow-Methods", .kind = FieldKind::kSet},
    &CorsSettings::access_control_allow_methods);
  v(Field{.attribute = "access_control_allow_headers", .key = "Access-Control-Allow-Headers", .kind = FieldKind::kSet},
    &CorsSettings::access_control_allow_headers);
  v(Field{.attribute = "access_control_expose_headers",
          .key = "Access-Control-Expose-Headers",
          .kind = FieldKind::kSet},
    &CorsSettings::access_control_expose_headers);
}

template <class V>
void VisitFields(const Endpoint*, V& v) {
  v(Field{.attribute = "port", .key = "port", .min = 1, .max = kMaxPort}, &Endpoint::port);
  v(Field{.attribute = "port_range", .key = "portRange"}, &Endpoint::port_range);
  v(Field{.attribute = "protocol",
          .key = "protocol",
          .kind = FieldKind::kKeyword,
          .default_value = "HTTP",
          .allowed = "TCP|HTTP|HTTPS"},
    &Endpoint::protocol);
  v(Field{.attribute = "public", .key = "public", .default_value = "false"}, &Endpoint::is_public);
  v(Field{.attribute = "cors_settings", .key = "corsSettings"}, &Endpoint::cors_settings);
}

template <class V>
void VisitFields(const InitialContents*, V& v) {
  v(Field{.attribute = "from_snapshot", .key = "fromSnapshot", .kind = FieldKind::kObject},
    &InitialContents::from_snapshot);
}

template <class V>
void VisitFields(const BlockConfig*, V& v) {
  v(Field{.attribute = "initial_contents", .key = "initialContents"}, &BlockConfig::initial_contents);
  v(Field{.attribute = "iops", .key = "iops", .default_value = "3000", .min = 1}, &BlockConfig::iops);
  v(Field{.attribute = "throughput", .key = "throughput", .default_value = "125", .min = 1}, &BlockConfig::throughput);
  v(Field{.attribute = "encryption",
          .key = "encryption",
          .kind = FieldKind::kKeyword,
          .default_value = "SNOWFLAKE_SSE",
          .allowed = "SNOWFLAKE_SSE|SNOWFLAKE_FULL"},
    &BlockConfig::encryption);
  // The default is true for services and false for jobs: we do not look through it.
  v(Field{.attribute = "snapshot_on_delete", .key = "snapshotOnDelete"}, &BlockConfig::snapshot_on_delete);
  v(Field{.attribute = "snapshot_delete_after",
          .key = "snapshotDeleteAfter",
          .kind = FieldKind::kDuration,
          .default_value = "7d"},
    &BlockConfig::snapshot_delete_after);
}

template <class V>
void VisitFields(const StageConfig*, V& v) {
  v(Field{.attribute = "name", .key = "name", .kind = FieldKind::kObject, .required = true}, &StageConfig::name);
  v(Field{.attribute = "metadata_cache", .key = "metadataCache", .kind = FieldKind::kDuration},
    &StageConfig::metadata_cache);
  v(Field{.attribute = "resources", .key = "resources"}, &StageConfig::resources);
}

template <class V>
void VisitFields(const Volume*, V& v) {
  v(Field{.attribute = "source", .key = "source", .kind = FieldKind::kKeyword, .required = true}, &Volume::source);
  v(Field{.attribute = "size", .key = "size", .kind = FieldKind::kMemory}, &Volume::size);
  // Default inferred: files belong to root.
  v(Field{.attribute = "uid", .key = "uid", .default_value = "0", .min = 0, .max = kMaxSeconds}, &Volume::uid);
  v(Field{.attribute = "gid", .key = "gid", .default_value = "0", .min = 0, .max = kMaxSeconds}, &Volume::gid);
  v(Field{.attribute = "block_config", .key = "blockConfig"}, &Volume::block_config);
  v(Field{.attribute = "stage_config", .key = "stageConfig"}, &Volume::stage_config);
}

template <class V>
void VisitFields(const EventTableConfig*, V& v) {
  v(Field{.attribute = "log_level",
          .key = "logLevel",
          .kind = FieldKind::kKeyword,
          .default_value = "INFO",
          .allowed = "INFO|ERROR|NONE"},
    &EventTableConfig::log_level);
}

template <class V>
void VisitFields(const LogExporters*, V& v) {
  v(Field{.attribute = "event_table_config", .key = "eventTableConfig"}, &LogExporters::event_table_config);
}

template <class V>
void VisitFields(const MetricConfig*, V& v) {
  v(Field{.attribute = "groups", .key = "groups", .kind = FieldKind::kSet}, &MetricConfig::groups);
}

template <class V>
void VisitFields(const PlatformMonitor*, V& v) {
  v(Field{.attribute = "metric_config", .key = "metricConfig"}, &PlatformMonitor::metric_config);
}

template <class V>
void VisitFields(const TargetScaling*, V& v) {
  v(Field{.attribute = "target_value", .key = "targetValue", .required = true, .min = 0}, &TargetScaling::target_value);
}

template <class V>
void VisitFields(const MetricCondition*, V& v) {
  v(Field{.attribute = "metric_name", .key = "metricName", .required = true}, &MetricCondition::metric_name);
  v(Field{.attribute = "aggregation_type",
          .key = "aggregationType",
          .kind = FieldKind::kKeyword,
          .allowed = "min|max|avg"},
    &MetricCondition::aggregation_type);
  v(Field{.attribute = "stabilization_period_secs", .key = "stabilizationPeriodSecs", .min = 0, .max = kMaxSeconds},
    &MetricCondition::stabilization_period_secs);
  v(Field{.attribute = "target_scaling", .key = "targetScaling"}, &MetricCondition::target_scaling);
}

template <class V>
void VisitFields(const ScalingCondition*, V& v) {
  v(Field{.attribute = "metric_condition", .key = "metricCondition", .required = true},
    &ScalingCondition::metric_condition);
}

template <class V>
void VisitFields(const ScaleUp*, V& v) {
  v(Field{.attribute = "any_conditions", .key = "anyConditions", .required = true}, &ScaleUp::any_conditions);
}

template <class V>
void VisitFields(const ScaleDown*, V& v) {
  v(Field{.attribute = "all_conditions", .key = "allConditions", .required = true}, &ScaleDown::all_conditions);
}

template <class V>
void VisitFields(const AutoScalingPolicies*, V& v) {
  v(Field{.attribute = "scale_up", .key = "scaleUp"}, &AutoScalingPolicies::scale_up);
  v(Field{.attribute = "scale_down", .key = "scaleDown"}, &AutoScalingPolicies::scale_down);
  v(Field{.attribute = "suspend", .key = "suspend"}, &AutoScalingPolicies::suspend);
}

template <class V>
void VisitFields(const ResourceManagement*, V& v) {
  v(Field{.attribute = "auto_scaling_policies", .key = "autoScalingPolicies"},
    &ResourceManagement::auto_scaling_policies);
}

template <class V>
void VisitFields(const SecurityContext*, V& v) {
  v(Field{.attribute = "execute_as_caller", .key = "executeAsCaller", .default_value = "false"},
    &SecurityContext::execute_as_caller);
  v(Field{.attribute = "enable_custom_credentials", .key = "enableCustomCredentials", .default_value = "false"},
    &SecurityContext::enable_custom_credentials);
}

template <class V>
void VisitFields(const Capabilities*, V& v) {
  v(Field{.attribute = "security_context", .key = "securityContext"}, &Capabilities::security_context);
}

template <class V>
void VisitFields(const ServiceRole*, V& v) {
  v(Field{.attribute = "endpoints", .key = "endpoints", .kind = FieldKind::kSet, .required = true},
    &ServiceRole::endpoints);
}

template <class V>
void VisitFields(const ServiceSpec*, V& v) {
  v(Field{.attribute = "containers", .key = "spec>containers", .required = true}, &ServiceSpec::containers);
  v(Field{.attribute = "endpoints", .key = "spec>endpoints"}, &ServiceSpec::endpoints);
  v(Field{.attribute = "volumes", .key = "spec>volumes"}, &ServiceSpec::volumes);
  v(Field{.attribute = "log_exporters", .key = "spec>logExporters"}, &ServiceSpec::log_exporters);
  v(Field{.attribute = "platform_monitor", .key = "spec>platformMonitor"}, &ServiceSpec::platform_monitor);
  v(Field{.attribute = "resource_management", .key = "spec>resourceManagement"}, &ServiceSpec::resource_management);
  v(Field{.attribute = "capabilities", .key = "capabilities"}, &ServiceSpec::capabilities);
  v(Field{.attribute = "service_roles", .key = "serviceRoles"}, &ServiceSpec::service_roles);
}

// The default of a field inside a value of kind `parent`.
inline absl::string_view DefaultOf(const Field& field, FieldKind parent) {
  return parent == FieldKind::kLivenessProbe && field.attribute == "period_seconds" ? "10" : field.default_value;
}

// What a field's type is, for `if constexpr` in visitors.
template <class T>
struct SpecType {
  static constexpr bool kIsList = false, kIsNamed = false;
};
template <class T>
struct SpecType<std::vector<T>> {
  static constexpr bool kIsList = true, kIsNamed = false;
};
template <class T>
struct SpecType<std::map<std::string, T>> {
  static constexpr bool kIsList = false, kIsNamed = true;
};
template <class T>
inline constexpr bool kIsScalar = std::is_same_v<T, std::string> || std::is_same_v<T, int64_t> ||
                                  std::is_same_v<T, bool> || std::is_same_v<T, double>;
template <class T>
inline constexpr bool kIsPlainCollection = std::is_same_v<T, StringList> || std::is_same_v<T, StringMap>;
template <class T>
inline constexpr bool kIsStruct =
    !kIsScalar<T> && !kIsPlainCollection<T> && !SpecType<T>::kIsList && !SpecType<T>::kIsNamed;

// Paths as diagnostics show them: parent.attribute, parent["name"], parent[0].
inline std::string AttributePath(absl::string_view parent, absl::string_view attribute) {
  return absl::StrCat(parent, ".", attribute);
}
inline std::string NamedPath(absl::string_view parent, absl::string_view name) {
  return absl::StrCat(parent, "[\"", name, "\"]");
}
inline std::string IndexedPath(absl::string_view parent, size_t index) {
  return absl::StrCat(parent, "[", index, "]");
}

// Containers of this prefix belong to the service: one per stage volume.
inline constexpr absl::string_view kSidecarPrefix = "stage-mount-v2-sidecar-";

}  // namespace spcs::snowflake
