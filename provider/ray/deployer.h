// SPDX-License-Identifier: MPL-2.0
// Puts one application on a Ray cluster, takes it away, or looks at it; the other applications stay as they are. Used
// by spcs-ray-deploy.
//
//   Deployer deployer(client, clock, say, options);
//   ASSIGN_OR_RETURN(Deployed deployed, deployer.Deploy(application, stop));
//
// What Ray takes without a word and then breaks on is refused before anything is written; lack of resources, which Ray
// never calls an error, too. Everything is waited for until the options' deadline.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "provider/base/clock.h"
#include "provider/ray/follow.h"
#include "provider/ray/lease.h"
#include "provider/ray/serve_client.h"

namespace spcs::ray {

struct DeployerOptions {
  absl::Duration timeout = absl::Minutes(55);

  // A cluster that lacks resources gets no more of them when no node has joined or left for this long.
  absl::Duration settle = absl::Seconds(30);

  // Waited between the read and the write, for tests.
  absl::Duration pause_before_put = absl::ZeroDuration();

  // An application of that name with another configuration is somebody else's: Deploy() refuses it.
  bool is_new = false;

  // False for tests: to show what it is good for.
  bool lease = true;
  LeaseOptions lease_options{};
};

struct Deployed {
  std::string status;   // RUNNING, DELETED, NOT_FOUND; of Inspect(): Serve's
  std::string session;  // of Ray's head
  std::vector<DeployedPart> deployments{};
  nlohmann::json application{};  // as Serve shows it, without the deployer's additions; null: none
  std::string standing{};        // of Inspect(): where it stands, in words
};

// One call at a time. Keeps references.
class Deployer {
 public:
  Deployer(ServeClient& client, Clock& clock, Say say, DeployerOptions options)
      : client_(client), clock_(clock), say_(std::move(say)), options_(options) {}

  // Puts the application there and follows it until it is RUNNING. Fails with
  //   InvalidArgument      the application is wrong, or Ray says so
  //   FailedPrecondition   it clashes with another one, or Ray is too old
  //   ResourceExhausted    the cluster can never place it; with the numbers wanted and had
  //   Aborted              it is DEPLOY_FAILED; with Serve's reason
  //   DeadlineExceeded     the timeout has passed; with where it stands. Serve goes on.
  //   Cancelled            `stop`; what was written stays
  absl::StatusOr<Deployed> Deploy(const nlohmann::json& application, std::stop_token stop);

  // Whether the last Deploy() has sent its configuration: the application may be there although it failed.
  bool has_written() const { return has_written_; }

  // Takes the application away and waits until it is gone. One that is not there is success.
  absl::StatusOr<Deployed> Delete(const std::string& name, std::stop_token stop);

  // Looks, and changes nothing.
  absl::StatusOr<Deployed> Inspect(const std::string& name, std::stop_token stop);

 private:
  // Waits for a dashboard that answers, of a version that has what is used here.
  absl::StatusOr<Version> AwaitDashboard(std::stop_token stop);

  // Waits for nodes that can hold the application.
  absl::Status AwaitResources(const nlohmann::json& application, std::stop_token stop);

  // One round under the lease: reads, merges, writes, reads again. `mine` null: without the application. True when it
  // is there (or gone) as wanted; false when it has to be done again.
  absl::StatusOr<bool> WriteOnce(const std::string& name, const nlohmann::json& mine, std::stop_token stop);
  absl::StatusOr<bool> WriteAndVerify(const std::string& name, const nlohmann::json& mine, Lease& lease,
                                      std::stop_token stop);
  absl::Status Write(const std::string& name, const nlohmann::json& mine, std::stop_token stop);
  absl::StatusOr<bool> Verify(const std::string& name, const nlohmann::json& body, std::stop_token stop);

  // Follows it until it is RUNNING: its object in Serve's answer; null when Serve has lost it.
  absl::StatusOr<nlohmann::json> Follow(const std::string& name, const std::string& session, std::stop_token stop);
  absl::Status AwaitGone(const std::string& name, std::stop_token stop);

  // Pauses; fails when the time is up (with `standing`) or on a stop.
  absl::Status Pause(absl::Duration pause, const std::string& standing, std::stop_token stop);
  // At most one line in some seconds, unless the text is new.
  void Progress(const std::string& text);

  ServeClient& client_;
  Clock& clock_;
  const Say say_;
  const DeployerOptions options_;
  absl::Time deadline_{};
  bool has_written_ = false;
  std::string last_said_{};
  absl::Time said_at_{};
};

}  // namespace spcs::ray
