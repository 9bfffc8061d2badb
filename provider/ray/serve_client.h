// SPDX-License-Identifier: MPL-2.0
// Writes to a Ray cluster by its dashboard's HTTP interface: Serve's configuration, and jobs. Reads of the same come
// raw, to be written back. Used by the deployer; the reads that only inform are the Dashboard's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "nlohmann/json_fwd.hpp"
#include "provider/base/clock.h"
#include "provider/http/transport.h"
#include "provider/ray/dashboard.h"

namespace spcs::ray {

struct Job {
  std::string id;      // the submission id
  std::string status;  // PENDING, RUNNING, STOPPED, SUCCEEDED or FAILED
  std::string owner;   // its metadata "owner"

  bool ended() const { return status == "STOPPED" || status == "SUCCEEDED" || status == "FAILED"; }
};

// Thread-safe. Keeps references to the transport and the clock.
class ServeClient {
 public:
  ServeClient(http::Transport& transport, Clock& clock, const DashboardOptions& options);

  // Errors as Dashboard has them. Reads are repeated for some seconds while the fault is one that passes.
  absl::StatusOr<Version> GetVersion(std::stop_token stop) { return dashboard_.GetVersion(std::move(stop)); }
  absl::StatusOr<std::vector<Node>> Nodes(std::stop_token stop) { return dashboard_.Nodes(std::move(stop)); }

  // The whole answer of GET /api/serve/applications/.
  absl::StatusOr<nlohmann::json> Answer(std::stop_token stop);

  // Replaces Serve's configuration. Never repeated: after any error but InvalidArgument (Ray's validation) it may have
  // been taken.
  absl::Status Put(const nlohmann::json& body, std::stop_token stop);

  // Starts a job under an id that must be free. AlreadyExists when it is not; after other errors it may run.
  absl::Status Submit(const std::string& id, const std::string& entrypoint, const std::string& owner,
                      std::stop_token stop);
  // Jobs whose id begins with the prefix.
  absl::StatusOr<std::vector<Job>> Jobs(const std::string& prefix, std::stop_token stop);
  absl::Status StopJob(const std::string& id, std::stop_token stop);
  // Only one that has ended.
  absl::Status DeleteJob(const std::string& id, std::stop_token stop);

 private:
  // GET is repeated, others only while they certainly did not arrive.
  class Repeating : public http::Transport {
   public:
    Repeating(http::Transport& transport, Clock& clock) : transport_(transport), clock_(clock) {}
    absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override;

   private:
    http::Transport& transport_;
    Clock& clock_;
  };

  Repeating transport_;
  Dashboard dashboard_;
};

}  // namespace spcs::ray
