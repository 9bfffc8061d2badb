// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/registry_surface.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/http/session.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::Duration kForever = absl::Hours(1);
constexpr absl::Duration kLook = absl::Milliseconds(5);

// db/schema/repository/image of the path.
std::string ObjectOf(absl::string_view path) {
  absl::ConsumePrefix(&path, "/v2/");
  for (const absl::string_view end : {"/blobs/", "/manifests/", "/tags/"}) {
    if (const size_t at = path.rfind(end); at != absl::string_view::npos) return std::string(path.substr(0, at));
  }
  return std::string(path);
}

HttpReply WithRetryAfter(HttpReply reply, const Fault& fault) {
  if (fault.retry_after) reply.headers.emplace_back("Retry-After", absl::StrCat(*fault.retry_after));
  return reply;
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
  parts_.stats.Enter();
  if (parts_.latency > absl::ZeroDuration()) peer.Wait(parts_.latency);
  notes.kind = absl::StrCat("REGISTRY ", request.method);
  notes.object = ObjectOf(request.path);
  const Fault fault = parts_.faults.Match(notes.kind, notes.object, request.path);
  notes.fault = std::string(FaultName(fault.action));
  if (!notes.fault.empty()) parts_.stats.CountFault(notes.fault);
  HttpReply reply = Serve(request, peer, fault);
  const bool answered = reply.delivery == Delivery::kWhole || reply.delivery == Delivery::kHalf;
  parts_.stats.CountRequest(request.path, answered ? reply.status : 0);
  parts_.stats.Leave();
  return reply;
}

HttpReply RegistrySurface::Serve(const HttpRequest& request, Peer& peer, const Fault& fault) {
  switch (fault.action) {
    case FaultAction::k429:
      return WithRetryAfter(registry::Refusal(429, "TOOMANYREQUESTS", "too many requests"), fault);
    case FaultAction::k500: return registry::Refusal(500, "UNKNOWN", "internal server error");
    case FaultAction::k503: return WithRetryAfter(registry::Refusal(503, "UNKNOWN", "service unavailable"), fault);
    case FaultAction::kReset: return {.delivery = Delivery::kReset};
    case FaultAction::kHang:
      while (peer.Wait(kForever)) {
      }
      return {.delivery = Delivery::kNothing};
    case FaultAction::kCut:
      registry_->Handle(CutShort(request, fault.after_bytes));
      return {.delivery = Delivery::kReset};
    default: break;
  }
  HttpReply reply = registry_->Handle(request);
  if (fault.action == FaultAction::kLoseResponse || fault.action == FaultAction::kForgetRequest) {
    reply = {.delivery = Delivery::kNothing};
  } else if (fault.action == FaultAction::kTruncate && !reply.file) {
    reply.delivery = Delivery::kHalf;
  } else if (fault.action == FaultAction::kHoldAfter) {
    const Faults::Hold hold(parts_.faults);
    while (!hold.released() && peer.Wait(kLook)) {
    }
  }
  return reply;
}

}  // namespace spcs::emulator_http
