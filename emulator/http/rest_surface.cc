// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/rest_surface.h"

#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/engine/hash.h"
#include "emulator/http/session.h"
#include "emulator/http/sql_request.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/object_api.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kResults = "/api/v2/results/";
// How long an answer is waited for before the client is sent to ask again.
constexpr absl::Duration kShortWait = absl::Milliseconds(200);
// More requests than this are not waited for at once; what is older is forgotten.
constexpr size_t kMostWaiting = 1000;

}  // namespace

bool RestSurface::Serves(absl::string_view path) {
  return rest::Serves(path) || absl::StartsWith(path, kResults);
}

HttpReply RestSurface::Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  return parts_.desk.Serve(request, peer, notes, [this](Exchange& exchange) { return Route(exchange); });
}

HttpReply RestSurface::Route(Exchange& exchange) {
  const HttpRequest& request = exchange.request;
  const absl::StatusOr<engine::Session> session = SessionOfRequest(parts_.authenticator, parts_.sessions, request);
  if (!session.ok()) {
    const int status = absl::IsPermissionDenied(session.status()) ? 403 : 401;
    return exchange.Error(status, FactOf(session.status(), kVendorCode).value_or("390144"), session.status().message());
  }
  parts_.desk.stats().CountLogin(engine::Sha256Hex(*request.Header("Authorization")));
  absl::string_view handle = request.path;
  if (absl::ConsumePrefix(&handle, kResults)) {
    return parts_.desk.Attend(exchange, [&] { return Result(exchange, *session, handle); });
  }
  Progress progress{.request = request, .outcomes = {}};
  progress.request.stream = nullptr;  // it ends with the connection
  return Perform(exchange, *session, std::move(progress));
}

HttpReply RestSurface::Perform(Exchange& exchange, const engine::Session& session, Progress progress) {
  std::optional<HttpReply> reply;
  Delivery delivery = Delivery::kWhole;
  size_t next = 0;
  const auto run = [&](const std::string& statement) -> ExecutedStatement::Outcome {
    if (next == progress.outcomes.size()) {
      HttpReply desk_reply;
      std::optional<ExecutedStatement::Outcome> outcome = Execute(exchange, session, statement, progress, desk_reply);
      const bool lost = desk_reply.delivery == Delivery::kNothing || desk_reply.delivery == Delivery::kReset;
      if (!outcome || lost) {
        reply = std::move(desk_reply);
        return absl::CancelledError("the request is answered without this statement");
      }
      if (desk_reply.delivery == Delivery::kHalf) delivery = Delivery::kHalf;
      progress.outcomes.push_back(*std::move(outcome));
    }
    return progress.outcomes[next++];
  };
  const absl::StatusOr<nlohmann::json> body = rest::Serve(progress.request, run);
  if (reply) return *std::move(reply);
  HttpReply whole = body.ok() ? HttpReply{.body = DumpJson(*body)} : Failure(exchange, body.status());
  whole.delivery = delivery;
  return whole;
}

std::optional<ExecutedStatement::Outcome> RestSurface::Execute(Exchange& exchange, const engine::Session& session,
                                                               const std::string& statement, const Progress& progress,
                                                               HttpReply& reply) {
  std::optional<ExecutedStatement::Outcome> outcome;
  const Order order{.text = statement, .user = session.user, .request_id = NewUuid(), .session = [&] {
                      return absl::StatusOr<engine::Session>(session);
                    }};
  reply = parts_.desk.Submit(exchange, order,
                             {.refused = [&](const absl::Status& error) { return Failure(exchange, error); },
                              .started = [&](const ExecutedStatement& started) { return Accepted(started, progress); },
                              .answer =
                                  [&](const ExecutedStatement& ended) {
                                    outcome = *ended.outcome();
                                    return outcome->ok() ? HttpReply{} : Failure(exchange, outcome->status());
                                  }});
  return outcome;
}

HttpReply RestSurface::Accepted(const ExecutedStatement& statement, const Progress& progress) {
  const std::string& handle = statement.facts().handle;
  MutexLock lock(mu_);
  if (waiting_.insert_or_assign(handle, progress).second) handles_.push_back(handle);
  while (handles_.size() > kMostWaiting) {
    waiting_.erase(handles_.front());
    handles_.pop_front();
  }
  return {.status = 202,
          .body = DumpJson({{"code", "392604"},
                            {"message",
                             "Request execution in progress. Use the location header, or the result "
                             "handler, to ask for its result."},
                            {"resultHandler", handle}}),
          .headers = {{"Location", absl::StrCat(kResults, handle)}}};
}

HttpReply RestSurface::Result(Exchange& exchange, const engine::Session& session, absl::string_view handle) {
  std::optional<Progress> progress;
  {
    MutexLock lock(mu_);
    if (const auto found = waiting_.find(handle); found != waiting_.end()) progress = found->second;
  }
  const auto statement = progress ? parts_.desk.Find(exchange, session.user, handle) : nullptr;
  if (statement == nullptr) return Failure(exchange, rest::NoSuchEndpoint());
  if (exchange.request.method != "GET") return Failure(exchange, rest::NoSuchMethod());
  if (!parts_.desk.Wait(exchange, *statement, kShortWait)) return {.delivery = Delivery::kNothing};
  const auto outcome = statement->outcome();
  if (outcome == nullptr) return Accepted(*statement, *progress);
  progress->outcomes.push_back(*outcome);
  return Perform(exchange, session, *std::move(progress));
}

HttpReply RestSurface::Failure(const Exchange& exchange, const absl::Status& error) const {
  return exchange.Error(rest::HttpStatusOf(error), rest::CodeOf(error), error.message());
}

}  // namespace spcs::emulator_http
