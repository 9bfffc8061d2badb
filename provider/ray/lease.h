// SPDX-License-Identifier: MPL-2.0
// One writer of Serve's configuration at a time, in the whole cluster: Serve takes the set of all applications at once
// and has no If-Match, so of two that read, merge and write together one is lost, and both are told 200.
//
// The lease is a job of Ray that sleeps. Ray gives out a submission id once only, so whoever starts the job with the
// next number holds the lease, until the job ends: by Release(), or by itself when its holder is gone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/base/clock.h"
#include "provider/ray/serve_client.h"

namespace spcs::ray {

// Where progress goes, a line each, without a line break.
using Say = std::function<void(const std::string&)>;

struct LeaseOptions {
  // How long the job sleeps: others wait that long for a holder that is gone.
  absl::Duration length = absl::Minutes(3);
  // How much of that must be left for a write to begin.
  absl::Duration margin = absl::Seconds(100);
};

// Used by one thread. Keeps references.
class Lease {
 public:
  Lease(ServeClient& client, Clock& clock, Say say, LeaseOptions options)
      : client_(client), clock_(clock), say_(std::move(say)), options_(options) {}

  // Gives the lease back.
  ~Lease() { Release(); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  // Waits until the lease is ours. DeadlineExceeded with the holder, or what the client fails with.
  absl::Status Acquire(absl::Time deadline, std::stop_token stop);

  // Fails when the lease is about to end or has ended: then nothing may be written. Aborted.
  absl::Status CheckHeld(std::stop_token stop);

  // Ends the job; also when the caller is to stop. A failure is told: the lease ends by itself.
  void Release();

 private:
  // One try: false, and why in `reason_`, when it has to be tried again.
  absl::StatusOr<bool> Try(std::stop_token stop);
  void RemoveOld(const std::vector<Job>& jobs, int64_t newest, std::stop_token stop);

  ServeClient& client_;
  Clock& clock_;
  const Say say_;
  const LeaseOptions options_;
  std::string id_{};  // of the job that we hold; "": none
  absl::Time since_{};
  std::string reason_{};
};

}  // namespace spcs::ray
