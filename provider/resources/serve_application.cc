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
#include "provider/ray/serve_config.h"
#include "provider/resources/ray_serve_model_model.h"
#include "provider/tf/codec.h"

namespace spcs::resources {
namespace {

using nlohmann::json;

absl::StatusOr<json> ParseObject(const std::string& text, absl::string_view path) {
  absl::StatusOr<json> parsed = ParseJson(text);
  if (!parsed.ok() || !parsed->is_object()) {
    return WithFact(absl::InvalidArgumentError("this is no JSON object; write it with jsonencode({ … })"),
                    kAttributePath, path);
  }
  return parsed;
}

// Attributes of the model that are members of Serve's application, under the same names; all others are ours.
constexpr const char* kApplicationParts[] = {"name",        "route_prefix", "import_path",
                                             "runtime_env", "args",         "deployments"};

// Attributes that hold a JSON object as text.
bool IsJsonText(const tf::Attribute& attribute) {
  return attribute.name == "runtime_env" || attribute.name == "args" || attribute.name == "user_config";
}

bool IsMapOfObjects(const tf::Attribute& attribute) {
  return attribute.nested != nullptr && attribute.nested->nesting == tf::NestedObject::Nesting::kMap;
}

json PlainToJson(const tf::Value& value) {
  if (value.IsBool()) return value.AsBool();
  if (value.IsString()) return value.AsString();
  if (value.IsNumber()) {
    const tf::Number& number = value.AsNumber();
    return number.IsInt() ? json(number.AsInt()) : json(number.AsDouble());
  }
  if (value.IsList()) {
    json list = json::array();
    for (const tf::Value& element : value.AsList()) list.push_back(PlainToJson(element));
    return list;
  }
  json object = json::object();
  if (!value.IsMap()) return object;
  for (const auto& [key, member] : value.AsMap()) object[key] = PlainToJson(member);
  return object;
}

absl::StatusOr<json> ObjectToJson(const std::vector<tf::Attribute>& attributes, const tf::Value& value,
                                  const tf::Path& path);

// A map of ours is a list of named objects to Serve.
absl::StatusOr<json> NamedObjects(const tf::Attribute& attribute, const tf::Value& value, const tf::Path& path) {
  json list = json::array();
  for (const auto& [name, element] : value.AsMap()) {
    ASSIGN_OR_RETURN(json object, ObjectToJson(attribute.nested->attributes, element, path.Key(name)));
    object["name"] = name;
    list.push_back(std::move(object));
  }
  return list;
}

absl::StatusOr<json> AttributeToJson(const tf::Attribute& attribute, const tf::Value& value, const tf::Path& path) {
  if (IsJsonText(attribute)) return ParseObject(value.AsString(), path.ToString());
  if (IsMapOfObjects(attribute)) return NamedObjects(attribute, value, path);
  if (attribute.nested != nullptr) return ObjectToJson(attribute.nested->attributes, value, path);
  return PlainToJson(value);
}

// What is null is left out.
absl::StatusOr<json> ObjectToJson(const std::vector<tf::Attribute>& attributes, const tf::Value& value,
                                  const tf::Path& path) {
  json object = json::object();
  for (const tf::Attribute& attribute : attributes) {
    const tf::Value& member = value.Get(attribute.name);
    if (!member.IsKnown()) continue;
    ASSIGN_OR_RETURN(object[attribute.name], AttributeToJson(attribute, member, path / attribute.name));
  }
  return object;
}

// The other way: JSON of Serve in the form of our attributes. What they do not have is dropped by the decoder.
json ToOurForm(const std::vector<tf::Attribute>& attributes, json object) {
  if (!object.is_object()) return object;
  for (const tf::Attribute& attribute : attributes) {
    const auto member = object.find(attribute.name);
    if (member == object.end() || member->is_null()) continue;
    if (IsJsonText(attribute)) {
      // Serve shows a member that was never given as an empty object.
      *member = member->empty() ? json(nullptr) : json(DumpJson(*member));
    } else if (IsMapOfObjects(attribute) && member->is_array()) {
      json map = json::object();
      for (json& element : *member) {
        const std::string name = JsonString(element, "name");
        map[name] = ToOurForm(attribute.nested->attributes, std::move(element));
      }
      *member = std::move(map);
    } else if (attribute.nested != nullptr) {
      *member = ToOurForm(attribute.nested->attributes, std::move(*member));
    }
  }
  return object;
}

// The attributes of the model that are parts of the application.
const std::vector<tf::Attribute>& ApplicationAttributes() {
  static const std::vector<tf::Attribute> attributes = [] {
    std::vector<tf::Attribute> parts;
    for (const char* part : kApplicationParts) parts.push_back(*RayServeModelModel().schema().Find(part));
    return parts;
  }();
  return attributes;
}

void CheckRoute(const tf::String& route, tf::Diagnostics& diagnostics) {
  if (!route.IsKnown()) return;
  const std::string& text = route.value();
  if (!absl::StartsWith(text, "/") || (text.size() > 1 && absl::EndsWith(text, "/"))) {
    diagnostics.AddError(tf::Path("route_prefix"), "Invalid route",
                         absl::StrCat("\"", text, "\" must begin with / and not end with one, such as /chat."));
  } else if (absl::StrContains(text, '{') || absl::StrContains(text, '}')) {
    diagnostics.AddError(tf::Path("route_prefix"), "Invalid route",
                         absl::StrCat("\"", text, "\" has a wildcard, which Ray Serve refuses in a route."));
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
  const auto parsed = ParseObject(text.value(), path);
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
    const bool open = bundle != first.value().end() && bundle->second.IsUnknown();
    const double room = bundle == first.value().end() ? 0 : bundle->second.value_or(0);
    if (open || !wanted.IsKnown() || wanted.value() <= room) return;
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
  return ObjectToJson(ApplicationAttributes(), RayServeModelModel().Encode(model), tf::Path());
}

absl::Status FromServeApplication(const std::string& application, RayServeModel& model) {
  ASSIGN_OR_RETURN(json ours, ParseJson(application));
  if (!ours.is_object()) return absl::InvalidArgumentError("Serve's configuration of the application is no object");
  for (json& deployment : ours["deployments"]) {
    if (!deployment.is_object())
      return absl::InvalidArgumentError("a deployment in Serve's configuration is no object");
    // Serve's own defaults, which it does not write (its DeploymentSchema).
    if (!deployment.contains("num_replicas")) deployment["num_replicas"] = 1;
    if (!deployment.contains("max_ongoing_requests")) deployment["max_ongoing_requests"] = 5;
  }
  ours = ToOurForm(ApplicationAttributes(), std::move(ours));
  const tf::Schema& schema = RayServeModelModel().schema();
  ASSIGN_OR_RETURN(const tf::Value parts, tf::DecodeJson(DumpJson(ours), schema.WireType(), tf::Shape::kLenient));
  tf::Value value = RayServeModelModel().Encode(model);
  for (const char* part : kApplicationParts) value.AsMap()[part] = parts.Get(part);
  ASSIGN_OR_RETURN(model, RayServeModelModel().Decode(value));
  return absl::OkStatus();
}

absl::StatusOr<bool> FollowServeApplication(const std::string& application, RayServeModel& model) {
  ASSIGN_OR_RETURN(const json live, ParseJson(application));
  ASSIGN_OR_RETURN(const json ours, ServeApplication(model));
  if (ray::SameApplication(ours, live)) return false;
  RayServeModel shown = model;
  RETURN_IF_ERROR(FromServeApplication(application, shown));
  tf::Value value = RayServeModelModel().Encode(shown);
  const tf::Value before = RayServeModelModel().Encode(model);
  for (const tf::Attribute& part : ApplicationAttributes()) {
    const tf::Value &now = value.Get(part.name), &stored = before.Get(part.name);
    if (part.same_meaning == nullptr || !now.IsKnown() || !stored.IsKnown()) continue;
    if (part.same_meaning(stored, now)) value.AsMap()[part.name] = stored;
  }
  ASSIGN_OR_RETURN(model, RayServeModelModel().Decode(value));
  model.config_hash = ray::ApplicationHash(live);
  return true;
}

bool SameJson(const tf::Value& a, const tf::Value& b) {
  const absl::StatusOr<json> one = ParseJson(a.AsString()), other = ParseJson(b.AsString());
  return one.ok() && other.ok() && *one == *other;
}

std::string ConfigHash(const json& application) {
  const std::string text = DumpJson(application);  // keys are sorted
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

bool ApplicationIsKnown(const RayServeModel& model) {
  const tf::Value value = RayServeModelModel().Encode(model);
  for (const char* part : kApplicationParts) {
    if (!value.Get(part).IsWhollyKnown()) return false;
  }
  return true;
}

void CheckServeApplication(const RayServeModel& config, tf::Diagnostics& diagnostics) {
  CheckLlm(config, diagnostics);
  CheckRoute(config.route_prefix, diagnostics);
  CheckImportPath(config.import_path, diagnostics);
  CheckJson(config.runtime_env, "runtime_env", diagnostics);
  CheckJson(config.args, "args", diagnostics);
  if (config.llm.IsKnown()) CheckJson(config.llm.value().engine_kwargs, "llm.engine_kwargs", diagnostics);
  if (!config.deployments.IsKnown()) return;
  for (const auto& [name, deployment] : config.deployments.value()) {
    if (!deployment.IsKnown()) continue;
    const std::string path = absl::StrCat("deployments[\"", name, "\"]");
    CheckJson(deployment.value().user_config, path + ".user_config", diagnostics);
    CheckBundles(deployment.value(), path, diagnostics);
  }
}

}  // namespace spcs::resources
