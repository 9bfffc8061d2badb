// SPDX-License-Identifier: MPL-2.0
// A deployer in front of a played Ray, for the tests of both.
#pragma once

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/ray/deployer.h"
#include "provider/ray/fake_ray_for_test.h"
#include "provider/ray/serve_config.h"

namespace spcs::ray {

// An application as spcs_ray_serve_model writes it: eight bundles of a GPU.
inline nlohmann::json TestApplication(const std::string& name = "chat", int bundles = 8) {
  nlohmann::json bundle = {{"CPU", 1}, {"GPU", 1}, {"custom_llm_serving_label", 0.001}};
  return {{"name", name},
          {"route_prefix", "/" + name},
          {"import_path", "serve_app.app:build"},
          {"args", {{"model", "toy/words"}}},
          {"deployments",
           {{{"name", "LLM"},
             {"num_replicas", 1},
             {"max_ongoing_requests", 100},
             {"placement_group_bundles", std::vector<nlohmann::json>(size_t(bundles), bundle)},
             {"placement_group_strategy", "PACK"}}}}};
}

inline nlohmann::json Foreign() {
  return {{"name", "foreign"},
          {"route_prefix", "/foreign"},
          {"import_path", "other:app"},
          {"runtime_env", {{"env_vars", {{"TOKEN", "their secret"}}}}}};
}

class DeployerFixture : public ::testing::Test {
 protected:
  explicit DeployerFixture(testing::FakeRayOptions options = {}) : ray_(clock_, WithNodes(std::move(options))) {}

  static testing::FakeRayOptions WithNodes(testing::FakeRayOptions options) {
    if (options.nodes.empty()) options.nodes = testing::FakeNodes(2);
    return options;
  }
  absl::StatusOr<Deployed> Deploy(const nlohmann::json& application = TestApplication()) {
    return Make().Deploy(application, stop_.get_token());
  }
  absl::StatusOr<Deployed> Delete(const std::string& name = "chat") { return Make().Delete(name, stop_.get_token()); }
  Deployer Make() { return Deployer(client_, clock_, say_, options_); }

  std::string Said() const {
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

  FakeClock clock_;
  testing::FakeRay ray_;
  ServeClient client_{ray_, clock_, {.url = "http://ray-head:8265"}};
  std::vector<std::string> lines_;
  Say say_ = [this](const std::string& line) { lines_.push_back(line); };
  DeployerOptions options_;
  std::stop_source stop_;
};

}  // namespace spcs::ray
