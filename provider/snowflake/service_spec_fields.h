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
  absl::string_view doc = "";  // for users, a sentence or two
};

inline constexpr int64_t kMaxPort = 65535;
inline constexpr int64_t kMaxSeconds = std::numeric_limits<int32_t>::max();

template <class V>
void VisitFields(const Probe*, V& v) {
  v(Field{.attribute = "port",
          .key = "port",
          .required = true,
          .min = 1,
          .max = kMaxPort,
          .doc = "Port that the probe asks; it need not be an endpoint."},
    &Probe::port);
  v(Field{.attribute = "path",
          .key = "path",
          .required = true,
          .doc = "Path of the HTTP request; status 200 is a pass."},
    &Probe::path);
  v(Field{.attribute = "period_seconds",
          .key = "periodSeconds",
          .default_value = "5",
          .min = 1,
          .max = kMaxSeconds,
          .doc = "Seconds between two probes; when it is not given, 5 for readiness and 10 for liveness."},
    &Probe::period_seconds);
  v(Field{.attribute = "failure_threshold",
          .key = "failureThreshold",
          .default_value = "3",
          .min = 1,
          .max = kMaxSeconds,
          .doc = "Failures in a row that count as failed."},
    &Probe::failure_threshold);
}

template <class V>
void VisitFields(const VolumeMount*, V& v) {
  v(Field{.attribute = "name", .key = "name", .required = true, .doc = "Name of a volume in `volumes`."},
    &VolumeMount::name);
  v(Field{.attribute = "mount_path", .key = "mountPath", .required = true, .doc = "Where the container sees it."},
    &VolumeMount::mount_path);
}

template <class V>
void VisitFields(const ResourceAmounts*, V& v) {
  v(Field{.attribute = "cpu", .key = "cpu", .kind = FieldKind::kCpu, .doc = "CPUs, such as `2` or `500m`."},
    &ResourceAmounts::cpu);
  v(Field{.attribute = "memory", .key = "memory", .kind = FieldKind::kMemory, .doc = "Memory, such as `16Gi`."},
    &ResourceAmounts::memory);
  v(Field{.attribute = "gpu",
          .key = "nvidia.com/gpu",
          .default_value = "0",
          .min = 0,
          .max = 1024,
          .doc = "GPUs; request and limit are both needed, and equal."},
    &ResourceAmounts::gpu);
}

template <class V>
void VisitFields(const Resources*, V& v) {
  v(Field{.attribute = "requests",
          .key = "requests",
          .doc = "What the instance is placed by: the node must have that much free."},
    &Resources::requests);
  v(Field{.attribute = "limits", .key = "limits", .doc = "What the container may use at most."}, &Resources::limits);
}

template <class V>
void VisitFields(const ContainerSecret*, V& v) {
  v(Field{.attribute = "object_name",
          .key = "snowflakeSecret>objectName",
          .kind = FieldKind::kObject,
          .doc = "Name of the secret."},
    &ContainerSecret::object_name);
  v(Field{.attribute = "object_reference",
          .key = "snowflakeSecret>objectReference",
          .doc = "Reference to a secret, in place of a name; for native apps."},
    &ContainerSecret::object_reference);
  v(Field{.attribute = "env_var_name", .key = "envVarName", .doc = "Environment variable that holds the value."},
    &ContainerSecret::env_var_name);
  v(Field{.attribute = "secret_key_ref",
          .key = "secretKeyRef",
          .allowed = "username|password|secret_string|access_token",
          .doc = "Which part of the secret the variable holds."},
    &ContainerSecret::secret_key_ref);
  v(Field{.attribute = "directory_path",
          .key = "directoryPath",
          .doc = "Folder in which each part of the secret is a file, in place of a variable; such files follow a "
                 "changed secret."},
    &ContainerSecret::directory_path);
}

template <class V>
void VisitFields(const SessionTokenConfig*, V& v) {
  v(Field{.attribute = "path", .key = "path", .doc = "Folder of the token's file."}, &SessionTokenConfig::path);
  v(Field{.attribute = "permission", .key = "permission", .default_value = "0644", .doc = "Mode of the token's file."},
    &SessionTokenConfig::permission);
  v(Field{.attribute = "mount_connection_config",
          .key = "mountConnectionConfig",
          .doc = "Whether a connection file for Snowflake's clients lies beside it."},
    &SessionTokenConfig::mount_connection_config);
}

template <class V>
void VisitFields(const Container*, V& v) {
  v(Field{.attribute = "image",
          .key = "image",
          .kind = FieldKind::kImage,
          .required = true,
          .doc =
              "Path of the image, `/database/schema/repository/name:tag` or `@sha256:…` (by digest: not verified on "
              "an account). A changed tag or digest replaces the instances; what is pushed behind the same tag is not "
              "seen."},
    &Container::image);
  v(Field{.attribute = "command", .key = "command", .doc = "Replaces the image's entry point."}, &Container::command);
  v(Field{.attribute = "args", .key = "args", .doc = "Replaces the image's command."}, &Container::args);
  v(Field{.attribute = "env",
          .key = "env",
          .doc = "Environment variables. They are readable for whoever may describe the service: use `secrets` for "
                 "secrets."},
    &Container::env);
  v(Field{.attribute = "readiness_probe",
          .key = "readinessProbe",
          .doc = "When the container counts as READY; without it, as soon as it runs."},
    &Container::readiness_probe);
  v(Field{.attribute = "liveness_probe",
          .key = "livenessProbe",
          .kind = FieldKind::kLivenessProbe,
          .doc = "When the container is to be restarted."},
    &Container::liveness_probe);
  v(Field{.attribute = "volume_mounts", .key = "volumeMounts", .doc = "Volumes that the container sees."},
    &Container::volume_mounts);
  v(Field{.attribute = "resources",
          .key = "resources",
          .doc = "CPU, memory and GPUs. Without it the container shares what the node has."},
    &Container::resources);
  v(Field{.attribute = "secrets", .key = "secrets", .doc = "Secrets that the container gets."}, &Container::secrets);
  v(Field{.attribute = "mount_session_token",
          .key = "mountSessionToken",
          .default_value = "true",
          .doc = "Whether the container gets a token for the account."},
    &Container::mount_session_token);
  v(Field{.attribute = "session_token_config", .key = "sessionTokenConfig", .doc = "Where and how it gets the token."},
    &Container::session_token_config);
}

template <class V>
void VisitFields(const CorsSettings*, V& v) {
  v(Field{.attribute = "access_control_allow_origin",
          .key = "Access-Control-Allow-Origin",
          .kind = FieldKind::kSet,
          .required = true,
          .doc = "Origins that may call the endpoint."},
    &CorsSettings::access_control_allow_origin);
  v(Field{.attribute = "access_control_allow_methods",
          .key = "Access-Control-Allow-Methods",
          .kind = FieldKind::kSet,
          .doc = "Methods that they may use."},
    &CorsSettings::access_control_allow_methods);
  v(Field{.attribute = "access_control_allow_headers",
          .key = "Access-Control-Allow-Headers",
          .kind = FieldKind::kSet,
          .doc = "Headers that they may send."},
    &CorsSettings::access_control_allow_headers);
  v(Field{.attribute = "access_control_expose_headers",
          .key = "Access-Control-Expose-Headers",
          .kind = FieldKind::kSet,
          .doc = "Headers that they may read."},
    &CorsSettings::access_control_expose_headers);
}

template <class V>
void VisitFields(const Endpoint*, V& v) {
  v(Field{.attribute = "port",
          .key = "port",
          .min = 1,
          .max = kMaxPort,
          .doc = "Port on which a container listens. Either this or `port_range`."},
    &Endpoint::port);
  v(Field{.attribute = "port_range",
          .key = "portRange",
          .doc = "Range of ports, such as `10000-10010`; for TCP endpoints that are not public."},
    &Endpoint::port_range);
  v(Field{.attribute = "protocol",
          .key = "protocol",
          .kind = FieldKind::kKeyword,
          .default_value = "HTTP",
          .allowed = "TCP|HTTP|HTTPS",
          .doc = "Protocol. Ports that are not HTTP, such as Ray's, have to say TCP; such endpoints cannot be public."},
    &Endpoint::protocol);
  v(Field{.attribute = "public",
          .key = "public",
          .default_value = "false",
          .doc = "Whether it gets a URL that can be reached from outside, after a login."},
    &Endpoint::is_public);
  v(Field{.attribute = "cors_settings", .key = "corsSettings", .doc = "Which web pages of other origins may call it."},
    &Endpoint::cors_settings);
}

template <class V>
void VisitFields(const InitialContents*, V& v) {
  v(Field{.attribute = "from_snapshot",
          .key = "fromSnapshot",
          .kind = FieldKind::kObject,
          .doc = "Snapshot that the volume starts with."},
    &InitialContents::from_snapshot);
}

template <class V>
void VisitFields(const BlockConfig*, V& v) {
  v(Field{.attribute = "initial_contents",
          .key = "initialContents",
          .doc = "What the volume starts with; empty by default."},
    &BlockConfig::initial_contents);
  v(Field{.attribute = "iops",
          .key = "iops",
          .default_value = "3000",
          .min = 1,
          .doc = "Operations a second that the volume may do."},
    &BlockConfig::iops);
  v(Field{.attribute = "throughput",
          .key = "throughput",
          .default_value = "125",
          .min = 1,
          .doc = "MiB a second that the volume may move."},
    &BlockConfig::throughput);
  v(Field{.attribute = "encryption",
          .key = "encryption",
          .kind = FieldKind::kKeyword,
          .default_value = "SNOWFLAKE_SSE",
          .allowed = "SNOWFLAKE_SSE|SNOWFLAKE_FULL",
          .doc = "Kind of encryption."},
    &BlockConfig::encryption);
  // The default is true for services and false for jobs: we do not look through it.
  v(Field{.attribute = "snapshot_on_delete",
          .key = "snapshotOnDelete",
          .doc = "Whether a snapshot is taken when the volume is deleted."},
    &BlockConfig::snapshot_on_delete);
  v(Field{.attribute = "snapshot_delete_after",
          .key = "snapshotDeleteAfter",
          .kind = FieldKind::kDuration,
          .default_value = "7d",
          .doc = "How long that snapshot is kept, such as `7d`."},
    &BlockConfig::snapshot_delete_after);
}

template <class V>
void VisitFields(const StageConfig*, V& v) {
  v(Field{.attribute = "name",
          .key = "name",
          .kind = FieldKind::kObject,
          .required = true,
          .doc = "Stage and path, such as `@database.schema.stage/path`; its encryption must be SNOWFLAKE_SSE."},
    &StageConfig::name);
  v(Field{.attribute = "metadata_cache",
          .key = "metadataCache",
          .kind = FieldKind::kDuration,
          .doc = "How long file names and sizes are cached, such as `10s`."},
    &StageConfig::metadata_cache);
  v(Field{.attribute = "resources", .key = "resources", .doc = "CPU and memory of the mount itself."},
    &StageConfig::resources);
}

template <class V>
void VisitFields(const Volume*, V& v) {
  v(Field{.attribute = "source",
          .key = "source",
          .kind = FieldKind::kKeyword,
          .required = true,
          .doc = "`local` (the instance's own, gone with it), `memory`, `block` (kept) or `stage` (files of a stage: "
                 "no append, no rename, no locks)."},
    &Volume::source);
  v(Field{.attribute = "size",
          .key = "size",
          .kind = FieldKind::kMemory,
          .doc = "Size, such as `20Gi`; needed for memory and block volumes."},
    &Volume::size);
  // Default inferred: files belong to root.
  v(Field{.attribute = "uid",
          .key = "uid",
          .default_value = "0",
          .min = 0,
          .max = kMaxSeconds,
          .doc = "User to whom the files belong."},
    &Volume::uid);
  v(Field{.attribute = "gid",
          .key = "gid",
          .default_value = "0",
          .min = 0,
          .max = kMaxSeconds,
          .doc = "Group to which the files belong."},
    &Volume::gid);
  v(Field{.attribute = "block_config", .key = "blockConfig", .doc = "Settings of a block volume."},
    &Volume::block_config);
  v(Field{.attribute = "stage_config", .key = "stageConfig", .doc = "Settings of a stage volume."},
    &Volume::stage_config);
}

template <class V>
void VisitFields(const EventTableConfig*, V& v) {
  v(Field{.attribute = "log_level",
          .key = "logLevel",
          .kind = FieldKind::kKeyword,
          .default_value = "INFO",
          .allowed = "INFO|ERROR|NONE",
          .doc = "What of the containers' output goes to the event table."},
    &EventTableConfig::log_level);
}

template <class V>
void VisitFields(const LogExporters*, V& v) {
  v(Field{.attribute = "event_table_config", .key = "eventTableConfig", .doc = "Export to the account's event table."},
    &LogExporters::event_table_config);
}

template <class V>
void VisitFields(const MetricConfig*, V& v) {
  v(Field{.attribute = "groups",
          .key = "groups",
          .kind = FieldKind::kSet,
          .doc = "Groups of metrics, such as `system`."},
    &MetricConfig::groups);
}

template <class V>
void VisitFields(const PlatformMonitor*, V& v) {
  v(Field{.attribute = "metric_config", .key = "metricConfig", .doc = "Metrics that are collected."},
    &PlatformMonitor::metric_config);
}

template <class V>
void VisitFields(const TargetScaling*, V& v) {
  v(Field{.attribute = "target_value",
          .key = "targetValue",
          .required = true,
          .min = 0,
          .doc = "Value that scaling aims at."},
    &TargetScaling::target_value);
}

template <class V>
void VisitFields(const MetricCondition*, V& v) {
  v(Field{.attribute = "metric_name", .key = "metricName", .required = true, .doc = "Metric that is watched."},
    &MetricCondition::metric_name);
  v(Field{.attribute = "aggregation_type",
          .key = "aggregationType",
          .kind = FieldKind::kKeyword,
          .allowed = "min|max|avg",
          .doc = "How the instances' values become one."},
    &MetricCondition::aggregation_type);
  v(Field{.attribute = "stabilization_period_secs",
          .key = "stabilizationPeriodSecs",
          .min = 0,
          .max = kMaxSeconds,
          .doc = "Seconds for which the condition must hold."},
    &MetricCondition::stabilization_period_secs);
  v(Field{.attribute = "target_scaling", .key = "targetScaling", .doc = "What the metric is compared with."},
    &MetricCondition::target_scaling);
}

template <class V>
void VisitFields(const ScalingCondition*, V& v) {
  v(Field{.attribute = "metric_condition",
          .key = "metricCondition",
          .required = true,
          .doc = "A condition on a metric."},
    &ScalingCondition::metric_condition);
}

template <class V>
void VisitFields(const ScaleUp*, V& v) {
  v(Field{.attribute = "any_conditions",
          .key = "anyConditions",
          .required = true,
          .doc = "Conditions of which one is enough."},
    &ScaleUp::any_conditions);
}

template <class V>
void VisitFields(const ScaleDown*, V& v) {
  v(Field{.attribute = "all_conditions",
          .key = "allConditions",
          .required = true,
          .doc = "Conditions that must all hold."},
    &ScaleDown::all_conditions);
}

template <class V>
void VisitFields(const AutoScalingPolicies*, V& v) {
  v(Field{.attribute = "scale_up", .key = "scaleUp", .doc = "When an instance is added."},
    &AutoScalingPolicies::scale_up);
  v(Field{.attribute = "scale_down", .key = "scaleDown", .doc = "When an instance is removed."},
    &AutoScalingPolicies::scale_down);
  v(Field{.attribute = "suspend", .key = "suspend", .doc = "When the service is suspended."},
    &AutoScalingPolicies::suspend);
}

template <class V>
void VisitFields(const ResourceManagement*, V& v) {
  v(Field{.attribute = "auto_scaling_policies",
          .key = "autoScalingPolicies",
          .doc = "Rules by which the number of instances follows the load."},
    &ResourceManagement::auto_scaling_policies);
}

template <class V>
void VisitFields(const SecurityContext*, V& v) {
  v(Field{.attribute = "execute_as_caller",
          .key = "executeAsCaller",
          .default_value = "false",
          .doc = "Whether the service may act with the rights of whoever calls it."},
    &SecurityContext::execute_as_caller);
  v(Field{.attribute = "enable_custom_credentials",
          .key = "enableCustomCredentials",
          .default_value = "false",
          .doc = "Whether containers may connect to the account with credentials of their own."},
    &SecurityContext::enable_custom_credentials);
}

template <class V>
void VisitFields(const Capabilities*, V& v) {
  v(Field{.attribute = "security_context", .key = "securityContext", .doc = "With whose rights the service acts."},
    &Capabilities::security_context);
}

template <class V>
void VisitFields(const ServiceRole*, V& v) {
  v(Field{.attribute = "endpoints",
          .key = "endpoints",
          .kind = FieldKind::kSet,
          .required = true,
          .doc = "Endpoints that the role may open."},
    &ServiceRole::endpoints);
}

template <class V>
void VisitFields(const ServiceSpec*, V& v) {
  v(Field{.attribute = "containers",
          .key = "spec>containers",
          .required = true,
          .doc = "The containers of each instance, by name."},
    &ServiceSpec::containers);
  v(Field{.attribute = "endpoints",
          .key = "spec>endpoints",
          .doc = "Ports that other services, or everyone who may log in, can reach, by name."},
    &ServiceSpec::endpoints);
  v(Field{.attribute = "volumes", .key = "spec>volumes", .doc = "The volumes of each instance, by name."},
    &ServiceSpec::volumes);
  v(Field{.attribute = "log_exporters",
          .key = "spec>logExporters",
          .doc = "Where the containers' output goes besides."},
    &ServiceSpec::log_exporters);
  v(Field{.attribute = "platform_monitor", .key = "spec>platformMonitor", .doc = "Metrics of the platform."},
    &ServiceSpec::platform_monitor);
  v(Field{.attribute = "resource_management", .key = "spec>resourceManagement", .doc = "Scaling by load."},
    &ServiceSpec::resource_management);
  v(Field{.attribute = "capabilities", .key = "capabilities", .doc = "What the service may do beside running."},
    &ServiceSpec::capabilities);
  v(Field{.attribute = "service_roles",
          .key = "serviceRoles",
          .doc = "Roles of the service, by name, that `spcs_service_role_grant` grants."},
    &ServiceSpec::service_roles);
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
