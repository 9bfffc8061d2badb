// SPDX-License-Identifier: MPL-2.0
// Waits until the account is in a wanted state. All calls that wait for objects of one kind and scope share one loop
// of SHOW statements, so that waiting for fifty services costs as much as waiting for one.
//
//   absl::StatusOr<Service> service = poller.WaitUntil<Service>(
//       {ShowKind::kService, Scope::Account()},
//       [&](const Listing& listing) -> std::optional<absl::StatusOr<Service>> {
//         ... nullopt: not yet; a value or an error ends the wait
//       },
//       {.deadline = deadline}, stop);
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <tuple>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/base/clock.h"
#include "provider/base/mutex.h"
#include "provider/snowflake/inventory.h"

namespace spcs::snowflake {

struct PollerOptions {
  absl::Duration first_pause = absl::Seconds(1);
  double growth = 1.5;
  absl::Duration longest_pause = absl::Seconds(10);
  std::function<double()> jitter = nullptr;  // in [0, 1); null: the machine's randomness
};

struct PollKey {
  ShowKind kind;
  Scope scope;
  friend bool operator<(const PollKey& a, const PollKey& b) {
    return std::tie(a.kind, a.scope) < std::tie(b.kind, b.scope);
  }
};

struct WaitOptions {
  absl::Time deadline = absl::InfiniteFuture();

  // Called now and then while the wait goes on, with the time waited so far; not more often than `progress_every`.
  std::function<void(const Listing&, absl::Duration)> progress = nullptr;
  absl::Duration progress_every = absl::Minutes(1);
};

// Thread-safe. Keeps references to inventory and clock. Time is the clock's.
class Poller {
 public:
  Poller(Inventory& inventory, Clock& clock, PollerOptions options = {})
      : inventory_(inventory), clock_(clock), options_(std::move(options)) {}

  // Calls `check` with newer and newer listings, on this thread, until it returns something. The first is at most
  // first_pause old and never older than our own last write. DeadlineExceeded after options.deadline, Cancelled on
  // `stop`; an error of SHOW that passes by itself ends the wait only when it lasts.
  template <typename T>
  absl::StatusOr<T> WaitUntil(const PollKey& key,
                              const std::function<std::optional<absl::StatusOr<T>>(const Listing&)>& check,
                              const WaitOptions& options, std::stop_token stop) {
    std::optional<absl::StatusOr<T>> outcome;
    const auto is_done = [&](const Listing& listing) {
      outcome = check(listing);
      return outcome.has_value();
    };
    if (absl::Status status = Wait(key, is_done, options, std::move(stop)); !status.ok()) return status;
    return *std::move(outcome);
  }

 private:
  using Polled = absl::StatusOr<std::shared_ptr<const Listing>>;

  // What those who wait for one key share.
  struct Loop {
    Mutex mu;
    CondVar changed;
    bool led ABSL_GUARDED_BY(mu) = false;          // somebody sleeps and then polls for all
    uint64_t started ABSL_GUARDED_BY(mu) = 0;      // polls begun so far
    uint64_t latest_poll ABSL_GUARDED_BY(mu) = 0;  // the number of the poll that gave `latest`
    absl::Time next ABSL_GUARDED_BY(mu);
    absl::Duration pause ABSL_GUARDED_BY(mu);
    Polled latest ABSL_GUARDED_BY(mu) = absl::UnavailableError("nothing polled yet");
  };

  absl::Status Wait(const PollKey& key, const std::function<bool(const Listing&)>& is_done, const WaitOptions& options,
                    std::stop_token stop);
  std::shared_ptr<Loop> Join(const PollKey& key, uint64_t& seen);
  Polled Next(const PollKey& key, Loop& loop, uint64_t& seen, absl::Time deadline, std::stop_token stop);
  std::optional<Polled> Follow(Loop& loop, uint64_t& seen, absl::Time deadline, std::stop_token stop);
  Polled Lead(const PollKey& key, Loop& loop, uint64_t& seen, absl::Time deadline, std::stop_token stop);
  absl::Duration Jittered(absl::Duration pause) const;

  Inventory& inventory_;
  Clock& clock_;
  const PollerOptions options_;
  Mutex mu_;
  std::map<PollKey, std::shared_ptr<Loop>> loops_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::snowflake
