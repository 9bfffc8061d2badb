// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/ingress.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "emulator/http/ingress_cors.h"
#include "emulator/http/ingress_pages.h"
#include "emulator/http/request_log.h"
#include "emulator/runtime/process/relay.h"
#include "httplib.h"

namespace spcs::emulator_http {
namespace {

using engine::IngressRoute;
using engine::Session;
using runtime::process::Fd;

// Requests that are passed on at the same time; more are told to come again.
constexpr int kMostOpen = 512;
constexpr size_t kLongestForm = 16u << 10;
constexpr int kRetrySeconds = 3;

std::string PathOf(const WireHead& request) {
  const std::string target = request.target();
  return target.substr(0, target.find('?'));
}

// A line break would begin another header.
bool IsOneLine(absl::string_view text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_iscntrl(c); });
}

// Where the browser goes on after signing in: a path of this very host.
std::string SafePath(absl::string_view to) {
  const bool safe = absl::StartsWith(to, "/") && !absl::StartsWith(to, "//") && !absl::StrContains(to, '\\') &&
                    !absl::StartsWith(to, kIngressPaths) && IsOneLine(to);
  return safe ? std::string(to) : "/";
}

std::string SignInTarget(absl::string_view target) {
  return absl::StrCat(kSignInPath, "?to=", httplib::detail::encode_query_param(std::string(target)));
}

httplib::Params Form(const std::string& text) {
  httplib::Params fields;
  httplib::detail::parse_query_text(text, fields);
  return fields;
}

std::string Field(const httplib::Params& fields, const std::string& name) {
  const auto field = fields.find(name);
  return field == fields.end() ? "" : field->second;
}

std::string CookieHeader(absl::string_view value, absl::string_view attributes) {
  return absl::StrCat(kIngressCookie, "=", value, "; Path=/; HttpOnly; SameSite=Lax", attributes);
}

// What the container gets to see.
WireHead Inward(const WireHead& request, const Session& session) {
  WireHead inward = request;
  const std::string upgrade = request.Lists("Connection", "Upgrade") ? request.Get("Upgrade") : "";
  RemoveHopHeaders(inward);
  RemoveCredentials(inward);
  inward.RemoveStartingWith("Sf-Context-");
  inward.Remove("Expect");  // the ingress itself says that the body may come
  inward.Set("Sf-Context-Current-User", IsOneLine(session.user) ? session.user : "");
  inward.Set("Connection", upgrade.empty() ? "close" : "Upgrade");
  if (!upgrade.empty()) inward.Set("Upgrade", upgrade);
  return inward;
}

void Outward(const WireHead& request, const engine::CorsSettings& cors, WireHead& answer, bool keep) {
  const std::string upgrade = answer.status() == 101 ? answer.Get("Upgrade") : "";
  RemoveHopHeaders(answer);
  AllowOrigin(request, cors, answer);
  if (!upgrade.empty()) {
    answer.Set("Connection", "Upgrade");
    answer.Set("Upgrade", upgrade);
  } else if (!keep) {
    answer.Set("Connection", "close");
  }
}

HttpReply FailureReply(const WireHead& request, WireExchange::End end) {
  switch (end) {
    case WireExchange::End::kIdle:
      return IngressError(request, 504, "The container was silent for too long",
                          "A connection to a public endpoint ends after 90 seconds without a byte: let the application "
                          "stream, or ask it again and again.");
    case WireExchange::End::kBadAnswer:
      return IngressError(request, 502, "The container does not speak HTTP", "What it answered is no HTTP/1 message.");
    case WireExchange::End::kBadRequest:
      return IngressError(request, 400, "Bad request", "The chunks of the request's body are malformed.");
    default:
      return IngressError(request, 502, "The container ended the connection",
                          "It did so before it answered; its log may say why.", kRetrySeconds);
  }
}

}  // namespace

Diversion Ingress::diversion() {
  return {.takes = [](absl::string_view host) { return !IngressLabel(host).empty(); },
          .serve =
              [this](int socket, int stop_fd, std::string input) {
                IngressClient client{.socket = socket, .stop_fd = stop_fd, .input = std::move(input)};
                Serve(client);
              }};
}

void Ingress::Serve(IngressClient& client) {
  while (const std::optional<std::string> bytes = client.ReadHead(parts_.idle)) {
    const bool whole = HeadSize(*bytes) != absl::string_view::npos;
    const absl::StatusOr<WireHead> request = ParseWireHead(*bytes);
    if (!whole || !request.ok() || request->status() != 0) {
      const WireHead unread{.start = "GET / HTTP/1.1", .headers = {}};
      client.Answer(unread, IngressError(unread, whole ? 400 : 431, whole ? "Bad request" : "The headers are too long",
                                         whole ? request.status().message() : "Send at most 64 KB of them."));
      return;
    }
    if (!ServeOne(client, *request)) return;
  }
}

bool Ingress::ServeOne(IngressClient& client, const WireHead& request) {
  const absl::Time started = absl::Now();
  const std::string label = IngressLabel(request.Get("Host"));
  IngressRoute route;
  Session session;
  const absl::StatusOr<WireBody> body = WireBody::OfRequest(request);
  std::optional<HttpReply> reply = !body.ok() ? IngressError(request, 400, "Bad request", body.status().message())
                                   : absl::StartsWith(PathOf(request), kIngressPaths)
                                       ? OwnPath(client, request, label)
                                       : Decide(request, label, route, session);
  if (!reply && open_.fetch_add(1) >= kMostOpen) {
    open_.fetch_sub(1);
    reply = IngressError(request, 503, "Too many requests at once", "Come again in a moment.", kRetrySeconds);
  }
  int status = reply ? reply->status : 0;
  bool keep = false;
  if (reply) {
    client.Answer(request, *reply);
  } else {
    keep = Forward(client, request, *body, route, session, status);
    open_.fetch_sub(1);
  }
  Log(request, absl::StrCat(route.service, route.service.empty() ? label : "!", route.endpoint), status, started);
  return keep;
}

std::optional<HttpReply> Ingress::Decide(const WireHead& request, const std::string& label, IngressRoute& route,
                                         Session& session) {
  const absl::StatusOr<Session> admitted = parts_.gate.Admit(request, label);
  absl::StatusOr<IngressRoute> found = engine::FindIngress(parts_.engine, admitted.ok() ? *admitted : Session{}, label);
  if (!found.ok()) {
    return IngressError(request, 404, "There is no such endpoint",
                        "No service of the account has a public endpoint of this host. SHOW ENDPOINTS lists them; a "
                        "service that is made anew has new hosts.");
  }
  route = *std::move(found);
  if (auto preflight = AnswerPreflight(request, route.cors)) return preflight;
  if (auto refusal = Gate(request, route, admitted)) return refusal;
  session = *admitted;
  return NotReady(request, route);
}

// Who asks, and may they?
std::optional<HttpReply> Ingress::Gate(const WireHead& request, const IngressRoute& route,
                                       const absl::StatusOr<Session>& admitted) const {
  if (!admitted.ok()) return IngressError(request, 401, "The token is not good", admitted.status().message());
  if (admitted->user.empty()) {
    if (WantsPage(request)) return RedirectTo(SignInTarget(request.target()));
    return IngressError(request, 401, "A token is needed",
                        "Send `Authorization: Snowflake Token=\"<token>\"` with a programmatic access token, an OAuth "
                        "token, or one that POST /oauth/token gives for a key-pair JWT.");
  }
  if (route.allowed) return std::nullopt;
  return IngressError(request, 403, "This endpoint is not for you",
                      absl::StrCat("Role ", admitted->role, " of user ", admitted->user,
                                   " neither owns the service nor has one of its service roles with the endpoint. Ask "
                                   "for it: GRANT SERVICE ROLE ",
                                   route.service, "!ALL_ENDPOINTS_USAGE TO ROLE ", admitted->role));
}

std::optional<HttpReply> Ingress::NotReady(const WireHead& request, const IngressRoute& route) {
  if (route.suspended && !route.auto_resume) {
    return IngressError(request, 503, "The service is suspended",
                        absl::StrCat("AUTO_RESUME is off; resume it: ALTER SERVICE ", route.service, " RESUME"));
  }
  if (route.suspended) {
    const absl::Status woken = engine::WakeIngress(parts_.engine, route);
    if (!woken.ok()) return IngressError(request, 503, "The service cannot be resumed", woken.message());
    return IngressError(request, 503, "The service wakes up", "It was suspended and is resumed now.", kRetrySeconds);
  }
  if (route.ready.empty()) {
    return IngressError(request, 503, "The service is not ready",
                        absl::StrCat("Service ", route.service, " is ", route.status, "; no instance is READY."),
                        kRetrySeconds);
  }
  if (parts_.dial) return std::nullopt;
  return IngressError(
      request, 501, "This container is simulated",
      absl::StrCat("Endpoint ", route.endpoint, " of service ", route.service, " leads to port ", route.port,
                   ", where nothing listens: the emulator plays the containers' states and "
                   "runs no program. With --runtime=process it runs them."));
}

HttpReply Ingress::OwnPath(IngressClient& client, const WireHead& request, const std::string& label) {
  const std::string path = PathOf(request), target = request.target();
  // Whoever sits at this machine is everybody; a container is its service's owner, for which it has a token.
  if (runtime::process::ComesFromContainer(client.socket)) {
    return IngressError(request, 403, "Containers do not sign in", "Send a token in the Authorization header.");
  }
  if (path == kSignInPath && request.method() == "POST") return SignIn(client, request, label);
  if (path == kSignInPath) {
    const size_t query = target.find('?');
    return SignInPage(parts_.gate.Users(),
                      SafePath(query == std::string::npos ? "/" : Field(Form(target.substr(query + 1)), "to")));
  }
  if (path != kSignOutPath) {
    return IngressError(request, 404, "There is no such page", "/sfc-endpoint/ belongs to the ingress.");
  }
  parts_.gate.SignOut(request);
  HttpReply reply = RedirectTo(kSignInPath);
  reply.headers.emplace_back("Set-Cookie", CookieHeader("", "; Max-Age=0"));
  return reply;
}

HttpReply Ingress::SignIn(IngressClient& client, const WireHead& request, const std::string& label) {
  // A page of somebody else must not choose who the browser is here.
  const std::string* origin = request.Find("Origin");
  if (origin != nullptr && *origin != absl::StrCat("http://", request.Get("Host"))) {
    return IngressError(request, 403, "Sign in on the page of this endpoint", "The form came from another site.");
  }
  const std::optional<std::string> form = client.ReadSmallBody(request, kLongestForm);
  if (!form) return IngressError(request, 400, "Bad request", "The form's fields are missing or too long.");
  const httplib::Params fields = Form(*form);
  const absl::StatusOr<std::string> token = parts_.gate.SignIn(Field(fields, "user"), label);
  if (!token.ok()) return IngressError(request, 403, "Nobody is signed in", token.status().message());
  HttpReply reply = RedirectTo(SafePath(Field(fields, "to")));
  reply.headers.emplace_back("Set-Cookie", CookieHeader(*token, ""));
  return reply;
}

bool Ingress::Forward(IngressClient& client, const WireHead& request, const WireBody& body, const IngressRoute& route,
                      const Session& session, int& status) {
  absl::StatusOr<Fd> server = Reach(route);
  if (!server.ok()) {
    status = 502;
    client.Answer(request, IngressError(request, 502, "The container does not answer",
                                        absl::StrCat("Nothing listens on port ", route.port, " of endpoint ",
                                                     route.endpoint, ", though the service is ", route.status, "."),
                                        kRetrySeconds));
    return false;
  }
  if (request.Lists("Expect", "100-continue")) client.SayContinue();
  WireExchange exchange({.client = client.socket,
                         .server = server->get(),
                         .stop = client.stop_fd,
                         .idle = parts_.idle,
                         .edit = [&](WireHead& answer, bool keep) { Outward(request, route.cors, answer, keep); }},
                        Inward(request, session), body, std::move(client.input));
  const WireExchange::End end = exchange.Run();
  *server = Fd();  // at once: the container stops working for a client that went
  client.input = std::move(exchange.input());
  status = exchange.status();
  if (end == WireExchange::End::kDone) return exchange.keep() && !request.Lists("Connection", "close");
  if (status != 0) {
    client.Break();
  } else if (end != WireExchange::End::kClientGone && end != WireExchange::End::kStopped) {
    const HttpReply reply = FailureReply(request, end);
    status = reply.status;
    client.Answer(request, reply);
  }
  return false;
}

absl::StatusOr<Fd> Ingress::Reach(const IngressRoute& route) {
  size_t turn = 0;
  {
    MutexLock lock(mu_);
    turn = turns_[absl::StrCat(route.service, "!", route.endpoint)]++;
  }
  absl::StatusOr<Fd> server = absl::UnavailableError("no instance");
  for (size_t i = 0; i < route.ready.size() && !server.ok(); ++i) {
    server = parts_.dial(route.ready[(turn + i) % route.ready.size()], route.port);
  }
  return server;
}

void Ingress::Log(const WireHead& request, const std::string& object, int status, absl::Time started) const {
  RequestNotes notes;
  notes.kind = "INGRESS";
  notes.object = object;
  LogRequest(parts_.log_fd, {.method = request.method(), .path = PathOf(request)}, {.status = status}, notes, started,
             absl::Now());
}

}  // namespace spcs::emulator_http
