// SPDX-License-Identifier: MPL-2.0
// How the dashboard of a Ray cluster is reached from this machine: which URLs are taken, and what proves to a public
// endpoint of the account who asks. Used by spcs_ray_serve_model and by the data source spcs_ray_cluster.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "provider/base/mutex.h"
#include "provider/http/transport.h"
#include "provider/resources/account.h"
#include "provider/tf/diagnostics.h"
#include "provider/tf/path.h"
#include "provider/tf/value.h"

namespace spcs::resources {

// Validator: https, or http to this machine only, because tokens would be readable on the way.
void CheckDashboardUrl(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);

// The `Authorization` of a token for an endpoint.
std::string EndpointAuthorization(const std::string& token);

// Signs the requests to one dashboard with the connection's own token, if its URL is a public endpoint of the account;
// others get none: the token is nobody else's business. A key pair is exchanged for a token of the endpoint (POST
// /oauth/token, from the vendor's page on ingress), again before it is old. Thread-safe. Keeps references.
class EndpointTransport : public http::Transport {
 public:
  EndpointTransport(Session& session, Clock& clock, std::string url)
      : session_(session), clock_(clock), url_(std::move(url)) {}

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override;

 private:
  absl::StatusOr<std::string> Token(std::stop_token stop);
  absl::StatusOr<std::string> Exchange(const std::string& jwt, std::stop_token stop);

  Session& session_;
  Clock& clock_;
  const std::string url_;
  Mutex mutex_;
  std::string exchanged_ ABSL_GUARDED_BY(mutex_);
  absl::Time exchanged_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace spcs::resources
