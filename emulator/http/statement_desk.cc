// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/statement_desk.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "emulator/http/result_json.h"
#include "emulator/http/surface_faults.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

// How often a waiting answer looks whether its time has come.
constexpr absl::Duration kLook = absl::Milliseconds(5);
// A statement that takes longer is answered with where to ask for it.
constexpr absl::Duration kLongestWait = absl::Seconds(45);

constexpr absl::string_view kResultScan = "RESULT_SCAN";

// Statements that only ask: their answers need not survive a restart.
bool IsChange(absl::string_view kind) {
  for (const absl::string_view verb : {"SHOW", "DESC", "SELECT", "LIST", "RESULT_SCAN", "UNKNOWN"}) {
    if (absl::StartsWith(kind, verb)) return false;
  }
  return true;
}

absl::Status TimedOut(absl::Duration timeout) {
  const absl::Status status =
      absl::DeadlineExceededError(absl::StrCat("Statement reached its statement or warehouse timeout of ",
                                               absl::ToInt64Seconds(timeout), " second(s) and was canceled."));
  return WithFact(WithFact(status, kVendorCode, "000630"), kSqlState, "57014");
}

absl::Status Cancelled() {
  return WithFact(WithFact(absl::CancelledError("SQL execution canceled"), kVendorCode, "000604"), kSqlState, "57014");
}

std::string CodeOf(const ExecutedStatement& statement) {
  const auto outcome = statement.outcome();
  if (outcome == nullptr) return std::string(kCodeRunning);
  return outcome->ok() ? std::string(kCodeSuccess) : FactOf(outcome->status(), kVendorCode).value_or("000603");
}

bool IsAnswered(const HttpReply& reply) {
  return reply.delivery == Delivery::kWhole || reply.delivery == Delivery::kHalf;
}

}  // namespace

HttpReply Exchange::Error(int status, absl::string_view code, absl::string_view message) const {
  return ErrorReply(status, code, message, request_id);
}

absl::Status NotExecuting() {
  return WithFact(WithFact(absl::FailedPreconditionError("Identified SQL statement is not currently executing."),
                           kVendorCode, "000605"),
                  kSqlState, "02000");
}

StatementDesk::StatementDesk(const Parts& parts) : parts_(parts), table_(parts.engine, parts.clock) {}

HttpReply StatementDesk::Serve(const HttpRequest& request, Peer& peer, RequestNotes& notes,
                               const std::function<HttpReply(Exchange&)>& route) {
  Exchange exchange{.request = request, .peer = peer, .notes = notes, .request_id = NewUuid(), .arrived = absl::Now()};
  parts_.stats.Enter();
  if (parts_.latency > absl::ZeroDuration()) peer.Wait(parts_.latency / 2);
  HttpReply reply = route(exchange);
  if (parts_.latency > absl::ZeroDuration()) peer.Wait(parts_.latency / 2);
  reply.headers.emplace_back("X-Snowflake-Request-ID", exchange.request_id);
  if (exchange.number != 0 && IsAnswered(reply)) parts_.log.Answered(exchange.number, absl::Now());
  notes.kind = exchange.entry.kind;
  notes.object = exchange.entry.object;
  notes.query_id = exchange.entry.query_id;
  notes.fault = std::string(FaultName(exchange.fault.action));
  if (!notes.fault.empty()) parts_.stats.CountFault(notes.fault);
  parts_.stats.CountRequest(request.path, IsAnswered(reply) ? reply.status : 0);
  parts_.stats.Leave();
  return reply;
}

HttpReply StatementDesk::Submit(Exchange& exchange, const Order& order, const Wording& wording) {
  // Of a request of several statements the surface has had the answer of the one before.
  if (exchange.number != 0) parts_.log.Answered(exchange.number, absl::Now());
  exchange.request_id = order.request_id;
  const engine::StatementInfo info = parts_.engine.Inspect(order.text);
  StatementEntry& entry = exchange.entry;
  entry = {.kind = info.kind,
           .object = info.object,
           .redacted = info.redacted,
           .user = order.user,
           .request_id = order.request_id,
           .retry = order.retry};
  exchange.number = parts_.log.Received(entry, exchange.arrived);
  exchange.fault = parts_.faults.Match(info.kind, info.object, exchange.request.path);
  entry.fault = std::string(FaultName(exchange.fault.action));

  std::optional<HttpReply> refusal = RefuseByFault(exchange);
  HttpReply reply;
  if (refusal) {
    reply = *std::move(refusal);
  } else {
    reply = Perform(exchange, order, wording);
    entry.http_status = reply.status;
    parts_.log.Update(exchange.number, entry);  // visible while the answer is held
    SpoilAnswer(exchange, order.user, reply);
  }
  entry.http_status = IsAnswered(reply) ? reply.status : 0;
  parts_.log.Update(exchange.number, entry);
  return reply;
}

HttpReply StatementDesk::Attend(Exchange& exchange, const std::function<HttpReply()>& answer) {
  exchange.fault = parts_.faults.Match("", "", exchange.request.path, FaultScope::kPoll);
  if (std::optional<HttpReply> refusal = RefuseByFault(exchange)) return *std::move(refusal);
  HttpReply reply = answer();
  SpoilAnswer(exchange, "", reply);
  return reply;
}

HttpReply StatementDesk::Perform(Exchange& exchange, const Order& order, const Wording& wording) {
  const absl::StatusOr<engine::Session> session = order.session();
  if (!session.ok()) {
    exchange.entry.code = FactOf(session.status(), kVendorCode).value_or("");
    return wording.refused(session.status());
  }
  exchange.entry.role = session->role;
  const StatementEntry& entry = exchange.entry;
  const absl::Time now = parts_.clock.Now();
  const auto [statement, added] =
      table_.FindOrAdd({.handle = NewHandle(now),
                        .request_id = order.request_id,
                        .user = order.user,
                        .created = now,
                        .nullable = order.nullable,
                        .is_async = order.async || exchange.fault.action == FaultAction::kAsync,
                        .asked_async = order.async,
                        .poll_status = exchange.fault.poll_status,
                        .is_change = IsChange(entry.kind) && order.durable,
                        .kind = entry.kind,
                        .object = entry.object,
                        .text = entry.redacted},
                       order.may_repeat);
  return added ? Execute(exchange, order, *session, statement, wording) : Repeat(exchange, *statement, wording);
}

HttpReply StatementDesk::Execute(Exchange& exchange, const Order& order, const engine::Session& session,
                                 const std::shared_ptr<ExecutedStatement>& statement, const Wording& wording) {
  StatementEntry& entry = exchange.entry;
  entry.query_id = statement->facts().handle;
  entry.executed = true;
  parts_.stats.CountStatement(entry.kind);
  if (statement->facts().is_async) {
    ExecuteLater(exchange, order, session, statement);
    entry.code = std::string(kCodeRunning);
    return wording.started(*statement);
  }
  Run(*statement, session, order);
  if (!Wait(exchange, *statement, kLongestWait)) return {.delivery = Delivery::kNothing};
  entry.code = CodeOf(*statement);
  return statement->outcome() == nullptr ? wording.started(*statement) : wording.answer(*statement);
}

void StatementDesk::ExecuteLater(const Exchange& exchange, const Order& order, const engine::Session& session,
                                 std::shared_ptr<ExecutedStatement> statement) {
  const absl::Time now = absl::Now();
  if (exchange.fault.delay > order.timeout) {
    scheduler_.Add(now + order.timeout, [statement, timeout = order.timeout] { statement->Cancel(TimedOut(timeout)); });
    return;
  }
  Order later = order;
  later.session = nullptr;  // what it refers to ends with the request
  scheduler_.Add(now + exchange.fault.delay, [this, statement, session, later] { Run(*statement, session, later); });
}

void StatementDesk::Run(ExecutedStatement& statement, const engine::Session& session, const Order& order) {
  if (!statement.StartExecution()) return;
  ExecutedStatement::Outcome outcome =
      statement.facts().kind == kResultScan
          ? ScannedResult(session.user, statement.facts().object)
          : parts_.engine.Execute(session, order.text, order.bindings, statement.facts().handle,
                                  StatementTable::Record(statement.facts()));
  if (outcome.ok() && outcome->goes_on) {
    return statement.GoOn({.session = session,
                           .result = *std::move(outcome),
                           .deadline = absl::Now() + order.timeout,
                           .timeout = order.timeout});
  }
  if (outcome.ok() && order.executed) order.executed(*outcome);
  statement.Finish(std::move(outcome));
  table_.Ended(statement);
}

void StatementDesk::Continue(ExecutedStatement& statement) {
  std::optional<ExecutedStatement::Unfinished> rest = statement.TakeUnfinished();
  if (!rest) return;
  ExecutedStatement::Outcome outcome = parts_.engine.Continue(rest->session, rest->result);
  if (outcome.ok() && outcome->goes_on && absl::Now() < rest->deadline) {
    rest->result = *std::move(outcome);
    return statement.GoOn(*std::move(rest));
  }
  if (outcome.ok() && outcome->goes_on) outcome = TimedOut(rest->timeout);
  statement.Finish(std::move(outcome));
  table_.Ended(statement);
}

ExecutedStatement::Outcome StatementDesk::ScannedResult(absl::string_view user, absl::string_view handle) {
  const auto scanned = table_.ByHandle(user, handle);
  const auto outcome = scanned == nullptr ? nullptr : scanned->outcome();
  if (outcome != nullptr && outcome->ok()) return *outcome;
  return WithFact(WithFact(absl::NotFoundError(absl::StrCat("Statement ", handle, " not found")), kVendorCode,
                           kCodeNoSuchStatement),
                  kSqlState, "02000");
}

HttpReply StatementDesk::Repeat(Exchange& exchange, ExecutedStatement& statement, const Wording& wording) {
  parts_.stats.CountRetry();
  exchange.entry.query_id = statement.facts().handle;
  if (!statement.facts().is_async && !Wait(exchange, statement, kLongestWait)) {
    return {.delivery = Delivery::kNothing};
  }
  exchange.entry.code = CodeOf(statement);
  return wording.answer(statement);
}

std::shared_ptr<ExecutedStatement> StatementDesk::Find(Exchange& exchange, absl::string_view user,
                                                       absl::string_view handle) {
  std::shared_ptr<ExecutedStatement> statement = table_.ByHandle(user, handle);
  if (statement != nullptr) {
    exchange.entry.query_id = statement->facts().handle;
    Continue(*statement);
  }
  return statement;
}

std::shared_ptr<ExecutedStatement> StatementDesk::FindRequest(absl::string_view user, absl::string_view request_id) {
  return table_.ByRequest(user, request_id);
}

bool StatementDesk::Wait(Exchange& exchange, ExecutedStatement& statement, absl::Duration longest) {
  const absl::Time end = absl::Now() + longest;
  while (true) {
    Continue(statement);
    if (statement.outcome() != nullptr || absl::Now() >= end) return true;
    if (!exchange.peer.Wait(kLook)) return false;
  }
}

bool StatementDesk::Cancel(ExecutedStatement& statement) {
  return statement.Cancel(Cancelled());
}

std::optional<HttpReply> StatementDesk::RefuseByFault(Exchange& exchange) {
  return RefusedByFault(exchange.fault, exchange.peer, [&](int status) {
    if (status == 429) return exchange.Error(429, "429", "Too many requests. Please slow down and try again.");
    if (status == 500) return exchange.Error(500, "500", "Internal server error.");
    return exchange.Error(503, "503", "Service is temporarily unavailable. Please try again.");
  });
}

void StatementDesk::SpoilAnswer(Exchange& exchange, absl::string_view user, HttpReply& reply) {
  if (exchange.fault.action == FaultAction::kForgetRequest) table_.ForgetRequest(user, exchange.request_id);
  SpoilByFault(parts_.faults, exchange.fault, exchange.peer, reply);
}

}  // namespace spcs::emulator_http
