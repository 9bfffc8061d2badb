// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/serve_config.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::ray {
namespace {

using nlohmann::json;

constexpr char kRedacted[] = "<redacted>";
constexpr char kGeneration[] = "SPCS_GENERATION";

// What max_ongoing_requests was before Ray lowered it to 5.
constexpr int kMaxOngoingRequests = 100;

// What the answer shows for the whole of Serve and a PUT resets when it is left out.
constexpr const char* kTopLevel[] = {"proxy_location", "http_options",   "grpc_options",
                                     "logging_config", "tracing_config", "target_capacity"};

const json& Null() {
  static const json& null = *new json();
  return null;
}

const json& Member(const json& object, const std::string& key) {
  if (!object.is_object()) return Null();
  const auto found = object.find(key);
  return found == object.end() ? Null() : *found;
}

std::string Sha256(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

// Null: no HTTP. Serve's default is "/".
json RouteOf(const json& application) {
  return application.contains("route_prefix") ? application.at("route_prefix") : json("/");
}

absl::Status CheckRoute(const json& route) {
  if (route.is_null()) return absl::OkStatus();
  const std::string text = route.is_string() ? route.get<std::string>() : DumpJson(route);
  if (absl::StartsWith(text, "/") && (text.size() == 1 || !absl::EndsWith(text, "/")) &&
      !absl::StrContains(text, "{")) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the route \"", text, "\" must begin with /, not end with one and hold no braces, such as /chat"));
}

absl::Status CheckImportPath(const json& application) {
  const std::string path = JsonString(application, "import_path");
  const auto colons = std::count(path.begin(), path.end(), ':');
  const bool named = colons == 1 || (colons == 0 && absl::StrContains(path, '.'));
  if (named && !absl::EndsWith(path, ":") && !absl::StartsWith(path, ":")) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("import_path \"", path, "\" must name a module and an attribute, such as app:build"));
}

absl::Status CheckDeployments(const json& deployments) {
  if (deployments.is_null()) return absl::OkStatus();
  if (!deployments.is_array()) return absl::InvalidArgumentError("deployments must be a list");
  std::set<std::string> names;
  for (const json& deployment : deployments) {
    const std::string name = JsonString(deployment, "name");
    if (name.empty()) return absl::InvalidArgumentError("a deployment has no name");
    if (!names.insert(name).second) return absl::InvalidArgumentError(absl::StrCat("two deployments are named ", name));
    const json& limit = Member(deployment, "max_ongoing_requests");
    if (!limit.is_null() && !(limit.is_number() && limit.get<double>() > 0)) {
      return absl::InvalidArgumentError(
          absl::StrCat("max_ongoing_requests of deployment ", name, " must be a number above 0"));
    }
  }
  return absl::OkStatus();
}

absl::Status FindRedacted(const json& json, const std::string& path, absl::string_view what) {
  if (json.is_string() && json.get_ref<const std::string&>() == kRedacted) {
    return WithFact(absl::FailedPreconditionError(absl::StrCat(what, " has \"", kRedacted, "\" at ", path,
                                                               ": writing that would destroy the real value")),
                    kAdvice,
                    "Ray hides values from requests that look like a browser's: let no proxy add Origin, Referer or "
                    "Sec-Fetch headers on the way to the dashboard.");
  }
  if (!json.is_structured()) return absl::OkStatus();
  for (const auto& [key, member] : json.items()) {
    RETURN_IF_ERROR(FindRedacted(member, absl::StrCat(path, path.empty() ? "" : ".", key), what));
  }
  return absl::OkStatus();
}

// Everything that Ray does not look at when it decides whether a deployment has changed.
json Placement(const json& application) {
  json placement = json::object();
  for (const json& deployment : Member(application, "deployments")) {
    for (const char* key :
         {"placement_group_bundles", "placement_group_strategy", "placement_group_bundle_label_selector"}) {
      const json& value = Member(deployment, key);
      if (!value.is_null()) placement[JsonString(deployment, "name")][key] = value;
    }
  }
  return placement;
}

// Whole numbers as such; nothing that says nothing.
json Canonical(const json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::nearbyint(number) == number && std::abs(number) < 9e15) return json(static_cast<int64_t>(number));
    return value;
  }
  if (value.is_array()) {
    json list = json::array();
    for (const json& element : value) list.push_back(Canonical(element));
    return list;
  }
  if (!value.is_object()) return value;
  json object = json::object();
  for (const auto& [key, member] : value.items()) object[key] = Canonical(member);
  return object;
}

// Without members that are null or empty objects, at the level of the application and of its deployments.
json WithoutEmpty(json object) {
  for (auto member = object.begin(); member != object.end();) {
    const bool nothing = member->is_null() || (member->is_object() && member->empty());
    member = nothing ? object.erase(member) : ++member;
  }
  return object;
}

json ForComparison(const json& application) {
  json plain = WithoutEmpty(Canonical(application));
  if (!application.contains("route_prefix")) plain["route_prefix"] = "/";
  const json deployments = Member(plain, "deployments");
  plain["deployments"] = json::array();
  for (const json& deployment : deployments) plain["deployments"].push_back(WithoutEmpty(deployment));
  return plain;
}

}  // namespace

absl::Status CheckNothingRedacted(const json& json, absl::string_view what) {
  return FindRedacted(json, "", what);
}

absl::Status CheckApplication(const json& application) {
  if (!application.is_object()) return absl::InvalidArgumentError("the application is no JSON object");
  if (JsonString(application, "name").empty()) return absl::InvalidArgumentError("the application has no name");
  RETURN_IF_ERROR(CheckRoute(RouteOf(application)));
  RETURN_IF_ERROR(CheckImportPath(application));
  for (const char* key : {"host", "port"}) {
    if (application.contains(key)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", key, "\" is an option of all of Serve, not of one application"));
    }
  }
  RETURN_IF_ERROR(CheckDeployments(Member(application, "deployments")));
  return CheckNothingRedacted(application, "the application");
}

absl::Status CheckAmongOthers(const json& application, const json& answer) {
  const std::string name = JsonString(application, "name");
  if (IsImperative(ShownApplication(answer, name))) {
    return WithFact(
        absl::FailedPreconditionError(absl::StrCat("an application named ", name,
                                                   " was deployed by a program (serve.run), not by a configuration")),
        kAdvice, "Choose another name, or delete that application first (serve.delete).");
  }
  const json route = RouteOf(application);
  if (route.is_null()) return absl::OkStatus();
  for (const auto& [other, shown] : Member(answer, "applications").items()) {
    if (other == name || ShownApplication(answer, other).is_null()) continue;
    const json& config = Member(shown, "deployed_app_config");
    const json theirs = config.is_object() ? RouteOf(config) : Member(shown, "route_prefix");
    if (theirs == route) {
      return WithFact(absl::FailedPreconditionError(absl::StrCat("the route ", route.get<std::string>(),
                                                                 " belongs to the application ", other, " already")),
                      kAdvice, "Choose another route_prefix.");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNotTaken(const json& application, const json& answer) {
  const std::string name = JsonString(application, "name");
  const json& config = Member(ShownApplication(answer, name), "deployed_app_config");
  if (!config.is_object() || ApplicationHash(config) == ApplicationHash(application)) return absl::OkStatus();
  return WithFact(
      absl::AlreadyExistsError(
          absl::StrCat("the cluster has an application ", name, " already, with another configuration")),
      kAdvice,
      absl::StrCat("Nothing was changed. To manage that one, import it: its id is DATABASE.SCHEMA.HEAD_SERVICE/", name,
                   ". Else choose another name."));
}

json PrepareApplication(json application, const json& answer) {
  if (application.contains("deployments")) {
    for (json& deployment : application["deployments"]) {
      if (Member(deployment, "max_ongoing_requests").is_null())
        deployment["max_ongoing_requests"] = kMaxOngoingRequests;
    }
  }
  const json& shown = Member(ShownApplication(answer, JsonString(application, "name")), "deployed_app_config");
  if (!shown.is_object()) return application;
  const json placement = Canonical(Placement(application));
  json generation = Member(Member(Member(shown, "runtime_env"), "env_vars"), kGeneration);
  if (placement != Canonical(Placement(shown))) {
    // Two placements that follow each other differ, and so do their hashes.
    generation = Sha256(DumpJson(placement)).substr(0, 16);
  }
  if (generation.is_string()) application["runtime_env"]["env_vars"][kGeneration] = generation;
  return application;
}

json MergedConfig(const json& answer, const std::string& name, const json& mine) {
  json body = {{"applications", json::array()}};
  for (const char* key : kTopLevel) {
    if (!Member(answer, key).is_null()) body[key] = answer.at(key);
  }
  for (const auto& [other, entry] : Member(answer, "applications").items()) {
    const json& shown = ShownApplication(answer, other);
    const json& config = Member(shown, "deployed_app_config");
    if (other == name || IsImperative(shown) || !config.is_object()) continue;
    body["applications"].push_back(config);
  }
  if (!mine.is_null()) body["applications"].push_back(mine);
  return body;
}

const json& ShownApplication(const json& answer, const std::string& name) {
  const json& shown = Member(Member(answer, "applications"), name);
  return JsonString(shown, "status") == "DELETING" ? Null() : shown;
}

bool IsImperative(const json& shown) {
  return JsonString(shown, "source") == "imperative";
}

bool SameApplication(const json& written, const json& shown) {
  if (!shown.is_object()) return false;
  json ours = ForComparison(written), theirs = ForComparison(shown);
  // Serve copies its own into every application.
  if (!ours.contains("logging_config")) theirs.erase("logging_config");
  return ours == theirs;
}

std::vector<std::string> ChangedOthers(const json& body, const json& answer, const std::string& name) {
  std::vector<std::string> changed;
  for (const json& application : Member(body, "applications")) {
    const std::string other = JsonString(application, "name");
    if (other == name) continue;
    if (!SameApplication(application, Member(ShownApplication(answer, other), "deployed_app_config"))) {
      changed.push_back(other);
    }
  }
  return changed;
}

json WithoutAdditions(json application) {
  if (!Member(Member(application, "runtime_env"), "env_vars").is_object()) return application;
  json& variables = application["runtime_env"]["env_vars"];
  for (auto variable = variables.begin(); variable != variables.end();) {
    variable = absl::StartsWith(variable.key(), kAddedPrefix) ? variables.erase(variable) : ++variable;
  }
  if (variables.empty()) application["runtime_env"].erase("env_vars");
  if (application["runtime_env"].empty()) application.erase("runtime_env");
  return application;
}

std::string ApplicationHash(const json& application) {
  const json plain = Canonical(WithoutAdditions(application));
  json parts = json::object();
  for (const char* part : {"name", "route_prefix", "import_path", "runtime_env", "args", "deployments"}) {
    if (!plain.contains(part)) continue;
    const json& value = plain.at(part);
    const bool may_be_nothing = part == absl::string_view("runtime_env") || part == absl::string_view("args");
    if (may_be_nothing && (value.is_null() || value.empty())) continue;
    parts[part] = value;
  }
  return Sha256(DumpJson(parts));
}

}  // namespace spcs::ray
