// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/serve_client.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/logger.h"
#include "provider/base/status.h"
#include "provider/http/retry.h"
#include "provider/http/url.h"
#include "provider/ray/messages.h"

namespace spcs::ray {
namespace {

using nlohmann::json;

// Without the slash at the end Ray answers 404.
constexpr char kApplications[] = "/api/serve/applications/";

// The first PUT starts Serve.
constexpr absl::Duration kPutTimeout = absl::Seconds(60);
constexpr absl::Duration kJobTimeout = absl::Seconds(60);

// Also sent by one who was told to end.
constexpr absl::Duration kStopTimeout = absl::Seconds(6);

// What the answer to a write says when it is no success.
absl::Status WriteError(const http::Response& response, absl::string_view what) {
  const std::string text = ValidationText(StripColours(response.body.substr(0, 4000)));
  const std::string message = absl::StrCat("Ray answers ", response.status, " to ", what, ": ", text);
  switch (response.status) {
    case 400:
    case 422: return absl::InvalidArgumentError(message);
    case 401:
    case 403: return absl::UnauthenticatedError(message);
    case 404: return absl::NotFoundError(message);
    case 405:
      return WithFact(absl::FailedPreconditionError(message), kAdvice,
                      "Ray refuses writes that look like a browser's: let no proxy add Origin, Referer or Sec-Fetch "
                      "headers on the way to the dashboard.");
    default: return absl::UnavailableError(message);
  }
}

}  // namespace

ServeClient::ServeClient(http::Transport& transport, Clock& clock, const DashboardOptions& options)
    : transport_(transport, clock), dashboard_(transport_, options) {}

absl::StatusOr<http::Response> ServeClient::Repeating::Send(const http::Request& request, std::stop_token stop) {
  static NullLogger& logger = *new NullLogger();
  const http::RetryPolicy policy{.longest_pause = absl::Seconds(4), .total = absl::Seconds(20), .attempts = 5};
  const http::Retrier retrier(transport_, clock_, logger, policy);
  const http::Repeat repeat = request.method == "GET" ? http::Repeat::kSafe : http::Repeat::kUnlessReached;
  return retrier.Send(repeat, [&](int) -> absl::StatusOr<http::Request> { return request; }, std::move(stop));
}

absl::StatusOr<json> ServeClient::Answer(std::stop_token stop) {
  ASSIGN_OR_RETURN(const http::Response response,
                   dashboard_.Call({.path = kApplications, .timeout = absl::Seconds(60)}, std::move(stop)));
  if (response.status != 200) return dashboard_.ErrorOf(response);
  absl::StatusOr<json> answer = ParseJson(response.body);
  if (!answer.ok() || !answer->is_object())
    return absl::InternalError("Serve's answer on its applications is no object");
  return answer;
}

absl::Status ServeClient::Put(const json& body, std::stop_token stop) {
  ASSIGN_OR_RETURN(
      const http::Response response,
      dashboard_.Call({.method = "PUT", .path = kApplications, .body = DumpJson(body), .timeout = kPutTimeout},
                      std::move(stop)));
  return response.status == 200 ? absl::OkStatus() : WriteError(response, "the configuration");
}

absl::Status ServeClient::Submit(const std::string& id, const std::string& entrypoint, const std::string& owner,
                                 std::stop_token stop) {
  const json body = {{"entrypoint", entrypoint}, {"submission_id", id}, {"metadata", {{"owner", owner}}}};
  ASSIGN_OR_RETURN(
      const http::Response response,
      dashboard_.Call({.method = "POST", .path = "/api/jobs/", .body = DumpJson(body), .timeout = kJobTimeout},
                      std::move(stop)));
  if (response.status == 200) return absl::OkStatus();
  if (absl::StrContains(response.body, "different submission_id")) {
    return absl::AlreadyExistsError(absl::StrCat("Ray has a job ", id, " already"));
  }
  return WriteError(response, "a job");
}

absl::StatusOr<std::vector<Job>> ServeClient::Jobs(const std::string& prefix, std::stop_token stop) {
  ASSIGN_OR_RETURN(const http::Response response,
                   dashboard_.Call({.path = "/api/jobs/", .timeout = kJobTimeout}, std::move(stop)));
  if (response.status != 200) return dashboard_.ErrorOf(response);
  const absl::StatusOr<json> list = ParseJson(response.body);
  if (!list.ok() || !list->is_array()) return absl::InternalError("the dashboard's answer on its jobs is no list");
  std::vector<Job> jobs;
  for (const json& job : *list) {
    const std::string id = JsonString(job, "submission_id");
    if (!absl::StartsWith(id, prefix) || id.empty()) continue;
    const std::string owner = job.contains("metadata") ? JsonString(job.at("metadata"), "owner") : "";
    jobs.push_back({.id = id, .status = JsonString(job, "status"), .owner = owner});
  }
  return jobs;
}

absl::Status ServeClient::StopJob(const std::string& id, std::stop_token stop) {
  const std::string path = absl::StrCat("/api/jobs/", http::PercentEncode(id), "/stop");
  ASSIGN_OR_RETURN(
      const http::Response response,
      dashboard_.Call({.method = "POST", .path = path, .body = "{}", .timeout = kStopTimeout}, std::move(stop)));
  return response.status == 200 ? absl::OkStatus() : WriteError(response, "the end of a job");
}

absl::Status ServeClient::DeleteJob(const std::string& id, std::stop_token stop) {
  const std::string path = absl::StrCat("/api/jobs/", http::PercentEncode(id));
  ASSIGN_OR_RETURN(const http::Response response,
                   dashboard_.Call({.method = "DELETE", .path = path, .timeout = kJobTimeout}, std::move(stop)));
  return response.status == 200 ? absl::OkStatus() : WriteError(response, "the removal of a job");
}

}  // namespace spcs::ray
