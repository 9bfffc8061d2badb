// SPDX-License-Identifier: MPL-2.0
// spcs_ray_serve_model as a struct, its table, and the Serve configuration that it stands for.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/resources/ray_llm.h"
#include "provider/snowflake/identifier.h"
#include "provider/tf/model.h"
#include "provider/tf/timeouts.h"

namespace spcs::resources {

struct RayActorOptions {
  tf::Float num_cpus{}, num_gpus{}, memory{};
  tf::Map<tf::Float> resources{};
  static const tf::Table<RayActorOptions>& Fields();
};

struct RayDeployment {
  tf::Int num_replicas{}, max_ongoing_requests{}, max_queued_requests{};
  tf::String user_config{};
  tf::Object<RayActorOptions> ray_actor_options{};
  tf::List<tf::Map<tf::Float>> placement_group_bundles{};
  tf::String placement_group_strategy{};
  static const tf::Table<RayDeployment>& Fields();
};

struct RayServeModelTimeouts {
  static constexpr absl::Duration kDeploy = absl::Hours(1);
  static constexpr absl::Duration kDelete = absl::Minutes(30);
  tf::String create{}, update{}, delete_{};
  static const tf::Table<RayServeModelTimeouts>& Fields();
};

struct RayServeModel {
  tf::String database{}, schema{}, head_service{}, name{}, head_container{}, compute_pool{}, image{};
  tf::Set<tf::String> worker_services{};
  tf::String cluster_revision{}, transport{}, endpoint_url{}, restore_path{}, route_prefix{};
  tf::Object<RayLlm> llm{};
  tf::String import_path{}, runtime_env{}, args{};
  tf::Map<tf::Object<RayDeployment>> deployments{};
  tf::Set<tf::String> external_access_integrations{};
  tf::String query_warehouse{};
  tf::Map<tf::String> triggers{};
  tf::Object<RayServeModelTimeouts> timeouts{};
  tf::String config_hash{}, status{}, session_name{}, url_path{};
};

const tf::Model<RayServeModel>& RayServeModelModel();

// The full name of the head's service.
absl::StatusOr<snowflake::ObjectName> HeadName(const RayServeModel& model);

// The application as Ray's Serve REST API takes it (ServeApplicationSchema). Everything must be known.
absl::StatusOr<nlohmann::json> ServeApplication(const RayServeModel& model);

// The other way: sets the attributes of `model` that are parts of the application, from the JSON text with which Serve
// shows its configuration. Members of Serve that the model has no attribute for are left out.
absl::Status FromServeApplication(const std::string& application, RayServeModel& model);

// Whether two texts are the same JSON.
bool SameJson(const tf::Value& a, const tf::Value& b);

// SHA-256 over the canonical text of the application, in hex: the same configuration has the same hash.
std::string ConfigHash(const nlohmann::json& application);

// Brings the parts of `model` that make the application to what Serve shows (its JSON text); what means the same keeps
// its spelling. False when nothing differs.
absl::StatusOr<bool> FollowServeApplication(const std::string& application, RayServeModel& model);

// Whether every part that goes into the application is known.
bool ApplicationIsKnown(const RayServeModel& model);

// What Ray would accept with 200 and then break on, found at plan.
void CheckServeApplication(const RayServeModel& config, tf::Diagnostics& diagnostics);

}  // namespace spcs::resources
