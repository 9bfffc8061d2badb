// SPDX-License-Identifier: MPL-2.0
// The specification of a service or job: what its YAML says, as plain values. The resources spcs_service and spcs_job
// check it at plan, send its text with CREATE and ALTER, and compare it with what DESCRIBE SERVICE answers.
//
//   ASSIGN_OR_RETURN(ServiceSpec spec, ParseServiceSpec(text));
//   for (const SpecProblem& problem : CheckServiceSpec(spec, LimitsOf(*FindInstanceFamily("GPU_NV_M")))) ...
//   ASSIGN_OR_RETURN(std::string canonical, RenderServiceSpec(spec));
//
// Members mirror the keys of the YAML in snake_case; service_spec_fields.h holds the only table of both names, with
// defaults and bounds. What YAML lists by name (containers, endpoints, volumes, roles) is a map here: the order of such
// a list carries no meaning, so it is not kept, and we write them sorted by name. Other lists keep their order.
// std::nullopt means "not written", which is kept apart from an empty list or map; nothing is defaulted here.
// Plain values: safe to copy and to use from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/instance_family.h"

namespace spcs::snowflake {

using StringList = std::vector<std::string>;
using StringMap = std::map<std::string, std::string>;

struct Probe {
  std::optional<int64_t> port{};  // need not be an endpoint
  std::optional<std::string> path{};
  std::optional<int64_t> period_seconds{};  // default 5 for readiness, 10 for liveness
  std::optional<int64_t> failure_threshold{};
  bool operator==(const Probe&) const = default;
};

struct VolumeMount {
  std::optional<std::string> name{};
  std::optional<std::string> mount_path{};
  bool operator==(const VolumeMount&) const = default;
};

// Quantities as written: see quantity.h.
struct ResourceAmounts {
  std::optional<std::string> cpu{};
  std::optional<std::string> memory{};
  std::optional<int64_t> gpu{};  // "nvidia.com/gpu"
  bool operator==(const ResourceAmounts&) const = default;
};

struct Resources {
  std::optional<ResourceAmounts> requests{};
  std::optional<ResourceAmounts> limits{};
  bool operator==(const Resources&) const = default;
};

// In YAML the first two are `snowflakeSecret.objectName` and `.objectReference`; a plain `snowflakeSecret: name` is
// read as object_name.
struct ContainerSecret {
  std::optional<std::string> object_name{};
  std::optional<std::string> object_reference{};
  std::optional<std::string> env_var_name{};
  std::optional<std::string> secret_key_ref{};
  std::optional<std::string> directory_path{};
  bool operator==(const ContainerSecret&) const = default;
};

struct SessionTokenConfig {
  std::optional<std::string> path{};
  std::optional<std::string> permission{};  // "0644"
  std::optional<bool> mount_connection_config{};
  bool operator==(const SessionTokenConfig&) const = default;
};

struct Container {
  std::optional<std::string> image{};
  std::optional<StringList> command{};
  std::optional<StringList> args{};
  std::optional<StringMap> env{};
  std::optional<Probe> readiness_probe{};
  std::optional<Probe> liveness_probe{};
  std::optional<std::vector<VolumeMount>> volume_mounts{};
  std::optional<Resources> resources{};
  std::optional<std::vector<ContainerSecret>> secrets{};
  std::optional<bool> mount_session_token{};
  std::optional<SessionTokenConfig> session_token_config{};
  bool operator==(const Container&) const = default;
};

struct CorsSettings {
  std::optional<StringList> access_control_allow_origin{};
  std::optional<StringList> access_control_allow_methods{};
  std::optional<StringList> access_control_allow_headers{};
  std::optional<StringList> access_control_expose_headers{};
  bool operator==(const CorsSettings&) const = default;
};

struct Endpoint {
  std::optional<int64_t> port{};
  std::optional<std::string> port_range{};  // "a-b"
  std::optional<std::string> protocol{};
  std::optional<bool> is_public{};  // the attribute is called "public", which C++ keeps for itself
  std::optional<CorsSettings> cors_settings{};
  bool operator==(const Endpoint&) const = default;
};

struct InitialContents {
  std::optional<std::string> from_snapshot{};
  bool operator==(const InitialContents&) const = default;
};

struct BlockConfig {
  std::optional<InitialContents> initial_contents{};
  std::optional<int64_t> iops{};
  std::optional<int64_t> throughput{};
  std::optional<std::string> encryption{};
  std::optional<bool> snapshot_on_delete{};
  std::optional<std::string> snapshot_delete_after{};
  bool operator==(const BlockConfig&) const = default;
};

struct StageConfig {
  std::optional<std::string> name{};  // "@db.schema.stage/path"
  std::optional<std::string> metadata_cache{};
  std::optional<Resources> resources{};  // of the sidecar that mounts it
  bool operator==(const StageConfig&) const = default;
};

struct Volume {
  std::optional<std::string> source{};
  std::optional<std::string> size{};
  std::optional<int64_t> uid{};
  std::optional<int64_t> gid{};
  std::optional<BlockConfig> block_config{};
  std::optional<StageConfig> stage_config{};
  bool operator==(const Volume&) const = default;
};

struct EventTableConfig {
  std::optional<std::string> log_level{};
  bool operator==(const EventTableConfig&) const = default;
};

struct LogExporters {
  std::optional<EventTableConfig> event_table_config{};
  bool operator==(const LogExporters&) const = default;
};

struct MetricConfig {
  std::optional<StringList> groups{};
  bool operator==(const MetricConfig&) const = default;
};

struct PlatformMonitor {
  std::optional<MetricConfig> metric_config{};
  bool operator==(const PlatformMonitor&) const = default;
};

struct TargetScaling {
  std::optional<double> target_value{};
  bool operator==(const TargetScaling&) const = default;
};

struct MetricCondition {
  std::optional<std::string> metric_name{};
  std::optional<std::string> aggregation_type{};
  std::optional<int64_t> stabilization_period_secs{};
  std::optional<TargetScaling> target_scaling{};
  bool operator==(const MetricCondition&) const = default;
};

struct ScalingCondition {
  std::optional<MetricCondition> metric_condition{};
  bool operator==(const ScalingCondition&) const = default;
};

struct ScaleUp {
  std::optional<std::vector<ScalingCondition>> any_conditions{};
  bool operator==(const ScaleUp&) const = default;
};

struct ScaleDown {  // also of `suspend`
  std::optional<std::vector<ScalingCondition>> all_conditions{};
  bool operator==(const ScaleDown&) const = default;
};

struct AutoScalingPolicies {
  std::optional<ScaleUp> scale_up{};
  std::optional<ScaleDown> scale_down{};
  std::optional<ScaleDown> suspend{};
  bool operator==(const AutoScalingPolicies&) const = default;
};

struct ResourceManagement {
  std::optional<AutoScalingPolicies> auto_scaling_policies{};
  bool operator==(const ResourceManagement&) const = default;
};

struct SecurityContext {
  std::optional<bool> execute_as_caller{};
  std::optional<bool> enable_custom_credentials{};
  bool operator==(const SecurityContext&) const = default;
};

struct Capabilities {
  std::optional<SecurityContext> security_context{};
  bool operator==(const Capabilities&) const = default;
};

struct ServiceRole {
  std::optional<StringList> endpoints{};
  bool operator==(const ServiceRole&) const = default;
};

// `capabilities` and `service_roles` stand beside `spec` in the YAML, the others under it.
struct ServiceSpec {
  std::map<std::string, Container> containers{};
  std::optional<std::map<std::string, Endpoint>> endpoints{};
  std::optional<std::map<std::string, Volume>> volumes{};
  std::optional<LogExporters> log_exporters{};
  std::optional<PlatformMonitor> platform_monitor{};
  std::optional<ResourceManagement> resource_management{};
  std::optional<Capabilities> capabilities{};
  std::optional<std::map<std::string, ServiceRole>> service_roles{};
  bool operator==(const ServiceSpec&) const = default;
};

// Reads what a user wrote. InvalidArgument names the line, the place in the YAML's own words
// (spec.containers["head"].readinessProbe.port) and what to do. Strict: unknown keys, repeated keys or names, merge
// keys, tags, a second document, and values of the wrong type are refused; text stays as spelled (`NO`, `0755` and
// `1.0` are not booleans or numbers). Anchors and aliases work, up to a total size. No rule of CheckServiceSpec is
// checked here.
absl::StatusOr<ServiceSpec> ParseServiceSpec(absl::string_view yaml);

// Reads what DESCRIBE SERVICE answered: the same, but keys that are not in the table are skipped, because the service
// adds its own (`sha256`) and newer ones. Their places are appended to `skipped` unless it is null.
absl::StatusOr<ServiceSpec> ParseServerSpec(absl::string_view yaml, std::vector<std::string>* skipped = nullptr);

// The text for FROM SPECIFICATION $$...$$: the same values give the same bytes. Every text is in double quotes, so no
// reader of YAML takes one for a boolean or a number. InvalidArgument with kAttributePath where a text contains "$$".
absl::StatusOr<std::string> RenderServiceSpec(const ServiceSpec& spec);

// What one node offers, to compare requests with.
struct FamilyLimits {
  std::string family{};
  int64_t cpu_millicores = 0;
  int64_t memory_bytes = 0;
  int64_t gpus = 0;
};
FamilyLimits LimitsOf(const InstanceFamily& family);

struct SpecProblem {
  enum class Severity { kError, kWarning };
  std::string path{};    // attribute, in the provider's names: spec.containers["head"].volume_mounts[0].name
  std::string what{};    // what is wrong, with the value
  std::string advice{};  // what to do
  Severity severity = Severity::kError;
  bool operator==(const SpecProblem&) const = default;
};

// Everything wrong with `spec` that can be known without the account; empty: nothing found. `limits` are those of the
// pool's family where it is known. `unknown` are the paths, spelled as in SpecProblem, of values that are known only
// after apply and stand as std::nullopt in `spec`: nothing is said that such a value could change. The order is by
// part.
std::vector<SpecProblem> CheckServiceSpec(const ServiceSpec& spec, const std::optional<FamilyLimits>& limits,
                                          const std::vector<std::string>& unknown = {});

// What to keep in state after a read: the server's meaning in the user's spelling. `prior` is what was configured or
// last stored; ServiceSpec{} on import, which gives the shortest form. `limits` (the pool's family, if known) helps to
// tell a defaulted limit from a written one. service_spec_reconcile.cc lists what cannot be decided.
ServiceSpec Reconcile(const ServiceSpec& prior, const ServiceSpec& from_server,
                      const std::optional<FamilyLimits>& limits = std::nullopt);

// Whether both ask the service for the same: documented defaults, quantities, image hosts, letter case and the order of
// lists whose order means nothing are looked through. Differences() names the places, as paths of attributes.
bool SameMeaning(const ServiceSpec& a, const ServiceSpec& b);
std::vector<std::string> Differences(const ServiceSpec& a, const ServiceSpec& b);

}  // namespace spcs::snowflake
