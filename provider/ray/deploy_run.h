// SPDX-License-Identifier: MPL-2.0
// spcs-ray-deploy without its process: what the request asks for, done, told in lines, the last one the answer. The
// counterpart is provider/resources/ray_deploy_job.h.
//
// SPCS_RAY_DEPLOY_REQUEST is JSON: {"action": "deploy" | "delete" | "status", "application": name, "head": host,
// "config_hash", "config": application for a deploy, "timeout_seconds" and "settle_seconds": optional}. The last line
// is JSON, too:
// {"status", "config_hash", "session_name", "deployments"}, and for "status" the "application" as Serve shows it.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "provider/base/clock.h"
#include "provider/http/transport.h"
#include "provider/ray/lease.h"

namespace spcs::ray {

// The value of an environment variable; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

// Exit codes.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadRequest = 2;

// Variables besides the request, all optional:
//   SPCS_RAY_DASHBOARD_PORT  8265
//   SPCS_RAY_SERVE_PORT      that which Serve shows
//   SPCS_RAY_TIMEOUT_SECONDS 3300; the request's goes over it
//   SPCS_RAY_SETTLE_SECONDS  30: a cluster that lacks resources and has not changed for so long gets no more
//   SPCS_RAY_SMOKE           the request after the deployment, below the route: "GET /health", or "POST / {…}", or
//   "off" SPCS_RAY_PAUSE_SECONDS   0: between read and write, for tests SPCS_RAY_LEASE           "off": write without
//   the lease, for tests RAY_AUTH_TOKEN           of a cluster with RAY_AUTH_MODE=token
int RunDeployer(const Environment& environment, http::Transport& transport, Clock& clock, const Say& print,
                std::stop_token stop);

}  // namespace spcs::ray
