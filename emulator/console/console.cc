// SPDX-License-Identifier: MPL-2.0
#include "emulator/console/console.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "emulator/console/container_log.h"
#include "emulator/console/state.h"
#include "emulator/console/static_files.h"
#include "emulator/http/local_page.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::console {
namespace {

constexpr absl::string_view kRoot = "/console";
constexpr int64_t kStatements = 50;
constexpr int kLogLines = 1000;

// Nothing but the console's own files runs or is loaded in the page, and nobody may frame it.
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

HttpReply Json(int status, const nlohmann::json& body) {
  return {.status = status, .body = DumpJson(body)};
}

HttpReply Error(int status, absl::string_view message) {
  return Json(status, {{"message", std::string(message)}});
}

HttpReply File(absl::string_view name) {
  for (const StaticFile& file : StaticFiles()) {
    if (file.name == name) return {.body = std::string(file.bytes), .content_type = std::string(file.content_type)};
  }
  return Error(404, "the console has no such file");
}

void AddHeaders(HttpReply& reply) {
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"Content-Security-Policy", kPolicy},
                                                                  {"X-Content-Type-Options", "nosniff"},
                                                                  {"Cross-Origin-Resource-Policy", "same-origin"},
                                                                  {"Referrer-Policy", "no-referrer"},
                                                                  {"Cache-Control", "no-store"}}) {
    reply.headers.emplace_back(name, value);
  }
}

}  // namespace

bool Console::Serves(const HttpRequest& request) {
  if (request.path == kRoot || absl::StartsWith(request.path, absl::StrCat(kRoot, "/"))) return true;
  const std::string* accept = request.Header("Accept");
  return request.path == "/" && request.method == "GET" && accept != nullptr && absl::StrContains(*accept, "text/html");
}

HttpReply Console::Handle(const HttpRequest& request) {
  const auto answer = [&]() -> HttpReply {
    if (const absl::Status local = emulator_http::CheckLocalPage(request); !local.ok()) {
      return Error(403, local.message());
    }
    if (request.method != "GET" && request.method != "HEAD") return Error(405, "the console only shows: GET");
    if (request.path == "/") return {.status = 302, .headers = {{"Location", std::string(kRoot)}}};
    const absl::string_view name = absl::StripPrefix(absl::StripPrefix(request.path, kRoot), "/");
    if (name == "state.json") return State();
    if (name == "log.json") return Log(request);
    return File(name.empty() ? "index.html" : name);
  };
  HttpReply reply = answer();
  AddHeaders(reply);
  return reply;
}

HttpReply Console::State() {
  nlohmann::json objects = parts_.engine.Objects();
  if (objects.contains("error")) return Error(500, JsonString(objects, "error"));
  const LastLine last_line = [this](const ContainerName& container) {
    const absl::StatusOr<std::string> log = ContainerLog(parts_.engine, container, 1);
    return log.ok() ? *log : "";
  };
  nlohmann::json state = StateOf(objects, last_line);
  const engine::AccountInfo account = parts_.engine.account();
  state["account"] = {{"name", absl::StrCat(account.organization, "-", account.account_name)},
                      {"region", account.region},
                      {"user", parts_.facts.user},
                      {"home", parts_.facts.home},
                      {"runtime", parts_.facts.runtime},
                      {"speed", parts_.facts.speed}};
  state["now"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", parts_.clock.Now(), absl::UTCTimeZone());
  state["statements"] = parts_.statements(kStatements);
  return Json(200, state);
}

HttpReply Console::Log(const HttpRequest& request) {
  ContainerName container{.service = request.Query("service").value_or(""),
                          .container = request.Query("container").value_or("")};
  if (!absl::SimpleAtoi(request.Query("instance").value_or(""), &container.instance)) {
    return Error(400, "query parameter instance must be a whole number");
  }
  const absl::StatusOr<std::string> log = ContainerLog(parts_.engine, container, kLogLines);
  if (!log.ok()) return Error(absl::IsInvalidArgument(log.status()) ? 400 : 404, log.status().message());
  return Json(200, {{"text", *log}, {"most_lines", kLogLines}});
}

}  // namespace spcs::console
