// SPDX-License-Identifier: MPL-2.0
// What Serve shows of an application, in words: for progress, and for the reason of a failure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nlohmann/json_fwd.hpp"

namespace spcs::ray {

// The state of one deployment of an application.
struct DeployedPart {
  std::string name, status;
  int64_t running = 0, target = 0;
};

// `shown` is the application's object in Serve's answer; any of its members may be absent.
std::vector<DeployedPart> Parts(const nlohmann::json& shown);

// "DEPLOYING; LLM: UPDATING, 0 of 1 replicas run; message". One line, without colours.
std::string Standing(const nlohmann::json& shown);

// Deployments that take only five requests at once, Ray's default, because the application's configuration does not
// name them.
std::vector<std::string> LeftAtFive(const nlohmann::json& shown);

// The status and the last lines of the messages: Serve tells the reason at the application or at one of its
// deployments.
std::string FailureText(const nlohmann::json& shown);

}  // namespace spcs::ray
