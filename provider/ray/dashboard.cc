// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/dashboard.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/http/url.h"

namespace spcs::ray {
namespace {

constexpr int64_t kLargestAnswer = int64_t{32} << 20;

// An answer to a write that is nearly there says what has happened.
constexpr absl::Duration kStopGrace = absl::Seconds(5);

std::string WithoutSlash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

// The member, or null: `json` may be any value.
const nlohmann::json& Member(const nlohmann::json& json, const char* key) {
  static const nlohmann::json& null = *new nlohmann::json();
  if (!json.is_object()) return null;
  const auto found = json.find(key);
  return found == json.end() ? null : *found;
}

absl::Status HttpError(const http::Response& response, const std::string& origin) {
  const bool redirect = response.status >= 300 && response.status < 400;
  if (response.status == 401 || response.status == 403 || redirect) {
    return WithFact(absl::UnauthenticatedError(absl::StrCat(origin, " answers with status ", response.status)), kAdvice,
                    "The endpoint lets nobody in without a token that it accepts: sign in with a programmatic access "
                    "token whose role may use the endpoint, or pass one as `token`.");
  }
  if (response.status == 404) {
    return WithFact(absl::NotFoundError(absl::StrCat(origin, " does not answer as a Ray dashboard")), kAdvice,
                    "Give the URL of the head's dashboard port (8265), and run Ray 2.8 or later there.");
  }
  return absl::UnavailableError(absl::StrCat(origin, " answers with status ", response.status));
}

absl::StatusOr<nlohmann::json> Parse(const std::string& body, const char* what) {
  const auto json = ParseJson(body);
  if (!json.ok()) return Annotate(json.status(), absl::StrCat("the dashboard's answer on ", what));
  if (!json->is_object()) {
    return absl::InternalError(absl::StrCat("the dashboard's answer on ", what, " is no object"));
  }
  return json;
}

Node ReadNode(const nlohmann::json& json) {
  Node node{.id = JsonString(json, "node_id"),
            .ip = JsonString(json, "node_ip"),
            .state = JsonString(json, "state"),
            .state_message = JsonString(json, "state_message"),
            .is_head = Member(json, "is_head_node") == true,
            .resources = {},
            .labels = {}};
  for (const auto& [name, amount] : Member(json, "resources_total").items()) {
    if (amount.is_number()) node.resources[name] = amount.get<double>();
  }
  for (const auto& [name, label] : Member(json, "labels").items()) {
    if (label.is_string()) node.labels[name] = label.get<std::string>();
  }
  return node;
}

Deployment ReadDeployment(const nlohmann::json& json) {
  Deployment deployment{.status = JsonString(json, "status"),
                        .message = JsonString(json, "message"),
                        .target_replicas = JsonInt(json, "target_num_replicas")};
  for (const auto& [index, replica] : Member(json, "replicas").items()) {
    if (JsonString(replica, "state") == "RUNNING") ++deployment.running_replicas;
  }
  return deployment;
}

Application ReadApplication(const nlohmann::json& json) {
  Application application{.status = JsonString(json, "status"),
                          .message = JsonString(json, "message"),
                          .route_prefix = JsonString(json, "route_prefix"),
                          .source = JsonString(json, "source"),
                          .deployments = {}};
  for (const auto& [name, deployment] : Member(json, "deployments").items()) {
    application.deployments[name] = ReadDeployment(deployment);
  }
  return application;
}

}  // namespace

Dashboard::Dashboard(http::Transport& transport, DashboardOptions options)
    : transport_(transport),
      options_{WithoutSlash(std::move(options.url)), std::move(options.authorization), std::move(options.ray_token),
               options.timeout} {}

absl::StatusOr<http::Response> Dashboard::Call(const DashboardRequest& call, std::stop_token stop) {
  http::Request request{.method = call.method,
                        .url = absl::StrCat(options_.url, call.path),
                        .headers = {{"Accept", "application/json"}},
                        .body = call.body};
  request.timeout = call.timeout.value_or(options_.timeout);
  request.max_response_bytes = kLargestAnswer;
  if (call.method != "GET") request.stop_grace = kStopGrace;
  if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  if (!options_.authorization.empty()) request.headers.emplace_back("Authorization", options_.authorization);
  if (!options_.ray_token.empty()) {
    request.headers.emplace_back("X-Ray-Authorization", absl::StrCat("Bearer ", options_.ray_token));
  }
  return transport_.Send(request, std::move(stop));
}

absl::Status Dashboard::ErrorOf(const http::Response& response) const {
  return HttpError(response, http::OriginOf(options_.url));
}

absl::StatusOr<std::string> Dashboard::Get(absl::string_view path, std::stop_token stop) {
  ASSIGN_OR_RETURN(http::Response response, Call({.path = std::string(path)}, std::move(stop)));
  if (response.status != 200) return ErrorOf(response);
  return std::move(response.body);
}

absl::StatusOr<Version> Dashboard::GetVersion(std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::string body, Get("/api/version", std::move(stop)));
  ASSIGN_OR_RETURN(const nlohmann::json json, Parse(body, "its version"));
  return Version{.ray = JsonString(json, "ray_version"), .session = JsonString(json, "session_name")};
}

// Not /nodes and not /api/cluster_status: those write names, custom resources' too, in another case.
absl::StatusOr<std::vector<Node>> Dashboard::Nodes(std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::string body, Get("/api/v0/nodes?limit=1000", std::move(stop)));
  ASSIGN_OR_RETURN(const nlohmann::json json, Parse(body, "its nodes"));
  const nlohmann::json& list = Member(Member(Member(json, "data"), "result"), "result");
  if (!list.is_array()) return absl::InternalError("the dashboard's answer on its nodes holds no list of them");
  std::vector<Node> nodes;
  for (const nlohmann::json& node : list) nodes.push_back(ReadNode(node));
  return nodes;
}

absl::StatusOr<std::map<std::string, Application>> Dashboard::Applications(std::stop_token stop) {
  // Without the slash at the end Ray answers 404.
  ASSIGN_OR_RETURN(const std::string body, Get("/api/serve/applications/", std::move(stop)));
  ASSIGN_OR_RETURN(const nlohmann::json json, Parse(body, "Serve's applications"));
  std::map<std::string, Application> applications;
  for (const auto& [name, application] : Member(json, "applications").items()) {
    applications[name] = ReadApplication(application);
  }
  return applications;
}

}  // namespace spcs::ray
