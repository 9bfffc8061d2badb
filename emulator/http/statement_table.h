// SPDX-License-Identifier: MPL-2.0
// The statements that were executed in the last 24 hours of emulator time, by handle and by the client's requestId:
// what polling, partitions, cancelling and a repeated request are answered from. Changes to the account survive a
// restart here too, so that a repeat after one executes nothing twice; answers to questions do not need to.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "provider/base/mutex.h"

namespace spcs::emulator_http {

// One statement. The facts are fixed; the first end counts. Thread-safe.
class ExecutedStatement {
 public:
  struct Facts {
    std::string handle, request_id, user;
    absl::Time created;  // emulator time
    bool nullable = true;
    bool is_async = false;           // answered with 202 at once
    bool asked_async = false;        // by the client, not by a fault rule
    int poll_status = 202;           // what polling answers until it has ended
    bool is_change = false;          // to be kept over a restart
    std::string kind, object, text;  // as the statement log has them: redacted
  };
  // The end of a statement: a result, or the error.
  using Outcome = absl::StatusOr<engine::ResultSet>;

  explicit ExecutedStatement(Facts facts) : facts_(std::move(facts)) {}

  const Facts& facts() const { return facts_; }
  // nullptr while it runs. The outcome never changes afterwards.
  std::shared_ptr<const Outcome> outcome() const;

  // Claims the execution: false when the statement was cancelled before, and must not be executed then.
  bool StartExecution();
  // The end, unless it was cancelled meanwhile.
  void Finish(Outcome outcome);

  // A claimed statement whose result goes on: what is needed to ask for its end. One thread at a time takes it, and
  // then either puts the rest back with GoOn() or calls Finish().
  struct Unfinished {
    engine::Session session;
    engine::ResultSet result;
    absl::Time deadline = absl::InfiniteFuture();       // by the machine's clock
    absl::Duration timeout = absl::InfiniteDuration();  // what the deadline was made from
  };
  void GoOn(Unfinished rest);
  std::optional<Unfinished> TakeUnfinished();

  // Ends a statement that has not been claimed, or that goes on, with `error`; false when it is too late for that.
  bool Cancel(absl::Status error);

 private:
  const Facts facts_;
  mutable Mutex mu_;
  bool claimed_ ABSL_GUARDED_BY(mu_) = false;
  bool goes_on_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<Unfinished> unfinished_ ABSL_GUARDED_BY(mu_);
  std::shared_ptr<const Outcome> outcome_ ABSL_GUARDED_BY(mu_);
};

// Thread-safe.
class StatementTable {
 public:
  // Takes over what an earlier process left in `engine`, which must outlive this, as must `clock`.
  StatementTable(engine::Engine& engine, const engine::EmulatorClock& clock);

  // Adds a statement that starts now; a request id used before now means this one.
  std::shared_ptr<ExecutedStatement> Add(ExecutedStatement::Facts facts);
  // The same and true; or, when `may_repeat` and the user's request id is known, the statement that it means and false.
  // In one step: of a request that is sent twice at once, one is executed.
  std::pair<std::shared_ptr<ExecutedStatement>, bool> FindOrAdd(ExecutedStatement::Facts facts, bool may_repeat);
  // The record that keeps a change's answer over a restart, written with the change itself; none for a question.
  static engine::RecordedAnswer Record(const ExecutedStatement::Facts& facts);
  // To be called once a statement has ended: drops the oldest answers to questions when those take too much memory.
  void Ended(const ExecutedStatement& statement);

  // nullptr when there is none of that user, or when it is older than 24 hours.
  std::shared_ptr<ExecutedStatement> ByHandle(absl::string_view user, absl::string_view handle);
  std::shared_ptr<ExecutedStatement> ByRequest(absl::string_view user, absl::string_view request_id);

  // The server forgets the request id, as if it had never seen it.
  void ForgetRequest(absl::string_view user, absl::string_view request_id);

 private:
  using Key = std::pair<std::string, std::string>;
  using Statements = std::deque<std::shared_ptr<ExecutedStatement>>;  // the oldest first
  struct Held {
    std::shared_ptr<ExecutedStatement> statement;
    int64_t cells = 0;  // of its result, once it has ended
  };
  void Insert(std::shared_ptr<ExecutedStatement> statement) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void DropOldest(Statements& statements) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Expire() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Count(const ExecutedStatement& statement) ABSL_LOCKS_EXCLUDED(mu_);

  engine::Engine& engine_;
  const engine::EmulatorClock& clock_;
  Mutex mu_;
  Statements changes_ ABSL_GUARDED_BY(mu_);
  Statements questions_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, Held, std::less<>> by_handle_ ABSL_GUARDED_BY(mu_);
  std::map<Key, std::shared_ptr<ExecutedStatement>> by_request_ ABSL_GUARDED_BY(mu_);
  int64_t cells_ ABSL_GUARDED_BY(mu_) = 0;
};

// A new statement handle: like the service's, unique and growing with time.
std::string NewHandle(absl::Time now);

}  // namespace spcs::emulator_http
