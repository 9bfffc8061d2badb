// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_llm.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/resources/ray_serve_model_model.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using nlohmann::json;
using tf::Value;

// Of images/ray/serve_app.
constexpr char kImportPath[] = "serve_app.app:build";
constexpr char kDeployment[] = "LLM";

// Each rank becomes a bundle in the plan.
constexpr int kMostRanks = 1024;

// Attributes that `llm` makes.
constexpr const char* kMadeParts[] = {"import_path", "args", "deployments"};

std::string TwoDescriptions(absl::string_view part) {
  return absl::StrCat("`llm` makes `", part, "`: leave out one of them.");
}

void CheckAmounts(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  for (const auto& [resource, amount] : value.AsMap()) {
    if (!amount.IsNumber() || amount.AsNumber().AsDouble() > 0) continue;
    diagnostics.AddError(path.Key(resource), "Invalid amount",
                         "An amount is above 0; leave out what the bundle does not need.");
  }
}

// Arguments of the builder under the names of ours. What is null is the application's own default.
absl::StatusOr<json> Arguments(const RayLlm& llm) {
  json arguments = {{"model", llm.model_id.value()}};
  if (llm.engine.IsKnown()) arguments["engine"] = llm.engine.value();
  if (llm.tensor_parallel_size.IsKnown()) arguments["tensor_parallel_size"] = llm.tensor_parallel_size.value();
  if (llm.seed.IsKnown()) arguments["seed"] = llm.seed.value();
  if (llm.max_model_len.IsKnown()) arguments["max_model_len"] = llm.max_model_len.value();
  if (llm.engine_kwargs.IsKnown()) {
    ASSIGN_OR_RETURN(arguments["engine_kwargs"], ParseJson(llm.engine_kwargs.value()));
  }
  return arguments;
}

// One replica, whose ranks have a bundle each. The replica's own actor only steers: it takes no GPU.
RayDeployment Deployment(const RayLlm& llm) {
  const std::map<std::string, tf::Float>& bundle = llm.bundle.value();
  const auto cpus = bundle.find("CPU");
  RayActorOptions options{};
  options.num_cpus = cpus == bundle.end() ? 0.0 : std::min(1.0, cpus->second.value_or(0));
  options.num_gpus = 0.0;
  RayDeployment deployment{};
  deployment.num_replicas = llm.num_replicas;
  deployment.max_ongoing_requests = llm.max_ongoing_requests;
  deployment.ray_actor_options = std::move(options);
  deployment.placement_group_bundles =
      std::vector<tf::Map<tf::Float>>(static_cast<size_t>(llm.tensor_parallel_size.value()), llm.bundle);
  deployment.placement_group_strategy = llm.placement_group_strategy;
  return deployment;
}

bool IsWhollyKnown(const RayServeModel& model) {
  return RayServeModelModel().Encode(model).Get("llm").IsWhollyKnown();
}

}  // namespace

tf::Validator PlacementStrategies() {
  return tf::OneOf({"PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"});
}

Value OneGpuBundle() {
  return Value(Value::Map{{"CPU", Value(1)}, {"GPU", Value(1)}});
}

const tf::Table<RayLlm>& RayLlm::Fields() {
  using M = RayLlm;
  using tf::Optional, tf::Required;
  static const tf::Table<M> table{
      {"model_id", &M::model_id,
       Required{.validators = {tf::NonEmpty()},
                .doc = "The model: a Hugging Face id or a path in the workers. Names that begin with `toy/` need no "
                       "model."}},
      {"engine", &M::engine,
       Optional{
           .validators = {tf::OneOf({"auto", "vllm", "toy"})},
           .doc =
               "What runs it: \"vllm\", \"toy\", or \"auto\", which is the default: the model's name decides, `toy/` "
               "means \"toy\"."}},
      {"tensor_parallel_size", &M::tensor_parallel_size,
       Optional{.default_value = 1,
                .validators = {tf::Between(1, kMostRanks)},
                .doc = "Ranks over which each layer is split; each has a bundle of its own."}},
      {"seed", &M::seed, Optional{.doc = "Seed of the engine; 0 when left out."}},
      {"max_model_len", &M::max_model_len,
       Optional{.validators = {tf::AtLeast(1)},
                .doc = "Tokens of prompt and answer together. When left out, what the model has."}},
      {"engine_kwargs", &M::engine_kwargs,
       Optional{.same_meaning = SameJson, .doc = "More arguments of the engine, a JSON object."}},
      {"bundle", &M::bundle,
       Optional{.default_value = OneGpuBundle(),
                .validators = {tf::NonEmpty(), CheckAmounts},
                .doc = "Ray resources of one rank. Without `GPU` for nodes that have none; with a little of a "
                       "worker's own resource to land there."}},
      {"placement_group_strategy", &M::placement_group_strategy,
       Optional{.default_value = "PACK",
                .validators = {PlacementStrategies()},
                .doc = "How the ranks are placed: PACK, SPREAD, STRICT_PACK or STRICT_SPREAD."}},
      {"num_replicas", &M::num_replicas,
       Optional{.default_value = 1, .validators = {tf::AtLeast(1)}, .doc = "Copies of the model."}},
      {"max_ongoing_requests", &M::max_ongoing_requests,
       Optional{.default_value = 100, .validators = {tf::AtLeast(1)}, .doc = "Requests that one copy takes at once."}},
  };
  return table;
}

void CheckLlm(const RayServeModel& config, tf::Diagnostics& diagnostics) {
  const Value value = RayServeModelModel().Encode(config);
  for (const char* part : kMadeParts) {
    const Value& given = value.Get(part);
    if (given.IsKnown() && config.llm.IsKnown()) {
      diagnostics.AddError(tf::Path(part), "Two descriptions of one application", TwoDescriptions(part));
    }
    if (given.IsNull() && config.llm.IsNull() && part != absl::string_view("args")) {
      diagnostics.AddError(tf::Path(part), "Missing attribute",
                           absl::StrCat("`", part, "` is needed unless `llm` describes the application."));
    }
  }
}

absl::Status PlanLlm(const RayServeModel& config, RayServeModel& planned) {
  if (planned.llm.IsNull()) {
    if (config.args.IsNull()) planned.args = tf::String();
    return absl::OkStatus();
  }
  // What the configuration gives, if only as unknown, the plan must keep. A value that turns out to stand beside `llm`
  // was not known when the configuration was judged.
  const Value given = RayServeModelModel().Encode(config);
  for (const char* part : kMadeParts) {
    if (!given.Get(part).IsKnown() || !config.llm.IsKnown()) continue;
    return WithFact(absl::InvalidArgumentError(TwoDescriptions(part)), kAttributePath, part);
  }
  if (config.import_path.IsNull()) {
    planned.import_path = planned.llm.IsKnown() ? tf::String(kImportPath) : tf::String::Unknown();
  }
  if (!IsWhollyKnown(planned)) {
    if (config.args.IsNull()) planned.args = tf::String::Unknown();
    if (config.deployments.IsNull()) planned.deployments = tf::Map<tf::Object<RayDeployment>>::Unknown();
    return absl::OkStatus();
  }
  const RayLlm& llm = planned.llm.value();
  ASSIGN_OR_RETURN(const json arguments, Arguments(llm));
  // Another spelling of the same stays.
  const std::string text = DumpJson(arguments);
  const bool same = planned.args.IsKnown() && SameJson(Value(planned.args.value()), Value(text));
  if (config.args.IsNull() && !same) planned.args = text;
  if (config.deployments.IsNull()) {
    planned.deployments = std::map<std::string, tf::Object<RayDeployment>>{{kDeployment, Deployment(llm)}};
  }
  return absl::OkStatus();
}

}  // namespace spcs::resources
