// SPDX-License-Identifier: MPL-2.0
// The Serve application of a spcs_ray_serve_model: as JSON, its hash, and the checks that Ray itself leaves out (it
// answers 200 to configurations that it then cannot run).
#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/resources/ray_serve_model_model.h"

namespace spcs::resources {
namespace {

using nlohmann::json;

absl::StatusOr<json> ParseObject(const tf::String& text, absl::string_view path) {
  absl::StatusOr<json> parsed = ParseJson(text.value());
  if (!parsed.ok() || !parsed->is_object()) {
    return WithFact(absl::InvalidArgumentError("this is no JSON object; write it with jsonencode({ … })"),
                    kAttributePath, path);
  }
  return parsed;
}

json NumberMap(const tf::Map<tf::Float>& numbers) {
  json object = json::object();
  for (const auto& [key, number] : numbers.value_or({})) object[key] = number.value_or(0);
  return object;
}

json ActorOptions(const RayActorOptions& options) {
  json object = json::object();
  if (options.num_cpus.IsKnown()) object["num_cpus"] = options.num_cpus.value();
  if (options.num_gpus.IsKnown()) object["num_gpus"] = options.num_gpus.value();
  if (options.memory.IsKnown()) object["memory"] = options.memory.value();
  if (options.resources.IsKnown()) object["resources"] = NumberMap(options.resources);
  return object;
}

absl::StatusOr<json> Deployment(const std::string& name, const RayDeployment& deployment) {
  json object = {{"name", name},
                 {"num_replicas", deployment.num_replicas.value_or(1)},
                 {"max_ongoing_requests", deployment.max_ongoing_requests.value_or(1)}};
  if (deployment.max_queued_requests.IsKnown()) object["max_queued_requests"] = deployment.max_queued_requests.value();
  if (deployment.user_config.IsKnown()) {
    ASSIGN_OR_RETURN(object["user_config"],
                     ParseObject(deployment.user_config, absl::StrCat("deployments[\"", name, "\"].user_config")));
  }
  if (deployment.ray_actor_options.IsKnown()) {
    object["ray_actor_options"] = ActorOptions(deployment.ray_actor_options.value());
  }
  if (deployment.placement_group_bundles.IsKnown()) {
    json bundles = json::array();
    for (const auto& bundle : deployment.placement_group_bundles.value()) bundles.push_back(NumberMap(bundle));
    object["placement_group_bundles"] = bundles;
  }
  if (deployment.placement_group_strategy.IsKnown()) {
    object["placement_group_strategy"] = deployment.placement_group_strategy.value();
  }
  return object;
}

void CheckRoute(const tf::String& route, tf::Diagnostics& diagnostics) {
  if (!route.IsKnown()) return;
  const std::string& text = route.value();
  if (!absl::StartsWith(text, "/") || (text.size() > 1 && absl::EndsWith(text, "/"))) {
    diagnostics.AddError(tf::Path("route_prefix"), "Invalid route",
                         absl::StrCat("\"", text, "\" must begin with / and not end with one, such as /chat."));
  }
}

void CheckImportPath(const tf::String& import_path, tf::Diagnostics& diagnostics) {
  if (!import_path.IsKnown()) return;
  const std::string& text = import_path.value();
  const auto colons = std::count(text.begin(), text.end(), ':');
  const bool has_attribute = colons == 1 || (colons == 0 && absl::StrContains(text, '.'));
  if (!has_attribute || absl::StartsWith(text, ":") || absl::EndsWith(text, ":")) {
    diagnostics.AddError(tf::Path("import_path"), "Invalid import path",
                         absl::StrCat("\"", text, "\" must name a module and an attribute, such as app:build."));
  }
}

void CheckJson(const tf::String& text, const std::string& path, tf::Diagnostics& diagnostics) {
  if (!text.IsKnown()) return;
  const auto parsed = ParseObject(text, path);
  diagnostics.AddStatus("Invalid JSON", parsed.status());
  if (parsed.ok() && absl::StrContains(text.value(), "<redacted>")) {
    diagnostics.AddError(tf::Path::Parse(path), "Redacted value",
                         "The text holds \"<redacted>\", which Ray writes in place of secrets: deploying it would "
                         "overwrite them. Put the real value.");
  }
}

// The replica's actor runs in the first bundle, so it must fit there.
void CheckBundles(const RayDeployment& deployment, const std::string& path, tf::Diagnostics& diagnostics) {
  if (!deployment.placement_group_bundles.IsKnown() || deployment.placement_group_bundles.value().empty()) {
    if (deployment.placement_group_strategy.IsKnown() && deployment.placement_group_bundles.IsNull()) {
      diagnostics.AddError(tf::Path::Parse(path + ".placement_group_strategy"), "Strategy without bundles",
                           "`placement_group_strategy` goes with `placement_group_bundles`.");
    }
    return;
  }
  const auto& first = deployment.placement_group_bundles.value()[0];
  if (!first.IsKnown() || !deployment.ray_actor_options.IsKnown()) return;
  const RayActorOptions& options = deployment.ray_actor_options.value();
  const auto check = [&](const char* key, const tf::Float& wanted, const char* attribute) {
    const auto bundle = first.value().find(key);
    const double room = bundle == first.value().end() ? 0 : bundle->second.value_or(0);
    if (!wanted.IsKnown() || wanted.value() <= room) return;
    diagnostics.AddError(tf::Path::Parse(absl::StrCat(path, ".ray_actor_options.", attribute)),
                         "Actor larger than its bundle",
                         absl::StrCat("The replica's actor asks for ", wanted.value(), " ", key,
                                      ", but runs in the first bundle, which has ", room, "."));
  };
  check("CPU", options.num_cpus, "num_cpus");
  check("GPU", options.num_gpus, "num_gpus");
}

}  // namespace

absl::StatusOr<json> ServeApplication(const RayServeModel& model) {
  json application = {{"name", model.name.value()},
                      {"route_prefix", model.route_prefix.value()},
                      {"import_path", model.import_path.value()},
                      {"deployments", json::array()}};
  if (model.runtime_env.IsKnown()) {
    ASSIGN_OR_RETURN(application["runtime_env"], ParseObject(model.runtime_env, "runtime_env"));
  }
  if (model.args.IsKnown()) {
    ASSIGN_OR_RETURN(application["args"], ParseObject(model.args, "args"));
  }
  for (const auto& [name, deployment] : model.deployments.value()) {
    ASSIGN_OR_RETURN(json entry, Deployment(name, deployment.value()));
    application["deployments"].push_back(std::move(entry));
  }
  return application;
}

std::string ConfigHash(const json& application) {
  const std::string text = DumpJson(application);  // keys are sorted
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

bool ApplicationIsKnown(const RayServeModel& model) {
  const tf::Value value = RayServeModelModel().Encode(model);
  for (const char* part : {"name", "route_prefix", "import_path", "runtime_env", "args", "deployments"}) {
    if (!value.Get(part).IsWhollyKnown()) return false;
  }
  return true;
}

void CheckServeApplication(const RayServeModel& config, tf::Diagnostics& diagnostics) {
  CheckRoute(config.route_prefix, diagnostics);
  CheckImportPath(config.import_path, diagnostics);
  CheckJson(config.runtime_env, "runtime_env", diagnostics);
  CheckJson(config.args, "args", diagnostics);
  if (!config.deployments.IsKnown()) return;
  for (const auto& [name, deployment] : config.deployments.value()) {
    if (!deployment.IsKnown()) continue;
    const std::string path = absl::StrCat("deployments[\"", name, "\"]");
    CheckJson(deployment.value().user_config, path + ".user_config", diagnostics);
    CheckBundles(deployment.value(), path, diagnostics);
  }
}

}  // namespace spcs::resources
