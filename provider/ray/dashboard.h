// SPDX-License-Identifier: MPL-2.0
// What a Ray cluster tells about itself over HTTP, at the head's dashboard: version, nodes, Serve applications. Reads
// only. Used by the data source spcs_ray_cluster.
//
//   ray::Dashboard dashboard(transport, {.url = "https://host", .authorization = "Snowflake Token=\"…\""});
//   ASSIGN_OR_RETURN(auto nodes, dashboard.Nodes(stop));
//
// Shapes are those of Ray 2.8 and later. Whatever a node or replica does not have yet is left out by Ray: every member
// is optional to the reader.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/http/transport.h"

namespace spcs::ray {

struct DashboardOptions {
  std::string url{};            // "https://host", with or without a slash at the end
  std::string authorization{};  // value of that header; secret; "": none is sent
  // Of a cluster with RAY_AUTH_MODE=token; secret. Goes into a header of Ray's own, which Ray reads only where there is
  // no `authorization`.
  std::string ray_token{};
  // The first question to Serve starts a part of the dashboard: some seconds.
  absl::Duration timeout = absl::Seconds(30);
};

struct Version {
  std::string ray;      // "2.60.0"
  std::string session;  // another one after each restart of the head
};

struct Node {
  std::string id, ip, state, state_message;  // ALIVE or DEAD
  bool is_head = false;
  std::map<std::string, double> resources;  // in total; memory in bytes
  std::map<std::string, std::string> labels;
};

struct Deployment {
  std::string status, message;
  int64_t target_replicas = 0, running_replicas = 0;
};

struct Application {
  std::string status, message, route_prefix, source;
  std::map<std::string, Deployment> deployments;
};

struct DashboardRequest {
  std::string method = "GET";
  std::string path;  // "/api/version"
  std::string body{};
  std::optional<absl::Duration> timeout = std::nullopt;  // nullopt: that of the options
};

// Thread-safe. Keeps a reference to the transport.
class Dashboard {
 public:
  Dashboard(http::Transport& transport, DashboardOptions options);

  // All fail as http::Transport does, with Unauthenticated when the endpoint does not let us in, with NotFound when
  // nothing at the URL answers as Ray does, and with Unavailable for its other errors.
  absl::StatusOr<Version> GetVersion(std::stop_token stop);
  // Dead ones too: Ray lists them for as long as the head runs.
  absl::StatusOr<std::vector<Node>> Nodes(std::stop_token stop);
  // None where Serve does not run.
  absl::StatusOr<std::map<std::string, Application>> Applications(std::stop_token stop);

  // Any call, and its answer whatever its status is. With what every request needs: credentials, nothing that looks
  // like a browser's.
  absl::StatusOr<http::Response> Call(const DashboardRequest& call, std::stop_token stop);
  // What an answer without success means.
  absl::Status ErrorOf(const http::Response& response) const;

 private:
  absl::StatusOr<std::string> Get(absl::string_view path, std::stop_token stop);

  http::Transport& transport_;
  const DashboardOptions options_;
};

}  // namespace spcs::ray
