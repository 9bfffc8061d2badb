// SPDX-License-Identifier: MPL-2.0
// What a fault rule does to a request, for every surface: refuse it before it is served, spoil the answer behind.
// Surfaces that execute no statements (registry, stages) are served by ServeUnderFaults() whole.
#pragma once

#include <functional>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/http/exchange.h"
#include "emulator/http/faults.h"
#include "emulator/http/message.h"
#include "emulator/http/stats.h"

namespace spcs::emulator_http {

// The answer when the fault keeps the request from being served, in the words of `refuse` (429, 500 or 503) with the
// rule's Retry-After; nullopt: go on.
std::optional<HttpReply> RefusedByFault(const Fault& fault, Peer& peer, const std::function<HttpReply(int)>& refuse);

// Cuts, loses or holds the answer as the fault says. A forgotten request is the caller's to forget.
void SpoilByFault(Faults& faults, const Fault& fault, Peer& peer, HttpReply& reply);

// A surface that executes no statements.
struct PlainSurface {
  Faults& faults;
  Stats& stats;
  FaultScope scope;
  absl::Duration latency = absl::ZeroDuration();  // half before the request arrives, half after
  std::function<HttpReply(int status)> refuse;
  std::function<HttpReply(const Fault& fault)> serve;  // kCut is its own business
};

// Counts, waits, and serves the request under the rule for notes.kind and notes.object; sets notes.fault.
HttpReply ServeUnderFaults(const PlainSurface& surface, const HttpRequest& request, Peer& peer, RequestNotes& notes);

}  // namespace spcs::emulator_http
