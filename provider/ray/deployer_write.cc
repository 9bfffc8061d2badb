// SPDX-License-Identifier: MPL-2.0
// Read, merge, write, read again, under the lease; and what follows a write.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/ray/deployer.h"
#include "provider/ray/follow.h"
#include "provider/ray/serve_config.h"

namespace spcs::ray {
namespace {

using nlohmann::json;

// Reads, merges and writes in all.
constexpr int kRounds = 5;

// The answer shows a write at once, or never: a controller that is ending takes none, and says 200.
constexpr int kLooks = 5;
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(400);

bool IsThere(const json& mine, const std::string& name, const json& answer) {
  const json& shown = ShownApplication(answer, name);
  if (mine.is_null()) return shown.is_null();
  return shown.is_object() && shown.contains("deployed_app_config") &&
         SameApplication(mine, shown.at("deployed_app_config"));
}

// Ours in the body; null when it is not there.
json Ours(const json& body, const std::string& name) {
  for (const json& application : body.at("applications")) {
    if (JsonString(application, "name") == name) return application;
  }
  return nullptr;
}

}  // namespace

absl::Status Deployer::Write(const std::string& name, const json& mine, std::stop_token stop) {
  for (int round = 0; round < kRounds; ++round) {
    ASSIGN_OR_RETURN(const bool written, WriteOnce(name, mine, stop));
    if (written) return absl::OkStatus();
    RETURN_IF_ERROR(Pause(absl::Seconds(1), "Serve did not take the configuration", stop));
  }
  return absl::AbortedError(absl::StrCat("Serve did not take the configuration in ", kRounds,
                                         " rounds: somebody else writes it, or it is being restarted"));
}

absl::StatusOr<bool> Deployer::WriteOnce(const std::string& name, const json& mine, std::stop_token stop) {
  Lease lease(client_, clock_, say_, options_.lease_options);
  if (options_.lease) RETURN_IF_ERROR(lease.Acquire(deadline_, stop));
  absl::StatusOr<bool> written = WriteAndVerify(name, mine, lease, stop);
  // A lease that was about to end: with a new one.
  if (absl::IsAborted(written.status())) return false;
  return written;
}

absl::StatusOr<bool> Deployer::WriteAndVerify(const std::string& name, const json& mine, Lease& lease,
                                              std::stop_token stop) {
  ASSIGN_OR_RETURN(const json answer, client_.Answer(stop));
  RETURN_IF_ERROR(CheckNothingRedacted(answer, "Serve's configuration"));
  json application = nullptr;
  if (!mine.is_null()) {
    RETURN_IF_ERROR(CheckAmongOthers(mine, answer));
    if (options_.is_new && !has_written_) RETURN_IF_ERROR(CheckNotTaken(mine, answer));
    application = PrepareApplication(mine, answer);
  }
  const json body = MergedConfig(answer, name, application);
  if (options_.pause_before_put > absl::ZeroDuration()) {
    say_("pausing between the read and the write");
    if (!clock_.Sleep(options_.pause_before_put, stop)) {
      return absl::CancelledError("stopped before anything was written");
    }
  }
  if (options_.lease) RETURN_IF_ERROR(lease.CheckHeld(stop));
  say_(absl::StrCat(mine.is_null() ? "taking away " : "writing ", name,
                    "; other applications: ", body.at("applications").size() - (mine.is_null() ? 0 : 1)));
  has_written_ = has_written_ || !mine.is_null();
  const absl::Status put = client_.Put(body, stop);
  if (absl::IsInvalidArgument(put) || absl::IsUnauthenticated(put) || absl::IsCancelled(put) ||
      absl::IsFailedPrecondition(put) || absl::IsNotFound(put)) {
    return put;
  }
  // Otherwise it may have been taken.
  if (!put.ok()) say_(absl::StrCat("the write was not confirmed: ", std::string(put.message())));
  return Verify(name, body, stop);
}

absl::StatusOr<bool> Deployer::Verify(const std::string& name, const json& body, std::stop_token stop) {
  const json mine = Ours(body, name);
  std::vector<std::string> changed;
  for (int look = 0; look < kLooks; ++look) {
    if (look > 0 && !clock_.Sleep(kBetweenLooks, stop)) return absl::CancelledError("stopped after the write");
    ASSIGN_OR_RETURN(const json answer, client_.Answer(stop));
    changed = ChangedOthers(body, answer, name);
    if (!IsThere(mine, name, answer)) continue;
    if (changed.empty()) return true;
    if (look + 1 < kLooks) continue;
    // Writing again would undo what somebody else did after us.
    say_(absl::StrCat("note: somebody else changed at the same time: ", absl::StrJoin(changed, ", ")));
    return true;
  }
  say_("the configuration that was written is not there: reading and writing again");
  return false;
}

absl::StatusOr<json> Deployer::Follow(const std::string& name, const std::string& session, std::stop_token stop) {
  absl::Duration pause = absl::Milliseconds(500);
  while (true) {
    const absl::StatusOr<json> answer = client_.Answer(stop);
    std::string standing = answer.ok() ? "" : std::string(answer.status().message());
    if (!answer.ok() && !absl::IsUnavailable(answer.status()) && !absl::IsDeadlineExceeded(answer.status())) {
      return answer.status();
    }
    if (answer.ok()) {
      const json& shown = ShownApplication(*answer, name);
      if (shown.is_null()) return json(nullptr);
      const std::string status = JsonString(shown, "status");
      standing = Standing(shown);
      if (status == "DEPLOY_FAILED") return absl::AbortedError(absl::StrCat(name, " is ", FailureText(shown)));
      if (status == "RUNNING") {
        const absl::StatusOr<Version> now = client_.GetVersion(stop);
        if (now.ok() && now->session != session) return json(nullptr);
        return shown;
      }
    }
    Progress(absl::StrCat(name, " is ", standing));
    RETURN_IF_ERROR(Pause(pause, absl::StrCat("the application ", name, " is still ", standing), stop));
    pause = std::min(pause * 1.3, absl::Seconds(5));
  }
}

absl::Status Deployer::AwaitGone(const std::string& name, std::stop_token stop) {
  while (true) {
    ASSIGN_OR_RETURN(const json answer, client_.Answer(stop));
    const bool gone = !answer.contains("applications") || !answer.at("applications").contains(name);
    if (gone) return absl::OkStatus();
    const std::string standing = absl::StrCat(name, " is ", Standing(answer.at("applications").at(name)));
    Progress(standing);
    RETURN_IF_ERROR(Pause(absl::Seconds(1), standing, stop));
  }
}

}  // namespace spcs::ray
