// SPDX-License-Identifier: MPL-2.0
// The three verbs, and what they wait for before they write. The writing is in deployer_write.cc.
#include "provider/ray/deployer.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/ray/feasibility.h"
#include "provider/ray/follow.h"
#include "provider/ray/serve_config.h"

namespace spcs::ray {
namespace {

using nlohmann::json;

constexpr absl::Duration kSayEvery = absl::Seconds(15);

// A head that starts may answer 404 for a moment.
constexpr absl::Duration kPatienceWithOthers = absl::Seconds(30);

// An application that Serve has lost (the head or Serve was restarted) is written again so often.
constexpr int kLosses = 3;

// 2.8 is the first that takes Serve's configuration at the dashboard's port.
bool IsOldRay(const std::string& version) {
  const std::vector<std::string> parts = absl::StrSplit(version, '.');
  int major = 0, minor = 0;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &major) || !absl::SimpleAtoi(parts[1], &minor)) return false;
  return major < 2 || (major == 2 && minor < 8);
}

bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsNotFound(status);
}

Deployed Describe(const std::string& status, const std::string& session, const json& shown) {
  Deployed deployed{.status = status, .session = session, .deployments = Parts(shown)};
  if (shown.is_object() && shown.contains("deployed_app_config") && shown.at("deployed_app_config").is_object()) {
    deployed.application = WithoutAdditions(shown.at("deployed_app_config"));
  }
  return deployed;
}

}  // namespace

void Deployer::Progress(const std::string& text) {
  const absl::Time now = clock_.Now();
  if (text == last_said_ && now - said_at_ < kSayEvery) return;
  say_(text);
  last_said_ = text;
  said_at_ = now;
}

absl::Status Deployer::Pause(absl::Duration pause, const std::string& standing, std::stop_token stop) {
  if (clock_.Now() >= deadline_) {
    return absl::DeadlineExceededError(absl::StrCat("after ", absl::FormatDuration(options_.timeout), ": ", standing));
  }
  if (!clock_.Sleep(pause, std::move(stop))) return absl::CancelledError(absl::StrCat("stopped; ", standing));
  return absl::OkStatus();
}

absl::StatusOr<Version> Deployer::AwaitDashboard(std::stop_token stop) {
  const absl::Time began = clock_.Now();
  while (true) {
    const absl::StatusOr<Version> version = client_.GetVersion(stop);
    if (version.ok() && IsOldRay(version->ray)) {
      return WithFact(absl::FailedPreconditionError(absl::StrCat("the cluster runs Ray ", version->ray)), kAdvice,
                      "Ray takes Serve's configuration at the dashboard's port from version 2.8 on: use newer images.");
    }
    if (version.ok()) return version;
    const bool other = absl::IsNotFound(version.status()) && clock_.Now() - began > kPatienceWithOthers;
    if (!MayPass(version.status()) || other) return version.status();
    const std::string why = absl::StrCat("Ray's dashboard does not answer: ", std::string(version.status().message()));
    Progress(absl::StrCat("waiting: ", why));
    RETURN_IF_ERROR(Pause(absl::Seconds(2), why, stop));
  }
}

absl::Status Deployer::AwaitResources(const json& application, std::stop_token stop) {
  std::string nodes_before;
  absl::Time changed = clock_.Now();
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Node> nodes, client_.Nodes(stop));
    ASSIGN_OR_RETURN(const json answer, client_.Answer(stop));
    const absl::Status feasible = CheckFeasible(application, answer, nodes);
    const std::string description = DescribeNodes(nodes);
    if (feasible.ok()) {
      say_(absl::StrCat("the cluster has ", description));
      return absl::OkStatus();
    }
    const absl::Time now = clock_.Now();
    if (description != nodes_before) {
      nodes_before = description;
      changed = now;
    }
    // A head alone is a cluster whose workers have yet to come.
    const bool only_head = std::none_of(nodes.begin(), nodes.end(),
                                        [](const Node& node) { return node.state == "ALIVE" && !node.is_head; });
    if (!only_head && now - changed >= options_.settle) return feasible;
    Progress(absl::StrCat("waiting for workers: ", std::string(feasible.message())));
    RETURN_IF_ERROR(Pause(absl::Seconds(2), std::string(feasible.message()), stop));
  }
}

absl::StatusOr<Deployed> Deployer::Deploy(const json& application, std::stop_token stop) {
  deadline_ = clock_.Now() + options_.timeout;
  has_written_ = false;
  RETURN_IF_ERROR(CheckApplication(application));
  const std::string name = JsonString(application, "name");
  for (int losses = 0; losses < kLosses; ++losses) {
    ASSIGN_OR_RETURN(const Version version, AwaitDashboard(stop));
    if (losses == 0) say_(absl::StrCat("Ray ", version.ray, ", ", version.session));
    RETURN_IF_ERROR(AwaitResources(application, stop));
    RETURN_IF_ERROR(Write(name, application, stop));
    ASSIGN_OR_RETURN(const json shown, Follow(name, version.session, stop));
    if (!shown.is_null()) {
      for (const std::string& part : LeftAtFive(shown)) {
        say_(absl::StrCat("note: deployment ", part, " is not in the configuration: Ray gives it 5 requests at once"));
      }
      return Describe("RUNNING", version.session, shown);
    }
    say_(absl::StrCat("Serve has lost the application ", name,
                      " (its head was restarted, or somebody else wrote): again"));
  }
  return absl::AbortedError(absl::StrCat("Serve has lost the application ", name, " ", kLosses, " times"));
}

absl::StatusOr<Deployed> Deployer::Delete(const std::string& name, std::stop_token stop) {
  deadline_ = clock_.Now() + options_.timeout;
  ASSIGN_OR_RETURN(const Version version, AwaitDashboard(stop));
  ASSIGN_OR_RETURN(const json answer, client_.Answer(stop));
  const json& shown = ShownApplication(answer, name);
  if (IsImperative(shown)) {
    return WithFact(absl::FailedPreconditionError(absl::StrCat("the application ", name, " was deployed by a program")),
                    kAdvice, "Delete it with serve.delete.");
  }
  if (!shown.is_null()) RETURN_IF_ERROR(Write(name, nullptr, stop));
  RETURN_IF_ERROR(AwaitGone(name, stop));
  return Deployed{.status = "DELETED", .session = version.session};
}

absl::StatusOr<Deployed> Deployer::Inspect(const std::string& name, std::stop_token stop) {
  deadline_ = clock_.Now() + options_.timeout;
  ASSIGN_OR_RETURN(const Version version, AwaitDashboard(stop));
  ASSIGN_OR_RETURN(const json answer, client_.Answer(stop));
  const json& shown = ShownApplication(answer, name);
  if (shown.is_null()) return Describe("NOT_FOUND", version.session, shown);
  Deployed deployed = Describe(JsonString(shown, "status"), version.session, shown);
  deployed.standing = deployed.status == "DEPLOY_FAILED" ? FailureText(shown) : Standing(shown);
  if (IsImperative(shown)) absl::StrAppend(&deployed.standing, "; a program deployed it (serve.run)");
  return deployed;
}

}  // namespace spcs::ray
