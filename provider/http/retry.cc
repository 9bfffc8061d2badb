// SPDX-License-Identifier: MPL-2.0
#include "provider/http/retry.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/mutex.h"
#include "provider/base/status.h"
#include "provider/http/url.h"

namespace spcs::http {
namespace {

double RandomFraction() {
  thread_local std::mt19937_64 engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

bool WasNotSent(const absl::Status& status) {
  return FactOf(status, kNotSent).has_value();
}

std::string Describe(const absl::StatusOr<Response>& outcome) {
  return outcome.ok() ? absl::StrCat("HTTP ", outcome->status) : std::string(outcome.status().message());
}

}  // namespace

bool ShouldRepeat(const absl::StatusOr<Response>& outcome, Repeat repeat) {
  if (repeat == Repeat::kNever) return false;
  if (outcome.ok()) {
    const int status = outcome->status;
    if (status == 429) return true;
    return repeat == Repeat::kSafe && (status == 500 || status == 502 || status == 503 || status == 504);
  }
  switch (outcome.status().code()) {
    case absl::StatusCode::kUnavailable: return repeat == Repeat::kSafe || WasNotSent(outcome.status());
    case absl::StatusCode::kDeadlineExceeded: return repeat == Repeat::kSafe;
    default: return false;
  }
}

std::optional<absl::Duration> RetryAfter(const Response& response, absl::Time now) {
  const std::optional<std::string> value = FindHeader(response.headers, "Retry-After");
  if (!value) return std::nullopt;
  if (double seconds = 0; absl::SimpleAtod(*value, &seconds)) {
    if (!std::isfinite(seconds) || seconds < 0) return std::nullopt;
    return absl::Seconds(seconds);
  }
  absl::Time date;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", *value, &date, nullptr)) return std::nullopt;
  return std::max(date - now, absl::ZeroDuration());
}

std::optional<absl::Duration> Retrier::PauseAfter(const absl::StatusOr<Response>& outcome, int attempt,
                                                  absl::Time deadline) const {
  const bool unreachable = !outcome.ok() && WasNotSent(outcome.status());
  if (attempt + 1 >= (unreachable ? policy_.connect_attempts : policy_.attempts)) return std::nullopt;
  const absl::Duration grown = std::min(policy_.first_pause * std::pow(policy_.growth, attempt), policy_.longest_pause);
  // Between half and all of it: clients that failed together do not come back together.
  absl::Duration pause = grown * (0.5 + 0.5 * (policy_.jitter ? policy_.jitter() : RandomFraction()));
  const absl::Time now = clock_.Now();
  if (outcome.ok()) pause = std::max(pause, RetryAfter(*outcome, now).value_or(absl::ZeroDuration()));
  if (now + pause > deadline) return std::nullopt;
  return pause;
}

absl::StatusOr<Response> Retrier::Send(Repeat repeat, const std::function<absl::StatusOr<Request>(int)>& make,
                                       std::stop_token stop) const {
  const absl::Time deadline = clock_.Now() + policy_.total;
  for (int attempt = 0;; ++attempt) {
    if (stop.stop_requested()) return absl::CancelledError("stopped before the request was sent");
    ASSIGN_OR_RETURN(const Request request, make(attempt));
    absl::StatusOr<Response> outcome = transport_.Send(request, stop);
    if (!ShouldRepeat(outcome, repeat)) return outcome;
    const std::optional<absl::Duration> pause = PauseAfter(outcome, attempt, deadline);
    if (!pause) return outcome;
    logger_.Warn("request failed, repeating it", {{"server", OriginOf(request.url)},
                                                  {"why", Describe(outcome)},
                                                  {"attempt", absl::StrCat(attempt + 1)},
                                                  {"pause", absl::FormatDuration(*pause)}});
    if (!clock_.Sleep(*pause, stop)) return absl::CancelledError("stopped while waiting to repeat a request");
  }
}

}  // namespace spcs::http
