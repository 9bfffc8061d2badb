// SPDX-License-Identifier: MPL-2.0
// Whether a cluster can ever place an application: to Ray a lack of resources is no error, it waits for ever. Only what
// is certain is refused: what the configuration asks for by itself, against what the nodes have in total.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/ray/dashboard.h"

namespace spcs::ray {

// OK, or ResourceExhausted with the numbers wanted and had. `answer` is that of GET /api/serve/applications/: what the
// other applications hold is taken. Builders may ask for more in code, which nobody can see before they run.
absl::Status CheckFeasible(const nlohmann::json& application, const nlohmann::json& answer,
                           const std::vector<Node>& nodes);

// "3 nodes alive (2 workers): CPU 12, GPU 8, custom_llm_serving_label 2": for progress and messages. Without what every
// node has (memory, object store, its own name).
std::string DescribeNodes(const std::vector<Node>& nodes);

}  // namespace spcs::ray
