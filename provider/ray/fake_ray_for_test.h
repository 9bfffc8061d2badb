// SPDX-License-Identifier: MPL-2.0
// The dashboard of a Ray cluster for tests: Serve's configuration, nodes, jobs and Serve's own port, with the manners
// of Ray 2.60 that the deployer has an answer to. Its time is the clock's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "provider/base/clock.h"
#include "provider/base/mutex.h"
#include "provider/http/transport.h"

namespace spcs::testing {

struct FakeRayOptions {
  std::string version = "2.60.0";
  bool serve_api = true;  // false: 404, as before 2.8
  std::string token{};    // of RAY_AUTH_MODE=token
  absl::Duration deploying = absl::Seconds(3);
  nlohmann::json nodes = nlohmann::json::array();
};

// Thread-safe. The clock outlives it.
class FakeRay : public http::Transport {
 public:
  FakeRay(Clock& clock, FakeRayOptions options) : clock_(clock), options_(std::move(options)) {}

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override;

  // --- What happens to it ---
  // Called without the lock before a PUT is looked at; may change the request's fate by an answer of its own.
  std::function<std::optional<absl::StatusOr<http::Response>>(int put)> before_put{};
  // Likewise, after it has been done.
  std::function<std::optional<absl::StatusOr<http::Response>>(int put)> after_put{};
  // Applications that become DEPLOY_FAILED, with the message of their deployment.
  std::map<std::string, std::string> failing{};
  // Redacts as for a browser, whatever the request looks like.
  bool redact_always = false;
  bool unreachable = false;
  bool smoke_unreachable = false;
  int smoke_status = 200;

  void PutByProgram(const std::string& name, const std::string& route);
  void PutByOthers(const nlohmann::json& body);
  void RestartHead();
  void SetNodes(nlohmann::json nodes);
  void EndJob(const std::string& id);

  // --- What has become of it ---
  nlohmann::json Config(const std::string& name) const;  // null: none
  // The placement with which its replicas really run.
  nlohmann::json Placement(const std::string& name) const;
  int Rebuilds(const std::string& name) const;
  std::vector<nlohmann::json> puts() const;
  std::vector<http::Request> requests() const;
  // Jobs that have not ended.
  std::vector<std::string> LiveJobs() const;
  nlohmann::json& top_level() { return top_level_; }  // target_capacity and others; before use only

 private:
  struct Application {
    nlohmann::json config, effective;
    std::string source = "declarative";
    std::string route;
    absl::Time ready{};
    std::optional<absl::Time> gone{};
    int rebuilds = 0;
  };
  struct Job {
    absl::Time ends;
    std::string owner;
    std::string last = "SUCCEEDED";
  };

  http::Response Answer(const http::Request& request);
  http::Response Serve(const http::Request& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  http::Response Put(const http::Request& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  http::Response Jobs(const http::Request& request, const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  http::Response ServePort(const http::Request& request, const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  nlohmann::json Show(const std::string& name, const Application& application) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Apply(const nlohmann::json& config) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RemoveGone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  Clock& clock_;
  FakeRayOptions options_;
  nlohmann::json top_level_ = nlohmann::json::object();
  mutable Mutex mu_;
  std::map<std::string, Application> applications_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, Job> jobs_ ABSL_GUARDED_BY(mu_);
  std::vector<nlohmann::json> puts_ ABSL_GUARDED_BY(mu_);
  std::vector<http::Request> requests_ ABSL_GUARDED_BY(mu_);
  int sessions_ ABSL_GUARDED_BY(mu_) = 1;
};

// Nodes as the dashboard lists them: a head without GPUs and workers with 5 CPUs, `gpus` and the label.
nlohmann::json FakeNodes(int workers, int gpus = 4);

}  // namespace spcs::testing
