// SPDX-License-Identifier: MPL-2.0
// `llm` of spcs_ray_serve_model: a language model in a few words, from which the resource makes the whole configuration
// of the Serve application in this project's images (images/ray/serve_app).
#pragma once

#include "provider/tf/model.h"

namespace spcs::resources {

struct RayServeModel;

struct RayLlm {
  tf::String model_id{}, engine{};
  tf::Int tensor_parallel_size{}, seed{}, max_model_len{};
  tf::String engine_kwargs{};
  tf::Map<tf::Float> bundle{};
  tf::String placement_group_strategy{};
  tf::Int num_replicas{}, max_ongoing_requests{};
  static const tf::Table<RayLlm>& Fields();
};

// The ways in which Ray places the bundles of a group.
tf::Validator PlacementStrategies();

// The default of `bundle`: what one rank of the engine takes.
tf::Value OneGpuBundle();

// Whether `llm` goes with the rest of the configuration; adds an error for each that does not.
void CheckLlm(const RayServeModel& config, tf::Diagnostics& diagnostics);

// Sets `import_path`, `args` and `deployments` of the plan to what its `llm` makes, if it has one; where parts of it
// are unknown, so are they. Without it, what the configuration leaves out is null.
absl::Status PlanLlm(const RayServeModel& config, RayServeModel& planned);

}  // namespace spcs::resources
