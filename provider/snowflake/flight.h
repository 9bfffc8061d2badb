// SPDX-License-Identifier: MPL-2.0
// Single flight: of several threads that want the same thing at once, one loads it and all get it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "absl/status/statusor.h"
#include "provider/base/mutex.h"

namespace spcs::snowflake {

// One load under way. Thread-safe; shared by the thread that loads and those that wait.
template <typename T>
class Flight {
 public:
  using Outcome = absl::StatusOr<std::shared_ptr<const T>>;

  // Called once, by the thread that loads.
  void Land(Outcome outcome) {
    MutexLock lock(mu_);
    outcome_ = std::move(outcome);
    landed_.NotifyAll();
  }

  // Waits for the outcome; Cancelled when this waiter's own `stop` comes first. nullopt when the loading thread was
  // stopped: that says nothing about the thing, so the waiter should try by itself.
  std::optional<Outcome> Wait(std::stop_token stop) {
    MutexLock lock(mu_);
    while (!outcome_) {
      if (landed_.WaitFor(lock, std::chrono::hours(1), stop) && !outcome_) {
        return absl::CancelledError("stopped while waiting for another request");
      }
    }
    if (absl::IsCancelled(outcome_->status())) return std::nullopt;
    return *outcome_;
  }

 private:
  Mutex mu_;
  CondVar landed_;
  std::optional<Outcome> outcome_ ABSL_GUARDED_BY(mu_);
};

// A value that is loaded once and kept. Failures are given to those who wait and not kept.
template <typename T>
class CachedFlight {
 public:
  using Outcome = typename Flight<T>::Outcome;

  Outcome Get(const std::function<absl::StatusOr<T>(std::stop_token)>& load, std::stop_token stop) {
    while (true) {
      std::shared_ptr<Flight<T>> flight;
      bool leads = false;
      {
        MutexLock lock(mu_);
        if (value_ != nullptr) return value_;
        leads = flight_ == nullptr;
        if (leads) flight_ = std::make_shared<Flight<T>>();
        flight = flight_;
      }
      if (leads) return Load(*flight, load, stop);
      if (std::optional<Outcome> outcome = flight->Wait(stop)) return *std::move(outcome);
    }
  }

 private:
  Outcome Load(Flight<T>& flight, const std::function<absl::StatusOr<T>(std::stop_token)>& load, std::stop_token stop) {
    absl::StatusOr<T> loaded = load(stop);
    Outcome outcome = loaded.ok() ? Outcome(std::make_shared<const T>(*std::move(loaded))) : loaded.status();
    {
      MutexLock lock(mu_);
      if (outcome.ok()) value_ = *outcome;
      flight_ = nullptr;
    }
    flight.Land(outcome);
    return outcome;
  }

  Mutex mu_;
  std::shared_ptr<const T> value_ ABSL_GUARDED_BY(mu_);
  std::shared_ptr<Flight<T>> flight_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::snowflake
