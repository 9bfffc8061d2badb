// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/session_protocol.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/engine/hash.h"
#include "emulator/http/driver_json.h"
#include "emulator/http/driver_request.h"
#include "emulator/http/session.h"
#include "emulator/sql/name.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kLoginPath = "/session/v1/login-request";
constexpr absl::string_view kQueryPath = "/queries/v1/query-request";
constexpr absl::string_view kAbortPath = "/queries/v1/abort-request";
constexpr absl::string_view kMonitorRoot = "/monitoring/queries/";
constexpr absl::string_view kQueryRoot = "/queries/";
// How long a result is waited for before the driver is sent to ask again.
constexpr absl::Duration kLongPoll = absl::Seconds(20);

absl::Status NoSuchQuery(absl::string_view handle) {
  return WithFact(
      WithFact(absl::NotFoundError(absl::StrCat("Statement ", handle, " not found")), kVendorCode, "000709"), kSqlState,
      "02000");
}

// What a new session is told besides what it asked for itself.
std::map<std::string, std::string> StartParameters(std::map<std::string, std::string> asked) {
  asked.insert({{"AUTOCOMMIT", "true"},
                {"CLIENT_SESSION_KEEP_ALIVE", "false"},
                // The service's default: with more values than this a connector binds by a file in a stage.
                {"CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "65280"},
                {"CLIENT_TELEMETRY_ENABLED", "false"},
                {"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT", "JSON"},
                {"GO_QUERY_RESULT_FORMAT", "JSON"},
                {"TIMEZONE", "UTC"}});
  return asked;
}

nlohmann::json SessionInfo(const engine::Session& session) {
  const auto or_null = [](const std::string& name) { return name.empty() ? nlohmann::json() : nlohmann::json(name); };
  return {{"databaseName", or_null(session.database)},
          {"schemaName", or_null(session.schema)},
          {"warehouseName", or_null(session.warehouse)},
          {"roleName", or_null(session.role)}};
}

}  // namespace

bool SessionProtocol::Serves(absl::string_view path) {
  return path == "/session" || absl::StartsWith(path, "/session/") || absl::StartsWith(path, kQueryRoot) ||
         absl::StartsWith(path, kMonitorRoot) || path == "/telemetry/send";
}

HttpReply SessionProtocol::Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes) {
  return parts_.desk.Serve(request, peer, notes, [this](Exchange& exchange) { return Route(exchange); });
}

HttpReply SessionProtocol::Route(Exchange& exchange) {
  const HttpRequest& request = exchange.request;
  absl::string_view path = request.path;
  const bool post = request.method == "POST";
  const auto attend = [&](HttpReply (SessionProtocol::*serve)(Exchange&)) {
    return parts_.desk.Attend(exchange, [&] { return (this->*serve)(exchange); });
  };
  const auto attend_query = [&](HttpReply (SessionProtocol::*serve)(Exchange&, absl::string_view)) {
    return parts_.desk.Attend(exchange, [&] { return (this->*serve)(exchange, path); });
  };
  if (post && path == kQueryPath) return Query(exchange);
  if (post && path == kLoginPath) return attend(&SessionProtocol::Login);
  if (post && path == "/session/token-request") return attend(&SessionProtocol::RenewToken);
  if (post && path == "/session") return attend(&SessionProtocol::Session);
  if (path == "/session/heartbeat") return attend(&SessionProtocol::Heartbeat);
  if (post && path == kAbortPath) return attend(&SessionProtocol::Abort);
  if (post && path == "/telemetry/send") return DriverSuccess("Log Received");
  if (!post && absl::ConsumePrefix(&path, kMonitorRoot)) return attend_query(&SessionProtocol::Monitor);
  if (absl::ConsumePrefix(&path, kQueryRoot)) {
    if (!post && absl::ConsumeSuffix(&path, "/result")) return attend_query(&SessionProtocol::Result);
    if (post && absl::ConsumeSuffix(&path, "/abort-request")) return attend_query(&SessionProtocol::AbortById);
  }
  return exchange.Error(404, "404", "The requested endpoint does not exist.");
}

HttpReply SessionProtocol::Login(Exchange& exchange) {
  absl::StatusOr<LoginRequest> login = ParseLoginRequest(exchange.request);
  if (!login.ok()) return DriverFailure(login.status());
  absl::StatusOr<Identity> identity = parts_.authenticator.SignIn(
      {.authenticator = login->authenticator, .user = login->user, .token = login->token, .password = login->password});
  if (!identity.ok()) return DriverFailure(identity.status());
  absl::StatusOr<engine::Session> session = StartSession(
      *identity,
      {.role = login->role, .warehouse = login->warehouse, .database = login->database, .schema = login->schema});
  if (!session.ok()) return DriverFailure(session.status());
  const SessionSettings asked{
      .warehouse = session->warehouse, .database = session->database, .schema = session->schema};
  session->warehouse = session->database = session->schema = "";
  const IssuedTokens issued = parts_.sessions.Open(*std::move(session), StartParameters(std::move(login->parameters)));
  Settle(asked, *issued.session);
  parts_.desk.stats().CountLogin(engine::Sha256Hex(issued.session_token));
  const engine::Session state = issued.session->state();
  return DriverSuccess({{"token", issued.session_token},
                        {"masterToken", issued.master_token},
                        {"validityInSeconds", absl::ToInt64Seconds(kSessionTokenLife)},
                        {"masterValidityInSeconds", absl::ToInt64Seconds(kMasterTokenLife)},
                        {"displayUserName", state.user},
                        {"serverVersion", "10.10.0"},
                        {"firstLogin", false},
                        {"healthCheckInterval", 45},
                        {"sessionId", std::stoll(state.id)},
                        {"parameters", DriverParameters(issued.session->parameters())},
                        {"sessionInfo", SessionInfo(state)}});
}

// What the role cannot use is not an error of the login: the session then has none.
void SessionProtocol::Settle(const SessionSettings& asked, DriverSession& session) const {
  const std::pair<absl::string_view, const std::string&> kUses[] = {
      {"WAREHOUSE", asked.warehouse}, {"DATABASE", asked.database}, {"SCHEMA", asked.schema}};
  for (const auto& [what, name] : kUses) {
    if (name.empty()) continue;
    const absl::StatusOr<engine::ResultSet> used =
        parts_.engine.Execute(session.state(), absl::StrCat("USE ", what, " ", sql::ToSql(name)), {}, "");
    if (used.ok() && used->session_change) session.Apply(*used->session_change);
  }
}

HttpReply SessionProtocol::RenewToken(Exchange& exchange) {
  const absl::StatusOr<nlohmann::json> body = ParseJson(exchange.request.body);
  if (!body.ok()) return exchange.Error(400, "390400", "The token request is no JSON object.");
  const std::string master = DriverToken(exchange.request);
  const std::string type = JsonString(*body, "requestType");
  if (type != "RENEW" && type != "ISSUE") {
    return exchange.Error(400, "390400", "requestType must be RENEW or ISSUE.");
  }
  const absl::StatusOr<IssuedTokens> issued = type == "RENEW"
                                                  ? parts_.sessions.Renew(master, JsonString(*body, "oldSessionToken"))
                                                  : parts_.sessions.Issue(master);
  if (!issued.ok()) return DriverFailure(issued.status());
  return DriverSuccess({{"sessionToken", issued->session_token},
                        {"validityInSecondsST", absl::ToInt64Seconds(kSessionTokenLife)},
                        {"masterToken", issued->master_token},
                        {"validityInSecondsMT", absl::ToInt64Seconds(kMasterTokenLife)},
                        {"sessionId", std::stoll(issued->session->state().id)}});
}

HttpReply SessionProtocol::Session(Exchange& exchange) {
  if (exchange.request.Query("delete") != "true") {
    return exchange.Error(404, "404", "The requested endpoint does not exist.");
  }
  const absl::Status closed = parts_.sessions.Close(DriverToken(exchange.request));
  return closed.ok() ? DriverSuccess(nullptr) : DriverFailure(closed);
}

HttpReply SessionProtocol::Heartbeat(Exchange& exchange) {
  const auto session = SessionOf(exchange);
  return session.ok() ? DriverSuccess(nullptr) : DriverFailure(session.status());
}

absl::StatusOr<std::shared_ptr<DriverSession>> SessionProtocol::SessionOf(const Exchange& exchange) const {
  const std::string token = DriverToken(exchange.request);
  if (!token.empty()) return parts_.sessions.Find(token);
  return WithFact(absl::UnauthenticatedError("Session token not found in the request data."), kVendorCode,
                  kNoSessionToken);
}

HttpReply SessionProtocol::Query(Exchange& exchange) {
  absl::StatusOr<std::shared_ptr<DriverSession>> session = SessionOf(exchange);
  if (!session.ok()) return parts_.desk.Attend(exchange, [&] { return DriverFailure(session.status()); });
  absl::StatusOr<QueryRequest> query = ParseQueryRequest(exchange.request);
  if (!query.ok()) return DriverFailure(query.status());
  const engine::Session state = (*session)->state();
  if (query->describe_only) {
    // Only what a question would answer is known without doing anything.
    const std::string kind = parts_.engine.Inspect(query->text).kind;
    if (!absl::StartsWith(kind, "SELECT") && !absl::StartsWith(kind, "SHOW") && !absl::StartsWith(kind, "DESC")) {
      return DriverFailure(
          WithFact(absl::UnimplementedError("Unsupported feature 'describeOnly of a change'."), kVendorCode, "000002"));
    }
  }
  const bool rows = !query->describe_only;
  const Order order{.text = std::move(query->text),
                    .bindings = std::move(query->bindings),
                    .user = state.user,
                    .request_id = std::move(query->request_id),
                    .retry = query->retry,
                    .may_repeat = true,
                    .async = query->async,
                    .session = [session = *session] { return absl::StatusOr<engine::Session>(session->state()); },
                    .executed =
                        [session = *session](const engine::ResultSet& result) {
                          if (result.session_change) session->Apply(*result.session_change);
                        }};
  return parts_.desk.Submit(
      exchange, order,
      {.refused = [](const absl::Status& error) { return DriverFailure(error); },
       .started = [](const ExecutedStatement& statement) { return DriverRunning(statement); },
       .answer = [&](const ExecutedStatement& statement) { return DriverAnswer(statement, session->get(), rows); }});
}

HttpReply SessionProtocol::Abort(Exchange& exchange) {
  const auto session = SessionOf(exchange);
  if (!session.ok()) return DriverFailure(session.status());
  const absl::StatusOr<nlohmann::json> body = ParseJson(exchange.request.body);
  const std::string request_id = body.ok() ? absl::AsciiStrToLower(JsonString(*body, "requestId")) : "";
  const auto statement = parts_.desk.FindRequest((*session)->state().user, request_id);
  if (statement == nullptr || !StatementDesk::Cancel(*statement)) return DriverFailure(NotExecuting());
  return DriverSuccess(nullptr);
}

HttpReply SessionProtocol::AbortById(Exchange& exchange, absl::string_view handle) {
  const auto session = SessionOf(exchange);
  if (!session.ok()) return DriverFailure(session.status());
  const auto statement = parts_.desk.Find(exchange, (*session)->state().user, handle);
  if (statement == nullptr || !StatementDesk::Cancel(*statement)) return DriverFailure(NotExecuting());
  return DriverSuccess(nullptr);
}

HttpReply SessionProtocol::Result(Exchange& exchange, absl::string_view handle) {
  const auto session = SessionOf(exchange);
  if (!session.ok()) return DriverFailure(session.status());
  const auto statement = parts_.desk.Find(exchange, (*session)->state().user, handle);
  if (statement == nullptr) return DriverFailure(NoSuchQuery(handle));
  if (!parts_.desk.Wait(exchange, *statement, kLongPoll)) return {.delivery = Delivery::kNothing};
  return DriverAnswer(*statement, session->get());
}

HttpReply SessionProtocol::Monitor(Exchange& exchange, absl::string_view handle) {
  const auto session = SessionOf(exchange);
  if (!session.ok()) return DriverFailure(session.status());
  const auto statement = parts_.desk.Find(exchange, (*session)->state().user, handle);
  nlohmann::json queries = nlohmann::json::array();
  if (statement != nullptr) queries.push_back(MonitoredQuery(*statement));
  return DriverSuccess({{"queries", std::move(queries)}});
}

}  // namespace spcs::emulator_http
