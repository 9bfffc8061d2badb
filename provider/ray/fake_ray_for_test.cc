// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/fake_ray_for_test.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "provider/base/json.h"

namespace spcs::testing {
namespace {

using nlohmann::json;

constexpr char kApplications[] = "/api/serve/applications/";
constexpr absl::Duration kShutdown = absl::Seconds(2);

http::Response Text(int status, std::string body) {
  return {.status = status, .body = std::move(body)};
}

http::Response Json(const json& body) {
  return Text(200, DumpJson(body));
}

bool LooksLikeABrowser(const http::Request& request) {
  for (const auto& [name, value] : request.headers) {
    const bool marks = absl::EqualsIgnoreCase(name, "Origin") || absl::EqualsIgnoreCase(name, "Referer") ||
                       absl::StartsWithIgnoreCase(name, "Sec-Fetch-");
    if (marks || (absl::EqualsIgnoreCase(name, "User-Agent") && absl::StartsWith(value, "Mozilla"))) return true;
  }
  return false;
}

void Redact(json& value, bool inside) {
  if (inside && value.is_string()) value = "<redacted>";
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) Redact(member, inside || key == "env_vars");
}

// All that Serve compares to find out whether a deployment has changed; the placement is not in it.
json CodeVersion(const json& config) {
  json version = json::object();
  for (const char* key : {"import_path", "args", "runtime_env"}) {
    if (config.contains(key)) version[key] = config.at(key);
  }
  for (const json& deployment : config.value("deployments", json::array())) {
    if (deployment.contains("ray_actor_options")) {
      version[deployment.at("name").get<std::string>()] = deployment.at("ray_actor_options");
    }
  }
  return version;
}

// Numbers come back as floats, as pydantic's models write them.
json AsFloats(const json& config) {
  json shown = config;
  for (json& deployment : shown.contains("deployments") ? shown["deployments"] : shown) {
    if (!deployment.is_object() || !deployment.contains("placement_group_bundles")) continue;
    for (json& bundle : deployment["placement_group_bundles"]) {
      for (json& amount : bundle) amount = amount.get<double>();
    }
  }
  return shown;
}

constexpr char kValidation[] =
    "1 validation error for ServeDeploySchema\napplications.0.import_path\n  Field required [type=missing, "
    "input_value={'name': 'x', 'token': 'hidden'}, input_type=dict]\n    For further information visit https://e/v";

}  // namespace

absl::StatusOr<http::Response> FakeRay::Send(const http::Request& request, std::stop_token stop) {
  if (stop.stop_requested()) return absl::CancelledError("stopped");
  int put = 0;
  {
    MutexLock lock(mu_);
    requests_.push_back(request);
    if (unreachable) return absl::UnavailableError("connection refused");
    if (request.method == "PUT") put = static_cast<int>(puts_.size()) + 1;
  }
  if (put > 0 && before_put) {
    if (auto fate = before_put(put)) return *std::move(fate);
  }
  const bool smoke = !absl::StrContains(request.url, "/api/");
  if (smoke && smoke_unreachable) return absl::UnavailableError("connection refused");
  http::Response response = Answer(request);
  if (put > 0 && after_put) {
    if (auto fate = after_put(put)) return *std::move(fate);
  }
  return response;
}

http::Response FakeRay::Answer(const http::Request& request) {
  MutexLock lock(mu_);
  RemoveGone();
  const size_t host = request.url.find("://") + 3;
  const std::string path = request.url.substr(request.url.find('/', host));
  if (!absl::StartsWith(path, "/api/")) return ServePort(request, path);
  if (!options_.token.empty()) {
    const auto first = http::FindHeader(request.headers, "Authorization");
    const auto second = http::FindHeader(request.headers, "X-Ray-Authorization");
    if (!first && !second) return Text(401, "Unauthorized: Missing authentication token");
    if (first.value_or(second.value_or("")) != absl::StrCat("Bearer ", options_.token)) {
      return Text(403, "Forbidden: Invalid authentication token");
    }
  }
  if (path == "/api/version") {
    return Json(
        {{"version", "4"}, {"ray_version", options_.version}, {"session_name", absl::StrCat("session_", sessions_)}});
  }
  if (path == "/api/v0/nodes?limit=1000") {
    return Json({{"result", true}, {"data", {{"result", {{"result", options_.nodes}}}}}});
  }
  if (absl::StartsWith(path, "/api/jobs/")) return Jobs(request, path.substr(10));
  if (path == kApplications && options_.serve_api) {
    if (request.method == "GET") return Serve(request);
    if (LooksLikeABrowser(request)) return Text(405, "Method Not Allowed for browser traffic.");
    if (request.method == "PUT") return Put(request);
  }
  return Text(404, "404: Not Found");
}

json FakeRay::Show(const std::string& name, const Application& application) const {
  const absl::Time now = clock_.Now();
  std::string status = now < application.ready ? "DEPLOYING" : "RUNNING";
  const auto failure = failing.find(name);
  if (status == "RUNNING" && failure != failing.end()) status = "DEPLOY_FAILED";
  if (application.gone) status = "DELETING";
  json shown = {{"name", name},
                {"status", status},
                {"message", status == "DEPLOY_FAILED" ? "Failed to update the deployments ['LLM']." : ""},
                {"source", application.source},
                {"route_prefix", application.route.empty() ? json(nullptr) : json(application.route)},
                {"deployed_app_config", nullptr},
                {"deployments", json::object()}};
  if (application.config.is_object()) shown["deployed_app_config"] = AsFloats(application.config);
  for (const json& deployment :
       application.config.is_object() ? application.config.value("deployments", json::array()) : json::array()) {
    // A replica that is not placed yet has no node. The status of a deployment is stale for a while.
    const bool runs = status == "RUNNING";
    shown["deployments"][deployment.at("name").get<std::string>()] = {
        {"name", deployment.at("name")},
        {"status", status == "DEPLOY_FAILED" ? "DEPLOY_FAILED" : "HEALTHY"},
        {"message", status == "DEPLOY_FAILED" ? failure->second : ""},
        {"target_num_replicas", deployment.value("num_replicas", 1)},
        {"replicas", json::array({{{"replica_id", "r"}, {"state", runs ? "RUNNING" : "STARTING"}}})}};
  }
  return shown;
}

http::Response FakeRay::Serve(const http::Request& request) {
  json answer = {{"controller_info", json::object()},
                 {"proxies", json::object()},
                 {"applications", json::object()},
                 {"target_capacity", nullptr}};
  if (!puts_.empty() || !applications_.empty()) {
    answer["proxy_location"] = "HeadOnly";
    answer["http_options"] = {{"host", "0.0.0.0"}, {"port", 8123}};
  }
  answer.update(top_level_);
  for (const auto& [name, application] : applications_) answer["applications"][name] = Show(name, application);
  if (redact_always || LooksLikeABrowser(request)) Redact(answer, false);
  return Json(answer);
}

http::Response FakeRay::Put(const http::Request& request) {
  const auto body = ParseJson(request.body);
  if (!body.ok()) return Text(500, "Traceback (most recent call last): JSONDecodeError");
  puts_.push_back(*body);
  if (!body->contains("applications")) return Text(400, kValidation);
  for (const json& config : body->at("applications")) {
    if (!config.contains("import_path")) return Text(400, kValidation);
  }
  std::set<std::string> kept;
  for (const json& config : body->at("applications")) {
    kept.insert(config.at("name"));
    Apply(config);
  }
  for (auto& [name, application] : applications_) {
    if (application.source == "declarative" && !kept.contains(name)) application.gone = clock_.Now() + kShutdown;
  }
  return Text(200, "");
}

void FakeRay::Apply(const json& config) {
  Application& application = applications_[config.at("name")];
  const bool rebuilt = !application.config.is_object() || application.gone.has_value() ||
                       CodeVersion(application.config) != CodeVersion(config);
  const bool changed = application.config != config;
  application.config = config;
  application.source = "declarative";
  application.route = config.contains("route_prefix") && config.at("route_prefix").is_string()
                          ? config.at("route_prefix").get<std::string>()
                          : "";
  application.gone.reset();
  if (rebuilt) {
    application.effective = config.value("deployments", json::array());
    ++application.rebuilds;
  }
  if (rebuilt || changed) application.ready = clock_.Now() + (rebuilt ? options_.deploying : absl::ZeroDuration());
}

void FakeRay::RemoveGone() {
  std::erase_if(applications_,
                [&](const auto& entry) { return entry.second.gone && *entry.second.gone <= clock_.Now(); });
}

http::Response FakeRay::Jobs(const http::Request& request, const std::string& path) {
  const absl::Time now = clock_.Now();
  if (path.empty() && request.method == "GET") {
    json list = json::array({{{"type", "DRIVER"}, {"submission_id", nullptr}, {"status", "RUNNING"}}});
    for (const auto& [id, job] : jobs_) {
      list.push_back({{"submission_id", id},
                      {"status", now < job.ends ? "RUNNING" : job.last},
                      {"metadata", {{"owner", job.owner}}}});
    }
    return Json(list);
  }
  if (path.empty()) {
    const json body = json::parse(request.body);
    const std::string id = body.at("submission_id");
    if (jobs_.contains(id)) {
      return Text(500, absl::StrCat("ValueError: Job with submission_id ", id,
                                    " already exists. Please use a different submission_id."));
    }
    const std::string entrypoint = body.at("entrypoint");
    int seconds = 0;
    if (!absl::SimpleAtoi(absl::StripPrefix(entrypoint, "sleep "), &seconds)) return Text(400, "entrypoint");
    jobs_[id] = {.ends = now + absl::Seconds(seconds), .owner = body.at("metadata").at("owner")};
    return Json({{"job_id", id}, {"submission_id", id}});
  }
  const std::string id(absl::StripSuffix(path, "/stop"));
  const auto job = jobs_.find(id);
  if (job == jobs_.end()) return Text(404, "job does not exist");
  if (request.method == "POST") {
    if (job->second.ends > now) job->second = {.ends = now, .owner = job->second.owner, .last = "STOPPED"};
    return Json({{"stopped", true}});
  }
  if (job->second.ends > now)
    return Text(500, "RuntimeError: Attempted to delete job, but it is in a non-terminal state");
  jobs_.erase(job);
  return Json({{"deleted", true}});
}

http::Response FakeRay::ServePort(const http::Request&, const std::string& path) {
  json routes = json::object();
  for (const auto& [name, application] : applications_) {
    if (!application.route.empty() && !application.gone) routes[application.route] = name;
  }
  if (path == "/-/routes") return Json(routes);
  for (const auto& [route, name] : routes.items()) {
    if (absl::StartsWith(path, route)) return Text(smoke_status, "the application's answer");
  }
  return Text(404, absl::StrCat("Path '", path, "' not found. Ping http://.../-/routes for available routes."));
}

void FakeRay::PutByProgram(const std::string& name, const std::string& route) {
  MutexLock lock(mu_);
  Application& application = applications_[name];
  application.config = nullptr;
  application.source = "imperative";
  application.route = route;
}

void FakeRay::PutByOthers(const json& body) {
  MutexLock lock(mu_);
  http::Request request;
  request.body = DumpJson(body);
  Put(request);
  puts_.pop_back();
}

void FakeRay::RestartHead() {
  MutexLock lock(mu_);
  ++sessions_;
  applications_.clear();
  jobs_.clear();
}

void FakeRay::SetNodes(json nodes) {
  MutexLock lock(mu_);
  options_.nodes = std::move(nodes);
}

void FakeRay::EndJob(const std::string& id) {
  MutexLock lock(mu_);
  jobs_.at(id).ends = absl::InfinitePast();
}

json FakeRay::Config(const std::string& name) const {
  MutexLock lock(mu_);
  const auto found = applications_.find(name);
  return found == applications_.end() || found->second.gone ? json(nullptr) : found->second.config;
}

json FakeRay::Placement(const std::string& name) const {
  MutexLock lock(mu_);
  return applications_.at(name).effective;
}

int FakeRay::Rebuilds(const std::string& name) const {
  MutexLock lock(mu_);
  return applications_.at(name).rebuilds;
}

std::vector<json> FakeRay::puts() const {
  MutexLock lock(mu_);
  return puts_;
}

std::vector<http::Request> FakeRay::requests() const {
  MutexLock lock(mu_);
  return requests_;
}

std::vector<std::string> FakeRay::LiveJobs() const {
  MutexLock lock(mu_);
  std::vector<std::string> live;
  for (const auto& [id, job] : jobs_) {
    if (job.ends > clock_.Now()) live.push_back(id);
  }
  return live;
}

json FakeNodes(int workers, int gpus) {
  json nodes = json::array({{{"node_id", "head"},
                             {"is_head_node", true},
                             {"state", "ALIVE"},
                             {"resources_total", {{"CPU", 2.0}, {"memory", 3e9}, {"node:10.0.0.1", 1.0}}}}});
  for (int number = 1; number <= workers; ++number) {
    nodes.push_back({{"node_id", absl::StrCat("worker", number)},
                     {"is_head_node", false},
                     {"state", "ALIVE"},
                     {"resources_total", {{"CPU", 5.0}, {"GPU", double(gpus)}, {"custom_llm_serving_label", 1.0}}}});
  }
  return nodes;
}

}  // namespace spcs::testing
