// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/service_wait.h"

#include "absl/strings/str_cat.h"
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
    if (!ready.ok()) return std::move(ready).status();
    if (!*ready) return std::nullopt;
    return **std::move(ready);
  }

  const std::string& last_summary() const { return summary_; }

 private:
  absl::StatusOr<std::optional<ReadyService>> Examine(const Listing& listing) {
    const auto found = listing.Find(name_);
    if (!found)
      return absl::NotFoundError(absl::StrCat("service ", name_.Sql(), " is gone or cannot be seen any more"));
    const ObjectRow row(*found);
    // The instances first: then no container of an instance that has just been replaced is taken for the new one's.
    ASSIGN_OR_RETURN(const auto instances,
                     session_.Query(Statement("SHOW SERVICE INSTANCES IN SERVICE").Name(name_), context_.stop));
    ASSIGN_OR_RETURN(const auto containers, ListContainers(session_, name_, context_.stop));
    const ServiceHealth health = JudgeService(row, AllRows(instances), containers);
    summary_ = health.summary;
    switch (health.health) {
      case Health::kBroken: return Broken(health);
      case Health::kNoCapacity:
        if (options_.fail_fast_on_capacity) return NoCapacity(health);
        return std::optional<ReadyService>();
      case Health::kWaiting: return std::optional<ReadyService>();
      case Health::kReady: return ReadyWithUrls(row);
    }
    return std::optional<ReadyService>();
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

  absl::Status NoCapacity(const ServiceHealth& health) {
    return WithFact(
        absl::ResourceExhaustedError(absl::StrCat("no capacity for service ", name_.Sql(), ": ", health.summary)),
        kAdvice, "`fail_fast_on_capacity` is set. Without it the apply waits for nodes until its timeout.");
  }

  tf::Context& context_;
  Session& session_;
  const ObjectName name_;
  const WaitOptions options_;
  std::string summary_ = "nothing is known yet";
};

}  // namespace

absl::StatusOr<ReadyService> WaitUntilReady(tf::Context& context, Session& session, const ObjectName& name,
                                            const WaitOptions& options) {
  Wait wait(context, session, name, options);
  const snowflake::PollKey key{snowflake::ShowKind::kService,
                               snowflake::ListingScope(snowflake::ShowKind::kService, name)};
  const auto report = [&](const Listing&, absl::Duration waited) {
    context.logger.Info("waiting for a service",
                        {{"service", name.Sql()},
                         {"state", wait.last_summary()},
                         {"waited", absl::FormatDuration(absl::Trunc(waited, absl::Seconds(1)))}});
  };
  absl::StatusOr<ReadyService> ready = session.poller().WaitUntil<ReadyService>(
      key, [&](const Listing& listing) { return wait.Look(listing); },
      {.deadline = options.deadline, .progress = report}, context.stop);
  if (ready.ok()) return ready;
  if (absl::IsDeadlineExceeded(ready.status())) {
    return WithFact(absl::DeadlineExceededError(
                        absl::StrCat("service ", name.Sql(), " is not ready in time: ", wait.last_summary())),
                    kAdvice, "It goes on starting by itself. Raise `timeouts` or look at its containers.");
  }
  return ready;
}

}  // namespace spcs::resources
