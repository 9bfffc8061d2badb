// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/registry_client.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/http/url.h"
#include "provider/oci/challenge.h"
#include "provider/oci/digest.h"
#include "provider/oci/manifest.h"

namespace spcs::oci {
namespace {

constexpr absl::Duration kTimeout = absl::Minutes(1);
constexpr absl::Duration kStreamTimeout = absl::Hours(24);
constexpr absl::Duration kLongestStall = absl::Seconds(60);

std::vector<std::string> ScopesOf(const RegistryClient::Call& call) {
  std::vector<std::string> scopes{absl::StrCat("repository:", call.repository, ":pull,push")};
  if (!call.also_pull.empty()) scopes.push_back(absl::StrCat("repository:", call.also_pull, ":pull"));
  return scopes;
}

std::string KeyOf(const RegistryClient::Call& call) {
  return absl::StrCat(call.repository, " ", call.also_pull);
}

std::string ManifestPath(absl::string_view repository, absl::string_view reference) {
  return absl::StrCat("/v2/", repository, "/manifests/", reference);
}

}  // namespace

absl::Status RefusalOf(const http::Response& response, absl::string_view what, absl::string_view origin) {
  std::string said;
  if (const absl::StatusOr<nlohmann::json> json = ParseJson(response.body);
      json.ok() && json->is_object() && json->contains("errors") && (*json)["errors"].is_array()) {
    for (const nlohmann::json& error : (*json)["errors"]) {
      const std::string detail = error.is_object() ? JsonString(error, "detail") : "";
      absl::StrAppend(&said, said.empty() ? "" : "; ", JsonString(error, "code"), " ", JsonString(error, "message"),
                      detail.empty() ? "" : ": ", detail);
    }
  }
  const std::string text =
      absl::StrCat(what, ": the registry ", origin, " answers HTTP ", response.status, said.empty() ? "" : ", ", said);
  switch (response.status) {
    case 401:
      return WithFact(absl::UnauthenticatedError(text), kAdvice, "Check the user and the programmatic access token.");
    case 403:
      return WithFact(absl::PermissionDeniedError(text), kAdvice,
                      "The role needs READ to pull and WRITE to push on the image repository.");
    case 404: return absl::NotFoundError(text);
    case 400:
    case 405:
    case 413: return absl::InvalidArgumentError(text);
    default: return absl::UnavailableError(text);
  }
}

RegistryClient::RegistryClient(RegistryOptions options, http::Transport& transport, Clock& clock, Logger& logger)
    : options_(std::move(options)),
      transport_(transport),
      clock_(clock),
      logger_(logger),
      retrier_(transport, clock, logger, options_.retry) {}

std::string RegistryClient::Known(const std::string& scope) {
  MutexLock lock(mu_);
  const auto found = authorizations_.find(scope);
  return found == authorizations_.end() ? "" : found->second;
}

absl::StatusOr<http::Response> RegistryClient::Send(const Call& call, std::stop_token stop) {
  std::string authorization = Known(KeyOf(call));
  ASSIGN_OR_RETURN(http::Response response, SendWith(call, authorization, stop));
  if (response.status != 401) return response;
  const std::optional<std::string> challenge = http::FindHeader(response.headers, "WWW-Authenticate");
  if (!challenge) return response;
  ASSIGN_OR_RETURN(authorization, Authorize(*challenge, call, authorization, stop));
  if (call.source != nullptr || call.sink != nullptr) return response;
  return SendWith(call, authorization, stop);
}

absl::StatusOr<http::Response> RegistryClient::SendWith(const Call& call, const std::string& authorization,
                                                        std::stop_token stop) {
  const std::string url = absl::StartsWith(call.url, "/") ? absl::StrCat(options_.origin, call.url) : call.url;
  const bool streams = call.source != nullptr || call.sink != nullptr;
  http::Request request{.method = call.method,
                        .url = url,
                        .headers = call.headers,
                        .body = call.body,
                        .timeout = streams ? kStreamTimeout : kTimeout,
                        .source = call.source,
                        .sink = call.sink,
                        .longest_stall = kLongestStall};
  // A registry sends away to its storage with a URL that says all: our token is none of its business.
  const bool own = absl::EqualsIgnoreCase(http::OriginOf(url), http::OriginOf(options_.origin));
  if (own && !authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  if (streams) return transport_.Send(request, stop);
  return retrier_.Send(call.repeat, [&](int) { return request; }, stop);
}

absl::StatusOr<std::string> RegistryClient::Authorize(const std::string& challenge, const Call& call,
                                                      const std::string& refused, std::stop_token stop) {
  MutexLock login(login_mu_);
  if (std::string known = Known(KeyOf(call)); !known.empty() && known != refused) return known;
  ASSIGN_OR_RETURN(std::string authorization, FetchToken(challenge, ScopesOf(call), stop));
  MutexLock lock(mu_);
  authorizations_[KeyOf(call)] = authorization;
  return authorization;
}

absl::StatusOr<std::string> RegistryClient::FetchToken(const std::string& text, const std::vector<std::string>& scopes,
                                                       std::stop_token stop) {
  ASSIGN_OR_RETURN(const Challenge challenge, ParseChallenge(text));
  Credentials credentials;
  if (options_.credentials) {
    ASSIGN_OR_RETURN(credentials, options_.credentials(stop));
  }
  const std::string basic =
      credentials.user.empty()
          ? ""
          : absl::StrCat("Basic ", absl::Base64Escape(absl::StrCat(credentials.user, ":", credentials.password)));
  if (!challenge.bearer) {
    if (!basic.empty()) return basic;
    return WithFact(absl::UnauthenticatedError(absl::StrCat("the registry ", options_.origin, " wants a login")),
                    kAdvice, "Only images that need no login can be pulled from another registry.");
  }
  RETURN_IF_ERROR(CheckRealm(challenge.realm));
  std::string url = challenge.realm;
  const auto add = [&](absl::string_view name, absl::string_view value) {
    absl::StrAppend(&url, absl::StrContains(url, "?") ? "&" : "?", name, "=", http::PercentEncode(value));
  };
  if (!challenge.service.empty()) add("service", challenge.service);
  for (const std::string& scope : scopes) add("scope", scope);
  http::Request request{.url = url, .timeout = kTimeout};
  if (!basic.empty()) request.headers.emplace_back("Authorization", basic);
  ASSIGN_OR_RETURN(const http::Response response,
                   retrier_.Send(http::Repeat::kSafe, [&](int) { return request; }, stop));
  if (response.status != 200) return RefusalOf(response, "cannot log in", http::OriginOf(challenge.realm));
  const absl::StatusOr<nlohmann::json> json = ParseJson(response.body);
  std::string token = json.ok() ? JsonString(*json, "token") : "";
  if (token.empty() && json.ok()) token = JsonString(*json, "access_token");
  if (token.empty()) return absl::InternalError(absl::StrCat("the login at ", options_.origin, " gave no token"));
  return absl::StrCat("Bearer ", token);
}

std::string RegistryClient::LocationOf(const http::Response& response) const {
  const std::string location = http::FindHeader(response.headers, "Location").value_or("");
  return absl::StartsWith(location, "/") ? absl::StrCat(options_.origin, location) : location;
}

absl::StatusOr<std::optional<ManifestInfo>> RegistryClient::HeadManifest(const std::string& repository,
                                                                         const std::string& reference,
                                                                         std::stop_token stop) {
  ASSIGN_OR_RETURN(const http::Response response, Send({.method = "HEAD",
                                                        .url = ManifestPath(repository, reference),
                                                        .repository = repository,
                                                        .headers = {{"Accept", ManifestTypes()}}},
                                                       stop));
  if (response.status == 404) return std::optional<ManifestInfo>();
  if (response.status != 200) {
    return RefusalOf(response, absl::StrCat("cannot look up ", repository, ":", reference), options_.origin);
  }
  ManifestInfo info{.digest = http::FindHeader(response.headers, "Docker-Content-Digest").value_or(""),
                    .media_type = http::FindHeader(response.headers, "Content-Type").value_or(""),
                    .bytes = {}};
  if (IsDigest(info.digest)) return std::optional(std::move(info));
  ASSIGN_OR_RETURN(info, GetManifest(repository, reference, stop));  // the header is optional
  return std::optional(std::move(info));
}

absl::StatusOr<ManifestInfo> RegistryClient::GetManifest(const std::string& repository, const std::string& reference,
                                                         std::stop_token stop) {
  ASSIGN_OR_RETURN(http::Response response, Send({.url = ManifestPath(repository, reference),
                                                  .repository = repository,
                                                  .headers = {{"Accept", ManifestTypes()}}},
                                                 stop));
  const std::string what =
      absl::StrCat("cannot read the manifest of ", repository, IsDigest(reference) ? "@" : ":", reference);
  if (response.status != 200) return RefusalOf(response, what, options_.origin);
  const std::string type = http::FindHeader(response.headers, "Content-Type").value_or("");
  ManifestInfo info{.digest = DigestOf(response.body),
                    .media_type = std::string(absl::StripAsciiWhitespace(type.substr(0, type.find(';')))),
                    .bytes = std::move(response.body)};
  if (IsDigest(reference) && info.digest != reference) {
    return absl::FailedPreconditionError(absl::StrCat(what, ": what came has the digest ", info.digest));
  }
  return info;
}

absl::Status RegistryClient::PutManifest(const std::string& repository, const std::string& reference,
                                         const std::string& media_type, const std::string& bytes,
                                         std::stop_token stop) {
  ASSIGN_OR_RETURN(const http::Response response, Send({.method = "PUT",
                                                        .url = ManifestPath(repository, reference),
                                                        .repository = repository,
                                                        .headers = {{"Content-Type", media_type}},
                                                        .body = bytes},
                                                       stop));
  const std::string what = absl::StrCat("cannot push the manifest of ", repository, ":", reference);
  if (response.status != 201) return RefusalOf(response, what, options_.origin);
  const std::string kept = http::FindHeader(response.headers, "Docker-Content-Digest").value_or("");
  if (kept.empty() || kept == DigestOf(bytes)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(what, ": the registry has kept it as ", kept));
}

}  // namespace spcs::oci
