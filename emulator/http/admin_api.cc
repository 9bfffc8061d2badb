// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/admin_api.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/http/local_page.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kRoot = "/emulator/";
constexpr int64_t kLongestAdvance = int64_t{400} * 24 * 3600;

// The calls: method and the path behind kRoot.
constexpr std::array<std::pair<absl::string_view, absl::string_view>, 11> kCalls = {{
    {"GET", "stats"},
    {"GET", "faults"},
    {"GET", "objects"},
    {"GET", "statements"},
    {"POST", "stats:reset"},
    {"POST", "statements:reset"},
    {"PUT", "faults"},
    {"POST", "faults:release"},
    {"POST", "clock:advance"},
    {"POST", "objects:mutate"},
    {"POST", "tokens"},
}};

HttpReply Json(int status, const nlohmann::json& body) {
  return {.status = status, .body = DumpJson(body)};
}

HttpReply Error(int status, absl::string_view message) {
  return Json(status, {{"message", std::string(message)}});
}

HttpReply FromStatus(const absl::Status& status) {
  if (status.ok()) return Json(200, nlohmann::json::object());
  const int code = absl::IsInvalidArgument(status) ? 400 : absl::IsNotFound(status) ? 404 : 500;
  return Error(code, status.message());
}

absl::StatusOr<absl::Duration> AdvanceOf(const nlohmann::json& body) {
  const auto seconds = body.is_object() ? body.find("seconds") : body.end();
  if (!body.is_object() || seconds == body.end() || !seconds->is_number() || seconds->get<double>() < 0 ||
      seconds->get<double>() > kLongestAdvance) {
    return absl::InvalidArgumentError(
        absl::StrCat("the body must be {\"seconds\": n} with n from 0 to ", kLongestAdvance));
  }
  return absl::Seconds(seconds->get<double>());
}

}  // namespace

AdminApi::AdminApi(Parts parts) : parts_(std::move(parts)) {}

bool AdminApi::Serves(absl::string_view path) {
  return absl::StartsWith(path, kRoot);
}

HttpReply AdminApi::Handle(const HttpRequest& request) {
  if (const absl::Status local = CheckLocalPage(request); !local.ok()) return Error(403, local.message());
  const absl::string_view name = absl::string_view(request.path).substr(kRoot.size());
  bool known = false;
  for (const auto& [method, call] : kCalls) {
    known = known || call == name;
    if (call == name && method == request.method) return request.method == "GET" ? Get(request) : Change(request);
  }
  return known ? Error(405, absl::StrCat("no ", request.method, " for this path"))
               : Error(404, "no such path in the admin API");
}

HttpReply AdminApi::Get(const HttpRequest& request) {
  const absl::string_view name = absl::string_view(request.path).substr(kRoot.size());
  if (name == "stats") return Json(200, parts_.stats.Get(parts_.connections()));
  if (name == "faults") return Json(200, parts_.faults.Get());
  if (name == "objects") return Json(200, parts_.engine.Objects());
  int64_t after = 0;
  const std::optional<std::string> text = request.Query("after");
  if (text && !absl::SimpleAtoi(*text, &after)) return Error(400, "query parameter after must be a whole number");
  return Json(200, parts_.log.Get(after));
}

HttpReply AdminApi::Change(const HttpRequest& request) {
  const absl::string_view name = absl::string_view(request.path).substr(kRoot.size());
  if (name == "stats:reset") {
    parts_.stats.Reset(parts_.connections());
    return Json(200, nlohmann::json::object());
  }
  if (name == "statements:reset") {
    parts_.log.Reset();
    return Json(200, nlohmann::json::object());
  }
  if (name == "faults:release") return Json(200, {{"released", parts_.faults.Release()}});

  const absl::StatusOr<nlohmann::json> body = ParseJson(request.body);
  if (!body.ok()) return Error(400, absl::StrCat("the body is ", body.status().message()));
  if (name == "faults") return FromStatus(parts_.faults.Set(*body));
  if (name == "objects:mutate") return FromStatus(parts_.engine.Mutate(*body));
  if (name == "tokens") {
    const absl::StatusOr<std::string> token = parts_.authenticator.MakeToken(*body);
    return token.ok() ? Json(200, {{"token", *token}}) : FromStatus(token.status());
  }
  const absl::StatusOr<absl::Duration> advance = AdvanceOf(*body);
  if (!advance.ok()) return FromStatus(advance.status());
  parts_.clock.Advance(*advance);
  return Json(200, {{"now", absl::FormatTime(absl::RFC3339_full, parts_.clock.Now(), absl::UTCTimeZone())}});
}

}  // namespace spcs::emulator_http
