// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/service_wait.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "provider/base/patience.h"
#include "provider/base/status.h"
#include "provider/resources/service_health.h"
#include "provider/resources/workload.h"

namespace spcs::resources {
namespace {

using snowflake::Listing;
using snowflake::ObjectName;
using snowflake::Statement;

constexpr int kLogLines = 30;

// One wait: asks more of the account only when the listing leaves a question open.
class Wait {
 public:
  Wait(tf::Context& context, Session& session, const ObjectName& name, const WaitOptions& options)
      : context_(context), session_(session), name_(name), options_(options) {}

  // One look. nullopt: not yet.
  std::optional<absl::StatusOr<ReadyService>> Look(const Listing& listing) {
    absl::StatusOr<std::optional<ReadyService>> ready = Examine(listing);
    if (!patience_.Bears(ready.status(), context_.clock.Now())) return std::move(ready).status();
    if (!ready.ok() || !*ready) return std::nullopt;
    return **std::move(ready);
  }

  // What the last look has found; with `fresh`, the pool's own message too, asked for now.
  std::string Standing(bool fresh) {
    if (!shortage_) return summary_;
    if (fresh) pool_message_ = PoolMessage();
    return absl::StrCat("no capacity in compute pool ", shortage_->pool, ": ", shortage_->wanted, " instances wanted, ",
                        shortage_->had, " placed; ", summary_,
                        pool_message_.empty() ? "" : "; the pool says: ", pool_message_);
  }

  // Called at each poll; speaks once a minute.
  void Report(absl::Duration waited) {
    const int64_t minutes = absl::ToInt64Minutes(waited);
    if (minutes <= reported_) return;
    reported_ = minutes;
    context_.logger.Info(shortage_ ? "waiting for capacity" : "waiting for a service",
                         {{"service", name_.Sql()},
                          {"state", Standing(/*fresh=*/true)},
                          {"waited", absl::FormatDuration(absl::Trunc(waited, absl::Seconds(1)))}});
  }

 private:
  absl::StatusOr<std::optional<ReadyService>> Examine(const Listing& listing) {
    ASSIGN_OR_RETURN(const std::optional<ObjectRow> found, RowOf(listing));
    if (!found) {
      return absl::NotFoundError(absl::StrCat("service ", name_.Sql(), " is gone or cannot be seen any more"));
    }
    const ObjectRow& row = *found;
    // The instances first: then no container of an instance that has just been replaced is taken for the new one's.
    ASSIGN_OR_RETURN(const auto instances,
                     session_.Query(Statement("SHOW SERVICE INSTANCES IN SERVICE").Name(name_), context_.stop));
    ASSIGN_OR_RETURN(const auto containers, ListContainers(session_, name_, context_.stop));
    const ServiceHealth health = JudgeService(row, AllRows(instances), containers);
    summary_ = health.summary;
    NoteShortage(row, health);
    switch (health.health) {
      case Health::kBroken: return Broken(health);
      case Health::kNoCapacity:
        if (options_.fail_fast_on_capacity) return NoCapacity();
        return std::optional<ReadyService>();
      case Health::kWaiting: return std::optional<ReadyService>();
      case Health::kReady: return ReadyWithUrls(row);
    }
    return std::optional<ReadyService>();
  }

  // The service's row. A listing that is cut off says nothing of what it lacks.
  absl::StatusOr<std::optional<ObjectRow>> RowOf(const Listing& listing) {
    if (const auto row = listing.Find(name_)) return std::optional<ObjectRow>(ObjectRow(*row));
    if (!listing.truncated()) return std::optional<ObjectRow>();
    session_.inventory().Invalidate(snowflake::ShowKind::kService, name_);
    ASSIGN_OR_RETURN(const auto found, session_.inventory().Find(snowflake::ShowKind::kService, name_, context_.stop));
    return found ? std::optional<ObjectRow>(ObjectRow(found->row)) : std::nullopt;
  }

  absl::StatusOr<std::optional<ReadyService>> ReadyWithUrls(const ObjectRow& row) {
    ASSIGN_OR_RETURN(const auto endpoints,
                     session_.Query(Statement("SHOW ENDPOINTS IN SERVICE").Name(name_), context_.stop));
    bool complete = false;
    auto urls = ReadUrls(AllRows(endpoints), complete);
    if (!complete) {
      summary_ = "the URLs of its public endpoints are still being made";
      return std::optional<ReadyService>();
    }
    return std::optional<ReadyService>(ReadyService{row, std::move(urls)});
  }

  absl::Status Broken(const ServiceHealth& health) {
    std::string text = absl::StrCat("service ", name_.Sql(), " will not become ready: ", health.summary);
    if (health.container) {
      const std::string log = LogTail(session_, name_, *health.container, kLogLines, context_.stop);
      absl::StrAppend(&text, log.empty() ? "\n\nThe container has written no log." : "\n\nThe end of its log:\n", log);
    }
    return WithFact(absl::FailedPreconditionError(text), kAdvice,
                    "The service is kept, so that it can be looked into. Mend the cause and apply again.");
  }

  void NoteShortage(const ObjectRow& row, const ServiceHealth& health) {
    if (health.health != Health::kNoCapacity) {
      shortage_.reset();
      return;
    }
    const int64_t wanted = std::max<int64_t>(row.Int("target_instances"), health.without_capacity);
    shortage_ = Shortage{.pool = row.Text("compute_pool"), .wanted = wanted, .had = wanted - health.without_capacity};
  }

  // Why the pool has no more nodes, in the service's words; "" when it does not say or may not be asked.
  std::string PoolMessage() {
    Statement describe("DESCRIBE COMPUTE POOL");
    describe.Name(ObjectName(snowflake::Identifier::Stored(shortage_->pool)));
    const auto result = session_.Query(describe, context_.stop);
    return result.ok() ? DescribedRow(*result).Text("status_message") : "";
  }

  absl::Status NoCapacity() {
    return WithFact(
        absl::FailedPreconditionError(absl::StrCat("service ", name_.Sql(), ": ", Standing(/*fresh=*/true))), kAdvice,
        "`fail_fast_on_capacity` is set. Without it the apply waits for nodes until its timeout.");
  }

  tf::Context& context_;
  Session& session_;
  const ObjectName name_;
  const WaitOptions options_;
  struct Shortage {
    std::string pool;
    int64_t wanted = 0, had = 0;  // instances
  };
  Patience patience_;
  std::string summary_ = "nothing is known yet";
  std::optional<Shortage> shortage_;
  std::string pool_message_;
  int64_t reported_ = 0;  // minutes
};

}  // namespace

absl::StatusOr<ReadyService> WaitUntilReady(tf::Context& context, Session& session, const ObjectName& name,
                                            const WaitOptions& options) {
  Wait wait(context, session, name, options);
  const snowflake::PollKey key{snowflake::ShowKind::kService,
                               snowflake::ListingScope(snowflake::ShowKind::kService, name)};
  const auto report = [&](const Listing&, absl::Duration waited) { wait.Report(waited); };
  absl::StatusOr<ReadyService> ready = session.poller().WaitUntil<ReadyService>(
      key, [&](const Listing& listing) { return wait.Look(listing); },
      {.deadline = options.deadline, .progress = report, .progress_every = absl::ZeroDuration()}, context.stop);
  if (ready.ok()) return ready;
  if (absl::IsDeadlineExceeded(ready.status())) {
    return WithFact(absl::DeadlineExceededError(
                        absl::StrCat("service ", name.Sql(), " is not ready in time: ", wait.Standing(/*fresh=*/true))),
                    kAdvice, "It goes on starting by itself. Raise `timeouts` or look at its containers.");
  }
  return ready;
}

}  // namespace spcs::resources
