// SPDX-License-Identifier: MPL-2.0
// Talks to one registry (distribution specification, version 2): authentication by its challenge, repeats of what may
// be repeated, manifests. Blobs are pushed by PushImage and pulled by OpenRemote, which send through this.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/base/mutex.h"
#include "provider/http/retry.h"
#include "provider/http/transport.h"

namespace spcs::oci {

struct Credentials {
  std::string user, password;  // no user: anonymous. The password is secret.
};

struct RegistryOptions {
  std::string origin;  // "https://host:port"; see OriginOfHost()
  // Asked when the registry wants to know who comes; null: anonymous.
  std::function<absl::StatusOr<Credentials>(std::stop_token)> credentials = nullptr;
  http::RetryPolicy retry{};
};

// What a tag or digest leads to.
struct ManifestInfo {
  std::string digest, media_type;
  std::string bytes;  // of GetManifest only
};

// Thread-safe. Keeps references to transport, clock and logger.
class RegistryClient {
 public:
  RegistryClient(RegistryOptions options, http::Transport& transport, Clock& clock, Logger& logger);

  // nullopt when there is no such manifest.
  absl::StatusOr<std::optional<ManifestInfo>> HeadManifest(const std::string& repository, const std::string& reference,
                                                           std::stop_token stop);
  // With its bytes, whose digest is checked. NotFound when there is none.
  absl::StatusOr<ManifestInfo> GetManifest(const std::string& repository, const std::string& reference,
                                           std::stop_token stop);
  // Returns the digest under which it is kept.
  absl::Status PutManifest(const std::string& repository, const std::string& reference, const std::string& media_type,
                           const std::string& bytes, std::stop_token stop);

  struct Call {
    std::string method = "GET";
    std::string url;         // absolute, or a path of this registry
    std::string repository;  // whose token is needed
    http::Headers headers{};
    std::string body{};
    http::BodySource* source = nullptr;
    http::BodySink* sink = nullptr;
    std::string also_pull{};  // another repository that the token has to cover
    http::Repeat repeat = http::Repeat::kSafe;
  };
  // Sends it, with a token where one is wanted, and repeats it while faults pass. What streams is sent once only: after
  // a 401 there is a new token for the caller's next try.
  absl::StatusOr<http::Response> Send(const Call& call, std::stop_token stop);

  // The Location of an answer as an absolute URL; "" when there is none.
  std::string LocationOf(const http::Response& response) const;

  const std::string& origin() const { return options_.origin; }
  Clock& clock() { return clock_; }
  Logger& logger() { return logger_; }

 private:
  absl::StatusOr<http::Response> SendWith(const Call& call, const std::string& authorization, std::stop_token stop);
  absl::StatusOr<std::string> Authorize(const std::string& challenge, const Call& call, const std::string& refused,
                                        std::stop_token stop);
  absl::StatusOr<std::string> FetchToken(const std::string& challenge, const std::vector<std::string>& scopes,
                                         std::stop_token stop);
  std::string Known(const std::string& scope);

  const RegistryOptions options_;
  http::Transport& transport_;
  Clock& clock_;
  Logger& logger_;
  http::Retrier retrier_;
  Mutex login_mu_;  // one login at a time: the others then use its token
  Mutex mu_;
  std::map<std::string, std::string> authorizations_ ABSL_GUARDED_BY(mu_);  // by scope; secret
};

// What the registry's refusal says, as a status: Unauthenticated, PermissionDenied, NotFound, InvalidArgument,
// Unavailable. `what` begins the message: "cannot push the layer sha256:…".
absl::Status RefusalOf(const http::Response& response, absl::string_view what, absl::string_view origin);

}  // namespace spcs::oci
