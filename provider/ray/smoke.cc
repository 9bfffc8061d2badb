// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/smoke.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::ray {
namespace {

constexpr absl::Duration kRequestTimeout = absl::Seconds(30);

// Nobody listens: it is not worth the whole patience.
constexpr absl::Duration kPatienceWithSilence = absl::Seconds(10);

absl::StatusOr<http::Response> Send(http::Transport& transport, const SmokeOptions& options, const std::string& method,
                                    const std::string& path, const std::string& body, std::stop_token stop) {
  http::Request request{.method = method, .url = absl::StrCat(options.url, path), .body = body};
  request.timeout = kRequestTimeout;
  request.max_response_bytes = int64_t{8} << 20;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  return transport.Send(request, std::move(stop));
}

// "" when the route is known to the proxy, else why not.
absl::StatusOr<std::string> MissingRoute(http::Transport& transport, const SmokeOptions& options,
                                         std::stop_token stop) {
  ASSIGN_OR_RETURN(const http::Response response, Send(transport, options, "GET", "/-/routes", "", std::move(stop)));
  if (response.status != 200) return absl::StrCat("Serve answers ", response.status, " to the question for its routes");
  const auto routes = ParseJson(response.body);
  if (routes.ok() && routes->is_object() && routes->contains(options.route)) return std::string();
  return absl::StrCat("Serve does not know the route ", options.route, " yet");
}

// "" when the application has answered, else what Serve said in its place.
absl::StatusOr<std::string> Ask(http::Transport& transport, const SmokeOptions& options, std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::string missing, MissingRoute(transport, options, stop));
  if (!missing.empty()) return missing;
  const std::string path =
      absl::StrCat(options.route == "/" ? "" : options.route, options.path.empty() ? "/" : "", options.path);
  ASSIGN_OR_RETURN(const http::Response response,
                   Send(transport, options, options.method, path, options.body, std::move(stop)));
  const bool from_proxy = response.status == 404 && absl::StrContains(response.body, "/-/routes");
  if (from_proxy || (response.status >= 502 && response.status <= 504)) {
    return absl::StrCat("Serve answers ", response.status, " to ", options.method, " ", path);
  }
  return std::string();
}

}  // namespace

absl::Status SmokeRequest(http::Transport& transport, Clock& clock, const Say& say, const SmokeOptions& options,
                          std::stop_token stop) {
  const absl::Time began = clock.Now();
  while (true) {
    const absl::StatusOr<std::string> said = Ask(transport, options, stop);
    if (absl::IsCancelled(said.status())) return said.status();
    if (said.ok() && said->empty()) {
      say(absl::StrCat("the application answers at ", options.route));
      return absl::OkStatus();
    }
    const absl::Duration waited = clock.Now() - began;
    if (!said.ok() && (absl::IsDeadlineExceeded(said.status()) || waited >= kPatienceWithSilence)) {
      say(absl::StrCat("note: the application was not asked: ", std::string(said.status().message())));
      return absl::OkStatus();
    }
    if (waited >= options.patience) {
      return WithFact(absl::UnavailableError(absl::StrCat("the application runs, but ", *said)), kAdvice,
                      "Look at Serve's proxies in the dashboard; SPCS_RAY_SMOKE=off leaves this request out.");
    }
    if (!clock.Sleep(absl::Seconds(1), stop)) return absl::CancelledError("stopped while asking the application");
  }
}

}  // namespace spcs::ray
