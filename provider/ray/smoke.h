// SPDX-License-Identifier: MPL-2.0
// One request to an application that is RUNNING, through Serve's own port: RUNNING says that replicas are there, not
// that requests reach them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "provider/base/clock.h"
#include "provider/http/transport.h"
#include "provider/ray/lease.h"

namespace spcs::ray {

struct SmokeOptions {
  std::string url{};    // "http://head:8000"
  std::string route{};  // "/chat"
  std::string method = "GET";
  std::string path{};  // behind the route
  std::string body{};  // JSON; "": none
  // A proxy learns of a new route some moments after the application runs.
  absl::Duration patience = absl::Minutes(1);
};

// OK when the application answers, whatever it says: a model may well refuse an empty request. Also, with a note, when
// Serve's port cannot be reached from here, or the answer takes long: neither says that the application is at fault.
// Unavailable when Serve itself answers that there is no such route, or nobody to take the request.
absl::Status SmokeRequest(http::Transport& transport, Clock& clock, const Say& say, const SmokeOptions& options,
                          std::stop_token stop);

}  // namespace spcs::ray
