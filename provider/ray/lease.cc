// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/lease.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::ray {
namespace {

constexpr char kPrefix[] = "spcs-serve-lease-";

// The jobs of earlier leases that are kept. One who has read the list long ago must not get a number a second time, and
// looks again after it has got one.
constexpr int64_t kKept = 20;

constexpr absl::Duration kPause = absl::Milliseconds(700);
constexpr absl::Duration kSayEvery = absl::Seconds(15);

int64_t NumberOf(const Job& job) {
  int64_t number = 0;
  const bool ours = absl::SimpleAtoi(job.id.substr(sizeof kPrefix - 1), &number);
  return ours ? number : 0;
}

std::string IdOf(int64_t number) {
  return absl::StrCat(kPrefix, number);
}

std::string HeldBy(const std::string& id) {
  return absl::StrCat("another deployment writes Serve's configuration (job ", id, ")");
}

// The job with the highest number, or one without an id.
Job Newest(const std::vector<Job>& jobs) {
  Job newest;
  int64_t highest = 0;
  for (const Job& job : jobs) {
    if (NumberOf(job) <= highest) continue;
    highest = NumberOf(job);
    newest = job;
  }
  return newest;
}

}  // namespace

absl::Status Lease::Acquire(absl::Time deadline, std::stop_token stop) {
  absl::Time said = absl::InfinitePast();
  while (true) {
    ASSIGN_OR_RETURN(const bool acquired, Try(stop));
    if (acquired) return absl::OkStatus();
    const absl::Time now = clock_.Now();
    if (now >= deadline) return absl::DeadlineExceededError(reason_);
    if (now - said >= kSayEvery) {
      say_(absl::StrCat("waiting: ", reason_));
      said = now;
    }
    if (!clock_.Sleep(kPause, stop)) return absl::CancelledError("stopped while waiting for another deployment");
  }
}

absl::StatusOr<bool> Lease::Try(std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::vector<Job> jobs, client_.Jobs(kPrefix, stop));
  const Job newest = Newest(jobs);
  if (!newest.id.empty() && !newest.ended()) {
    reason_ = HeldBy(newest.id);
    return false;
  }
  const int64_t number = newest.id.empty() ? 1 : NumberOf(newest) + 1;
  since_ = clock_.Now();
  const std::string owner = NewUuid();
  const std::string sleep = absl::StrCat("sleep ", absl::ToInt64Seconds(options_.length));
  const absl::Status submitted = client_.Submit(IdOf(number), sleep, owner, stop);
  if (absl::IsAlreadyExists(submitted)) {
    reason_ = HeldBy(IdOf(number));
    return false;
  }
  if (submitted.ok()) {
    id_ = IdOf(number);
  } else if (absl::IsCancelled(submitted) || absl::IsUnauthenticated(submitted) || absl::IsInvalidArgument(submitted)) {
    return submitted;
  }
  // Whether it was taken after all, and whether it is the newest: our list may have been old.
  ASSIGN_OR_RETURN(const std::vector<Job> after, client_.Jobs(kPrefix, stop));
  const Job now = Newest(after);
  const bool held = now.id == IdOf(number) && now.owner == owner && !now.ended();
  if (held) {
    id_ = now.id;
    RemoveOld(after, number, stop);
    return true;
  }
  Release();
  reason_ = submitted.ok() ? HeldBy(now.id) : std::string(submitted.message());
  const bool again = submitted.ok() || absl::IsUnavailable(submitted) || absl::IsDeadlineExceeded(submitted);
  if (again) return false;
  return submitted;
}

absl::Status Lease::CheckHeld(std::stop_token stop) {
  if (id_.empty() || clock_.Now() - since_ > options_.length - options_.margin) {
    return absl::AbortedError("the lease on Serve's configuration is about to end");
  }
  ASSIGN_OR_RETURN(const std::vector<Job> jobs, client_.Jobs(kPrefix, std::move(stop)));
  const Job newest = Newest(jobs);
  if (newest.id == id_ && !newest.ended()) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("the lease on Serve's configuration was lost: its job ", id_, " has ended"));
}

void Lease::Release() {
  if (id_.empty()) return;
  // Not the caller's stop: a lease that is not given back delays everybody else.
  const absl::Status stopped = client_.StopJob(id_, {});
  if (!stopped.ok()) {
    say_(absl::StrCat("the lease on Serve's configuration was not given back and ends by itself: ",
                      std::string(stopped.message())));
  }
  id_.clear();
}

void Lease::RemoveOld(const std::vector<Job>& jobs, int64_t newest, std::stop_token stop) {
  for (const Job& job : jobs) {
    if (NumberOf(job) > newest - kKept || !job.ended()) continue;
    // It may be tried again by the next.
    client_.DeleteJob(job.id, stop).IgnoreError();
  }
}

}  // namespace spcs::ray
