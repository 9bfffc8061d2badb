// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/registry_surface.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/http/session.h"
#include "emulator/http/surface_faults.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

// db/schema/repository/image of the path.
std::string ObjectOf(absl::string_view path) {
  absl::ConsumePrefix(&path, "/v2/");
  for (const absl::string_view end : {"/blobs/", "/manifests/", "/tags/"}) {
    if (const size_t at = path.rfind(end); at != absl::string_view::npos) return std::string(path.substr(0, at));
  }
  return std::string(path);
}

HttpReply Refused(int status) {
  if (status == 429) return registry::Refusal(429, "TOOMANYREQUESTS", "too many requests");
  return registry::Refusal(status, "UNKNOWN", status == 503 ? "service unavailable" : "internal server error");
}

// The request with a body that ends after so many bytes.
HttpRequest CutShort(const HttpRequest& request, int64_t after_bytes) {
  HttpRequest cut = request;
  if (!request.stream) return cut;
  cut.stream = [&request, after_bytes](const HttpRequest::TakeBytes& take) {
    int64_t left = after_bytes;
    request.stream([&](const char* data, size_t size) {
      const size_t taken = static_cast<size_t>(std::min<int64_t>(left, static_cast<int64_t>(size)));
      left -= static_cast<int64_t>(taken);
      return (taken == 0 || take(data, taken)) && left > 0;
    });
    return false;
  };
  return cut;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RegistrySurface>> RegistrySurface::Open(const Parts& parts,
                                                                       const std::string& data_dir) {
  std::unique_ptr<RegistrySurface> surface(new RegistrySurface(parts));
  const auto log_in = [&authenticator = parts.authenticator, &sessions = parts.sessions](
                          const std::string& user, const std::string& password) -> absl::StatusOr<engine::Session> {
    // The session token that a driver got by a token request of type ISSUE.
    if (user == kRegistrySessionUser) {
      ASSIGN_OR_RETURN(const std::string token, RegistryToken(user, password));
      if (const auto session = sessions.Find(token); session.ok()) return (*session)->state();
    }
    ASSIGN_OR_RETURN(const Identity identity, authenticator.CheckPassword(user, password));
    return StartSession(identity, {});
  };
  ASSIGN_OR_RETURN(surface->registry_,
                   registry::Registry::Open(
                       parts.engine, data_dir + "/registry", log_in,
                       [&stats = parts.stats](absl::string_view what, int64_t n) { stats.CountRegistry(what, n); }));
  return surface;
}

HttpReply RegistrySurface::Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  notes.kind = absl::StrCat("REGISTRY ", request.method);
  notes.object = ObjectOf(request.path);
  const auto serve = [&](const Fault& fault) {
    if (fault.action != FaultAction::kCut) return registry_->Handle(request);
    registry_->Handle(CutShort(request, fault.after_bytes));
    return HttpReply{.delivery = Delivery::kReset};
  };
  return ServeUnderFaults({.faults = parts_.faults,
                           .stats = parts_.stats,
                           .scope = FaultScope::kRegistry,
                           .latency = parts_.latency,
                           .refuse = Refused,
                           .serve = serve},
                          request, peer, notes);
}

}  // namespace spcs::emulator_http
