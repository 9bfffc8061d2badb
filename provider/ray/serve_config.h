// SPDX-License-Identifier: MPL-2.0
// The Serve configuration as JSON: what the deployer checks, merges and compares before and after it writes. Ray takes
// the whole set of applications at once and answers 200 to much that it then cannot run, so nothing here asks Ray.
//
// "Answer" is the JSON of GET /api/serve/applications/, "application" one element of the list that a PUT takes.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::ray {

// Environment variables of this prefix in an application's runtime_env are the deployer's additions: no part of the
// configuration that its owner knows.
inline constexpr char kAddedPrefix[] = "SPCS_";

// What is wrong with the application, whatever else runs: name, route, import path, deployments, hidden values.
// InvalidArgument.
absl::Status CheckApplication(const nlohmann::json& application);

// Whether the application fits among those that run: no other one has its route, no program owns its name.
// FailedPrecondition.
absl::Status CheckAmongOthers(const nlohmann::json& application, const nlohmann::json& answer);

// Whether an application of that name may be taken for this one: none runs, or one of this very configuration.
// AlreadyExists.
absl::Status CheckNotTaken(const nlohmann::json& application, const nlohmann::json& answer);

// Ray writes "<redacted>" in place of values for requests that look like a browser's. Writing that back would destroy
// the values. FailedPrecondition with the place of the first one.
absl::Status CheckNothingRedacted(const nlohmann::json& json, absl::string_view what);

// The application as it is written: every deployment has max_ongoing_requests (Ray's default, 5, throttles a model),
// and a change of nothing but the placement changes an environment variable too, because Ray ignores it otherwise.
nlohmann::json PrepareApplication(nlohmann::json application, const nlohmann::json& answer);

// The body of a PUT: the applications that the answer shows without `name`, `mine` (unless null), and what the answer
// shows for the whole of Serve.
nlohmann::json MergedConfig(const nlohmann::json& answer, const std::string& name, const nlohmann::json& mine);

// The application's own object in the answer; null when there is none, or when it is on its way out.
const nlohmann::json& ShownApplication(const nlohmann::json& answer, const std::string& name);

// Whether a program deployed it (serve.run): a PUT does not remove it.
bool IsImperative(const nlohmann::json& shown);

// Whether Serve's configuration of an application is the written one: 1 is 1.0, what is absent is null or empty.
bool SameApplication(const nlohmann::json& written, const nlohmann::json& shown);

// Names of applications of the PUT's body, other than `name`, that the answer shows in another form or not at all.
std::vector<std::string> ChangedOthers(const nlohmann::json& body, const nlohmann::json& answer,
                                       const std::string& name);

// Serve's configuration of an application as its owner wrote it: without our additions.
nlohmann::json WithoutAdditions(nlohmann::json application);

// SHA-256 of that, as spcs_ray_serve_model computes its `config_hash`.
std::string ApplicationHash(const nlohmann::json& application);

}  // namespace spcs::ray
