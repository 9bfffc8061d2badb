// SPDX-License-Identifier: MPL-2.0
// Repeats a request while the fault is one that passes: policy, growing pauses with jitter, and the caller's word on
// whether a repeat is safe. Used by all clients; time and chance are injected.
//
//   Retrier retrier(transport, clock, logger, RetryPolicy{});
//   ASSIGN_OR_RETURN(Response response, retrier.Send(Repeat::kSafe, [&](int attempt) { return MakeRequest(); }, stop));
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/http/transport.h"

namespace spcs::http {

struct RetryPolicy {
  absl::Duration first_pause = absl::Milliseconds(500);
  double growth = 2.0;
  absl::Duration longest_pause = absl::Seconds(15);

  // No repeat starts later than this after the first request.
  absl::Duration total = absl::Minutes(5);

  // Requests in all, the first included.
  int attempts = 12;

  // Requests in all while the server cannot even be reached: a wrong host name will not get better.
  int connect_attempts = 4;

  // A number in [0, 1) for each pause; null: the machine's randomness.
  std::function<double()> jitter = nullptr;
};

// What the caller knows about its request.
enum class Repeat {
  kSafe,           // doing it twice is as good as once, or the server recognises the second
  kUnlessReached,  // only when the server did not take it: no connection, or 429
  kNever,
};

// Whether this outcome passes by itself and, given `repeat`, may be met by sending again.
bool ShouldRepeat(const absl::StatusOr<Response>& outcome, Repeat repeat);

// How long the server asks to wait: Retry-After in seconds or as an HTTP date. nullopt when it does not say.
std::optional<absl::Duration> RetryAfter(const Response& response, absl::Time now);

// Thread-safe. Keeps references: transport, clock and logger outlive it.
class Retrier {
 public:
  Retrier(Transport& transport, Clock& clock, Logger& logger, RetryPolicy policy)
      : transport_(transport), clock_(clock), logger_(logger), policy_(std::move(policy)) {}

  // Makes and sends requests until one has an outcome worth returning, which may still be a 5xx or an error when the
  // policy is exhausted. `make` gets the number of the attempt, from 0. Cancelled when `stop` is requested.
  absl::StatusOr<Response> Send(Repeat repeat, const std::function<absl::StatusOr<Request>(int attempt)>& make,
                                std::stop_token stop) const;

 private:
  // The pause before the next attempt, or nullopt when it is not worth one.
  std::optional<absl::Duration> PauseAfter(const absl::StatusOr<Response>& outcome, int attempt,
                                           absl::Time deadline) const;

  Transport& transport_;
  Clock& clock_;
  Logger& logger_;
  RetryPolicy policy_;
};

}  // namespace spcs::http
