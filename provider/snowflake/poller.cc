// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/poller.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/base/patience.h"
#include "provider/base/status.h"

namespace spcs::snowflake {
namespace {

// The leader looks this often whether somebody who has just come wants to know sooner.
constexpr absl::Duration kNap = absl::Seconds(1);

double RandomFraction() {
  thread_local std::mt19937_64 engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace

absl::Duration Poller::Jittered(absl::Duration pause) const {
  return pause * (0.9 + 0.2 * (options_.jitter ? options_.jitter() : RandomFraction()));
}

// A newcomer makes the loop quick again: what it waits for has only begun. Polls that began before it came may be older
// than its last write: `seen` is set so that it takes none of them.
std::shared_ptr<Poller::Loop> Poller::Join(const PollKey& key, uint64_t& seen) {
  std::shared_ptr<Loop> loop;
  {
    MutexLock lock(mu_);
    std::shared_ptr<Loop>& slot = loops_[key];
    if (slot == nullptr) slot = std::make_shared<Loop>();
    loop = slot;
  }
  MutexLock lock(loop->mu);
  const absl::Time soon = clock_.Now() + Jittered(options_.first_pause);
  loop->next = loop->led ? std::min(loop->next, soon) : soon;
  loop->pause = options_.first_pause;
  seen = loop->started;
  return loop;
}

absl::Status Poller::Wait(const PollKey& key, const std::function<bool(const Listing&)>& is_done,
                          const WaitOptions& options, std::stop_token stop) {
  const absl::Time start = clock_.Now();
  absl::Time last_progress = start;
  uint64_t seen = 0;
  const std::shared_ptr<Loop> loop = Join(key, seen);
  Polled listing = inventory_.List(key.kind, key.scope, stop, options_.first_pause);
  for (Patience patience;;) {
    if (listing.ok() && is_done(**listing)) return absl::OkStatus();
    if (!patience.Bears(listing.status(), clock_.Now())) return listing.status();
    if (stop.stop_requested()) return absl::CancelledError("stopped while waiting");
    const absl::Time now = clock_.Now();
    if (now >= options.deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("not done within ", absl::FormatDuration(absl::Trunc(now - start, absl::Seconds(1)))));
    }
    if (options.progress && listing.ok() && now - last_progress >= options.progress_every) {
      options.progress(**listing, now - start);
      last_progress = now;
    }
    listing = Next(key, *loop, seen, options.deadline, stop);
  }
}

// The next listing of the loop, whoever fetches it.
Poller::Polled Poller::Next(const PollKey& key, Loop& loop, uint64_t& seen, absl::Time deadline, std::stop_token stop) {
  if (std::optional<Polled> polled = Follow(loop, seen, deadline, stop)) return *std::move(polled);
  return Lead(key, loop, seen, deadline, std::move(stop));
}

// Waits while another leads. nullopt when nobody does: then the lead has been taken.
std::optional<Poller::Polled> Poller::Follow(Loop& loop, uint64_t& seen, absl::Time deadline, std::stop_token stop) {
  MutexLock lock(loop.mu);
  while (true) {
    if (loop.latest_poll > seen) {
      seen = loop.latest_poll;
      return loop.latest;
    }
    if (!loop.led) {
      loop.led = true;
      return std::nullopt;
    }
    if (stop.stop_requested()) return absl::CancelledError("stopped while waiting");
    if (clock_.Now() >= deadline) return absl::DeadlineExceededError("the time to wait is over");
    loop.changed.WaitFor(lock, absl::ToChronoNanoseconds(kNap), stop);
  }
}

Poller::Polled Poller::Lead(const PollKey& key, Loop& loop, uint64_t& seen, absl::Time deadline, std::stop_token stop) {
  bool slept = true;
  while (slept) {
    absl::Time until;
    {
      MutexLock lock(loop.mu);
      until = std::min(loop.next, deadline);
      if (until <= clock_.Now()) {
        seen = ++loop.started;
        break;
      }
    }
    slept = clock_.Sleep(std::min(until - clock_.Now(), kNap), stop);
  }
  Polled polled = absl::CancelledError("stopped while waiting");
  if (slept) polled = inventory_.Refresh(key.kind, key.scope, stop);
  MutexLock lock(loop.mu);
  loop.led = false;
  if (!absl::IsCancelled(polled.status())) {  // a stop of the leader is the leader's alone
    loop.latest_poll = seen;
    loop.latest = polled;
    loop.pause = std::min(loop.pause * options_.growth, options_.longest_pause);
    loop.next = clock_.Now() + Jittered(loop.pause);
  }
  loop.changed.NotifyAll();
  return polled;
}

}  // namespace spcs::snowflake
