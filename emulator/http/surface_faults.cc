// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/surface_faults.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::Duration kForever = absl::Hours(1);
// How often a held answer looks whether its time has come.
constexpr absl::Duration kLook = absl::Milliseconds(5);

}  // namespace

std::optional<HttpReply> RefusedByFault(const Fault& fault, Peer& peer, const std::function<HttpReply(int)>& refuse) {
  HttpReply reply;
  switch (fault.action) {
    case FaultAction::k429: reply = refuse(429); break;
    case FaultAction::k500: reply = refuse(500); break;
    case FaultAction::k503: reply = refuse(503); break;
    case FaultAction::kReset: return HttpReply{.delivery = Delivery::kReset};
    case FaultAction::kHang:
      while (peer.Wait(kForever)) {
      }
      return HttpReply{.delivery = Delivery::kNothing};
    default: return std::nullopt;
  }
  if (fault.retry_after) reply.headers.emplace_back("Retry-After", absl::StrCat(*fault.retry_after));
  return reply;
}

void SpoilByFault(Faults& faults, const Fault& fault, Peer& peer, HttpReply& reply) {
  switch (fault.action) {
    case FaultAction::kTruncate: reply.delivery = Delivery::kHalf; return;
    case FaultAction::kForgetRequest:
    case FaultAction::kLoseResponse: reply.delivery = Delivery::kNothing; return;
    case FaultAction::kHoldAfter: {
      const Faults::Hold hold(faults);
      while (!hold.released()) {
        if (peer.Wait(kLook)) continue;
        reply.delivery = Delivery::kNothing;
        return;
      }
      return;
    }
    default: return;
  }
}

HttpReply ServeUnderFaults(const PlainSurface& surface, const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  surface.stats.Enter();
  if (surface.latency > absl::ZeroDuration()) peer.Wait(surface.latency / 2);
  const Fault fault = surface.faults.Match(notes.kind, notes.object, request.path, surface.scope);
  notes.fault = std::string(FaultName(fault.action));
  if (!notes.fault.empty()) surface.stats.CountFault(notes.fault);
  std::optional<HttpReply> reply = RefusedByFault(fault, peer, surface.refuse);
  if (!reply) {
    reply = surface.serve(fault);
    SpoilByFault(surface.faults, fault, peer, *reply);
  }
  if (surface.latency > absl::ZeroDuration()) peer.Wait(surface.latency / 2);
  const bool answered = reply->delivery == Delivery::kWhole || reply->delivery == Delivery::kHalf;
  surface.stats.CountRequest(request.path, answered ? reply->status : 0);
  surface.stats.Leave();
  return *std::move(reply);
}

}  // namespace spcs::emulator_http
