// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/sql_api.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "emulator/http/keys.h"
#include "emulator/http/result_json.h"
#include "emulator/http/session.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kRoot = "/api/v2/statements";
// How often a waiting answer looks whether its time has come.
constexpr absl::Duration kLook = absl::Milliseconds(2);
constexpr absl::Duration kForever = absl::Hours(1);

constexpr absl::string_view kBadRequest = "391900";  // inferred: the reference names no code for a malformed request

// Statements that only ask: their answers need not survive a restart.
bool IsChange(absl::string_view kind) {
  for (const absl::string_view verb : {"SHOW", "DESC", "SELECT", "LIST", "UNKNOWN"}) {
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

bool IsJson(const std::string* content_type) {
  if (content_type == nullptr) return false;
  const absl::string_view type =
      absl::StripAsciiWhitespace(absl::string_view(*content_type).substr(0, content_type->find(';')));
  return absl::EqualsIgnoreCase(type, "application/json");
}

}  // namespace

struct SqlApi::Exchange {
  const HttpRequest& request;
  Peer& peer;
  RequestNotes& notes;
  std::string request_id;  // of X-Snowflake-Request-ID
  Identity identity;
  Fault fault;
  StatementEntry entry;
  int64_t number = 0;  // of the entry in the statement log; 0: none
  absl::Time arrived;

  HttpReply Error(int status, absl::string_view code, absl::string_view message) const {
    return ErrorReply(status, code, message, request_id);
  }
};

SqlApi::SqlApi(const Parts& parts) : parts_(parts), table_(parts.engine, parts.clock) {}

bool SqlApi::Serves(absl::string_view path) {
  return path == kRoot || absl::StartsWith(path, absl::StrCat(kRoot, "/"));
}

HttpReply SqlApi::Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  Exchange exchange{.request = request, .peer = peer, .notes = notes, .request_id = NewUuid(), .arrived = absl::Now()};
  parts_.stats.Enter();
  if (parts_.latency > absl::ZeroDuration()) peer.Wait(parts_.latency / 2);
  HttpReply reply = Route(exchange);
  if (parts_.latency > absl::ZeroDuration()) peer.Wait(parts_.latency / 2);
  reply.headers.emplace_back("X-Snowflake-Request-ID", exchange.request_id);
  const bool answered = reply.delivery == Delivery::kWhole || reply.delivery == Delivery::kHalf;
  if (exchange.number != 0 && answered) parts_.log.Answered(exchange.number, absl::Now());
  notes.kind = exchange.entry.kind;
  notes.object = exchange.entry.object;
  notes.query_id = exchange.entry.query_id;
  notes.fault = std::string(FaultName(exchange.fault.action));
  if (!notes.fault.empty()) parts_.stats.CountFault(notes.fault);
  parts_.stats.CountRequest(request.path, answered ? reply.status : 0);
  parts_.stats.Leave();
  return reply;
}

HttpReply SqlApi::Route(Exchange& exchange) {
  const HttpRequest& request = exchange.request;
  absl::string_view rest = request.path;
  rest.remove_prefix(kRoot.size());
  absl::ConsumePrefix(&rest, "/");
  const bool is_cancel = absl::ConsumeSuffix(&rest, "/cancel");
  if (absl::StrContains(rest, "/") || (is_cancel && rest.empty())) {
    return exchange.Error(404, "404", "The requested endpoint does not exist.");
  }
  const bool is_poll = !rest.empty() && !is_cancel;
  if (request.method != (is_poll ? "GET" : "POST")) return exchange.Error(405, "405", "Method is not allowed.");
  const std::string* agent = request.Header("User-Agent");
  if (agent == nullptr || agent->empty()) {
    return exchange.Error(400, kBadRequest, "The User-Agent header is required.");
  }
  absl::StatusOr<Identity> identity = parts_.authenticator.Authenticate(request);
  if (!identity.ok()) {
    return exchange.Error(401, FactOf(identity.status(), kVendorCode).value_or("390144"), identity.status().message());
  }
  exchange.identity = *std::move(identity);
  parts_.stats.CountLogin(Sha256Hex(*request.Header("Authorization")));
  if (is_poll) return Poll(exchange, rest);
  if (is_cancel) return Cancel(exchange, rest);
  if (!IsJson(request.Header("Content-Type"))) {
    return exchange.Error(415, "391901", "Content-Type must be application/json.");
  }
  return Submit(exchange);
}

HttpReply SqlApi::Submit(Exchange& exchange) {
  absl::StatusOr<SqlRequest> sql = ParseSqlRequest(exchange.request);
  if (!sql.ok()) return exchange.Error(400, kBadRequest, sql.status().message());
  exchange.request_id = sql->request_id;
  const engine::StatementInfo info = parts_.engine.Inspect(sql->statement);
  StatementEntry& entry = exchange.entry;
  entry = {.kind = info.kind,
           .object = info.object,
           .redacted = info.redacted,
           .user = exchange.identity.user.name,
           .request_id = sql->request_id,
           .retry = sql->retry};
  exchange.number = parts_.log.Received(entry, exchange.arrived);
  exchange.fault = parts_.faults.Match(info.kind, info.object, exchange.request.path);
  entry.fault = std::string(FaultName(exchange.fault.action));

  HttpReply reply;
  if (!RefuseByFault(exchange, reply)) {
    reply = Perform(exchange, *sql);
    entry.http_status = reply.status;
    parts_.log.Update(exchange.number, entry);  // visible while the answer is held
    SpoilAnswer(exchange, reply);
  }
  const bool answered = reply.delivery == Delivery::kWhole || reply.delivery == Delivery::kHalf;
  entry.http_status = answered ? reply.status : 0;
  parts_.log.Update(exchange.number, entry);
  return reply;
}

HttpReply SqlApi::Perform(Exchange& exchange, const SqlRequest& sql) {
  const absl::StatusOr<engine::Session> session = ResolveSession(exchange.identity, sql, exchange.request);
  if (!session.ok()) {
    exchange.entry.code = FactOf(session.status(), kVendorCode).value_or("");
    return exchange.Error(403, exchange.entry.code, session.status().message());
  }
  exchange.entry.role = session->role;
  if (sql.retry) {
    if (const auto known = table_.ByRequest(exchange.identity.user.name, sql.request_id)) {
      return Repeat(exchange, *known);
    }
  }
  return Execute(exchange, sql, *session);
}

HttpReply SqlApi::Execute(Exchange& exchange, const SqlRequest& sql, const engine::Session& session) {
  StatementEntry& entry = exchange.entry;
  const absl::Time now = parts_.clock.Now();
  const std::shared_ptr<ExecutedStatement> statement =
      table_.Add({.handle = NewHandle(now),
                  .request_id = sql.request_id,
                  .user = session.user,
                  .created = now,
                  .nullable = sql.nullable,
                  .is_async = sql.async || exchange.fault.action == FaultAction::kAsync,
                  .poll_status = exchange.fault.poll_status,
                  .is_change = IsChange(entry.kind) && exchange.request.query.count("requestId") > 0});
  entry.query_id = statement->facts().handle;
  entry.executed = true;
  parts_.stats.CountStatement(entry.kind);
  if (statement->facts().is_async) {
    entry.code = std::string(kCodeRunning);
    ExecuteLater(exchange, sql, session, statement);
    return RunningReply(*statement, 202);
  }
  Run(*statement, session, sql);
  const auto outcome = statement->outcome();
  entry.code = outcome->ok() ? std::string(kCodeSuccess) : FactOf(outcome->status(), kVendorCode).value_or("000603");
  return Answer(*statement, 0);
}

void SqlApi::ExecuteLater(const Exchange& exchange, const SqlRequest& sql, const engine::Session& session,
                          std::shared_ptr<ExecutedStatement> statement) {
  const absl::Time now = absl::Now();
  if (exchange.fault.delay > sql.timeout) {
    scheduler_.Add(now + sql.timeout, [statement, timeout = sql.timeout] { statement->Cancel(TimedOut(timeout)); });
    return;
  }
  scheduler_.Add(now + exchange.fault.delay, [this, statement, session, sql] { Run(*statement, session, sql); });
}

void SqlApi::Run(ExecutedStatement& statement, const engine::Session& session, const SqlRequest& sql) {
  if (!statement.StartExecution()) return;
  statement.Finish(parts_.engine.Execute(session, sql.statement, sql.bindings, statement.facts().handle));
  // Should the record not reach the disk, then neither did the change: the engine's store is the same.
  table_.Ended(statement).IgnoreError();
}

HttpReply SqlApi::Repeat(Exchange& exchange, const ExecutedStatement& statement) {
  parts_.stats.CountRetry();
  exchange.entry.query_id = statement.facts().handle;
  while (!statement.facts().is_async && statement.outcome() == nullptr) {
    if (!exchange.peer.Wait(kLook)) return {.delivery = Delivery::kNothing};
  }
  const auto outcome = statement.outcome();
  exchange.entry.code = outcome == nullptr ? std::string(kCodeRunning)
                        : outcome->ok()    ? std::string(kCodeSuccess)
                                           : FactOf(outcome->status(), kVendorCode).value_or("000603");
  return Answer(statement, 0);
}

HttpReply SqlApi::Answer(const ExecutedStatement& statement, int64_t partition) const {
  const auto outcome = statement.outcome();
  if (outcome == nullptr) return RunningReply(statement, statement.facts().poll_status);
  if (!outcome->ok()) return FailureReply(statement, outcome->status());
  return ResultReply(statement, **outcome, parts_.partition_cells, partition);
}

HttpReply SqlApi::NotFound(const Exchange& exchange, absl::string_view handle) const {
  return exchange.Error(404, kCodeNoSuchStatement, absl::StrCat("Statement ", handle, " not found"));
}

HttpReply SqlApi::Poll(Exchange& exchange, absl::string_view handle) {
  exchange.fault = parts_.faults.Match("", "", exchange.request.path);
  HttpReply reply;
  if (RefuseByFault(exchange, reply)) return reply;
  int64_t partition = 0;
  const std::optional<std::string> text = exchange.request.Query("partition");
  if (text && (!absl::SimpleAtoi(*text, &partition) || partition < 0)) {
    return exchange.Error(400, kBadRequest, "query parameter partition must be a whole number from 0");
  }
  const auto statement = table_.ByHandle(exchange.identity.user.name, handle);
  if (statement == nullptr) return NotFound(exchange, handle);
  exchange.entry.query_id = statement->facts().handle;
  reply = Answer(*statement, partition);
  SpoilAnswer(exchange, reply);
  return reply;
}

HttpReply SqlApi::Cancel(Exchange& exchange, absl::string_view handle) {
  exchange.fault = parts_.faults.Match("", "", exchange.request.path);
  HttpReply reply;
  if (RefuseByFault(exchange, reply)) return reply;
  const auto statement = table_.ByHandle(exchange.identity.user.name, handle);
  if (statement == nullptr) return NotFound(exchange, handle);
  exchange.entry.query_id = statement->facts().handle;
  reply = statement->Cancel(Cancelled())
              ? CancelReply(*statement)
              : exchange.Error(422, "000605", "Identified SQL statement is not currently executing.");
  SpoilAnswer(exchange, reply);
  return reply;
}

bool SqlApi::RefuseByFault(Exchange& exchange, HttpReply& reply) {
  switch (exchange.fault.action) {
    case FaultAction::k429:
      reply = exchange.Error(429, "429", "Too many requests. Please slow down and try again.");
      break;
    case FaultAction::k500: reply = exchange.Error(500, "500", "Internal server error."); break;
    case FaultAction::k503:
      reply = exchange.Error(503, "503", "Service is temporarily unavailable. Please try again.");
      break;
    case FaultAction::kReset: reply = {.delivery = Delivery::kReset}; return true;
    case FaultAction::kHang:
      while (exchange.peer.Wait(kForever)) {
      }
      reply = {.delivery = Delivery::kNothing};
      return true;
    default: return false;
  }
  if (exchange.fault.retry_after) reply.headers.emplace_back("Retry-After", absl::StrCat(*exchange.fault.retry_after));
  return true;
}

void SqlApi::SpoilAnswer(Exchange& exchange, HttpReply& reply) {
  switch (exchange.fault.action) {
    case FaultAction::kTruncate: reply.delivery = Delivery::kHalf; return;
    case FaultAction::kForgetRequest:
      table_.ForgetRequest(exchange.identity.user.name, exchange.request_id);
      reply.delivery = Delivery::kNothing;
      return;
    case FaultAction::kLoseResponse: reply.delivery = Delivery::kNothing; return;
    case FaultAction::kHoldAfter: {
      const Faults::Hold hold(parts_.faults);
      while (!hold.released()) {
        if (exchange.peer.Wait(kLook)) continue;
        reply.delivery = Delivery::kNothing;
        return;
      }
      return;
    }
    default: return;
  }
}

}  // namespace spcs::emulator_http
