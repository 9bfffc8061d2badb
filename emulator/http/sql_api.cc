// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/sql_api.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/engine/hash.h"
#include "emulator/http/keys.h"
#include "emulator/http/result_json.h"
#include "emulator/http/session.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kRoot = "/api/v2/statements";

constexpr absl::string_view kBadRequest = "391900";  // inferred: the reference names no code for a malformed request

bool IsJson(const std::string* content_type) {
  if (content_type == nullptr) return false;
  const absl::string_view type =
      absl::StripAsciiWhitespace(absl::string_view(*content_type).substr(0, content_type->find(';')));
  return absl::EqualsIgnoreCase(type, "application/json");
}

HttpReply NotFound(const Exchange& exchange, absl::string_view handle) {
  return exchange.Error(404, kCodeNoSuchStatement, absl::StrCat("Statement ", handle, " not found"));
}

// The reply to a status that says what is wrong with the request, not with a statement.
HttpReply Refusal(const Exchange& exchange, int status, const absl::Status& error, absl::string_view fallback) {
  return exchange.Error(status, FactOf(error, kVendorCode).value_or(std::string(fallback)), error.message());
}

}  // namespace

bool SqlApi::Serves(absl::string_view path) {
  return path == kRoot || absl::StartsWith(path, absl::StrCat(kRoot, "/"));
}

HttpReply SqlApi::Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  return parts_.desk.Serve(request, peer, notes, [this](Exchange& exchange) { return Route(exchange); });
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
  const absl::StatusOr<Identity> identity = parts_.authenticator.Authenticate(request);
  if (!identity.ok()) return Refusal(exchange, 401, identity.status(), "390144");
  parts_.desk.stats().CountLogin(engine::Sha256Hex(*request.Header("Authorization")));
  if (is_poll) return parts_.desk.Attend(exchange, [&] { return Poll(exchange, *identity, rest); });
  if (is_cancel) return parts_.desk.Attend(exchange, [&] { return Cancel(exchange, *identity, rest); });
  if (!IsJson(request.Header("Content-Type"))) {
    return exchange.Error(415, "391901", "Content-Type must be application/json.");
  }
  return Submit(exchange, *identity);
}

HttpReply SqlApi::Submit(Exchange& exchange, const Identity& identity) {
  const absl::StatusOr<SqlRequest> sql = ParseSqlRequest(exchange.request);
  if (!sql.ok()) return exchange.Error(400, kBadRequest, sql.status().message());
  const Order order{.text = sql->statement,
                    .bindings = sql->bindings,
                    .timeout = sql->timeout,
                    .user = identity.user.name,
                    .request_id = sql->request_id,
                    .retry = sql->retry,
                    .may_repeat = sql->retry,
                    .async = sql->async,
                    .nullable = sql->nullable,
                    .durable = exchange.request.query.count("requestId") > 0,
                    .session = [&] { return ResolveSession(identity, *sql, exchange.request); }};
  return parts_.desk.Submit(exchange, order,
                            {.refused = [&](const absl::Status& error) { return Refusal(exchange, 403, error, ""); },
                             .started = [](const ExecutedStatement& statement) { return RunningReply(statement, 202); },
                             .answer = [&](const ExecutedStatement& statement) { return Answer(statement, 0); }});
}

HttpReply SqlApi::Answer(const ExecutedStatement& statement, int64_t partition) const {
  const auto outcome = statement.outcome();
  if (outcome == nullptr) return RunningReply(statement, statement.facts().poll_status);
  if (!outcome->ok()) return FailureReply(statement, outcome->status());
  return ResultReply(statement, **outcome, parts_.partition_cells, partition);
}

HttpReply SqlApi::Poll(Exchange& exchange, const Identity& identity, absl::string_view handle) {
  int64_t partition = 0;
  const std::optional<std::string> text = exchange.request.Query("partition");
  if (text && (!absl::SimpleAtoi(*text, &partition) || partition < 0)) {
    return exchange.Error(400, kBadRequest, "query parameter partition must be a whole number from 0");
  }
  const auto statement = parts_.desk.Find(exchange, identity.user.name, handle);
  return statement == nullptr ? NotFound(exchange, handle) : Answer(*statement, partition);
}

HttpReply SqlApi::Cancel(Exchange& exchange, const Identity& identity, absl::string_view handle) {
  const auto statement = parts_.desk.Find(exchange, identity.user.name, handle);
  if (statement == nullptr) return NotFound(exchange, handle);
  if (StatementDesk::Cancel(*statement)) return CancelReply(*statement);
  return Refusal(exchange, 422, NotExecuting(), "");
}

}  // namespace spcs::emulator_http
