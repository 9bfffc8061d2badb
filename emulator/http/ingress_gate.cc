// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/ingress_gate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/engine/access_token.h"
#include "emulator/engine/context.h"
#include "emulator/http/session.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr absl::string_view kRoleScope = "session:role:";
constexpr absl::Duration kSignInLife = absl::Hours(12);
constexpr absl::Duration kExchangedLife = absl::Hours(1);

// The token of `Snowflake Token="…"`, with quotes or without; "" when the header is of another kind, which is the
// application's own business.
std::string HeaderToken(const WireHead& request) {
  const std::string* header = request.Find("Authorization");
  if (header == nullptr || !absl::StartsWithIgnoreCase(*header, "Snowflake ")) return "";
  absl::string_view text = absl::StripAsciiWhitespace(absl::string_view(*header).substr(10));
  if (!absl::StartsWithIgnoreCase(text, "Token=")) return "";
  text.remove_prefix(6);
  if (absl::ConsumePrefix(&text, "\"")) absl::ConsumeSuffix(&text, "\"");
  return std::string(text);
}

std::vector<std::string> Cookies(const WireHead& request) {
  std::vector<std::string> cookies;
  for (const auto& [name, value] : request.headers) {
    if (!absl::EqualsIgnoreCase(name, "Cookie")) continue;
    for (const absl::string_view cookie : absl::StrSplit(value, ';', absl::SkipWhitespace())) {
      cookies.emplace_back(absl::StripAsciiWhitespace(cookie));
    }
  }
  return cookies;
}

bool IsOurs(absl::string_view cookie) {
  return absl::StartsWith(cookie, absl::StrCat(kIngressCookie, "="));
}

std::string CookieToken(const WireHead& request) {
  for (const std::string& cookie : Cookies(request)) {
    if (IsOurs(cookie)) return cookie.substr(kIngressCookie.size() + 1);
  }
  return "";
}

HttpReply OauthError(absl::string_view error, absl::string_view description) {
  return {.status = 400,
          .body = DumpJson({{"error", std::string(error)}, {"error_description", std::string(description)}})};
}

}  // namespace

std::string IngressLabel(absl::string_view host) {
  host = host.substr(0, host.find(':'));
  const size_t dot = host.find('.');
  if (dot == 0 || dot == absl::string_view::npos) return "";
  return absl::EqualsIgnoreCase(host.substr(dot), ".localhost") ? absl::AsciiStrToLower(host.substr(0, dot)) : "";
}

absl::StatusOr<engine::Session> IngressGate::SessionOf(absl::string_view token, absl::string_view label) const {
  if (const auto session = parts_.sessions.Find(token); session.ok()) return (*session)->state();
  ASSIGN_OR_RETURN(const Identity identity, parts_.authenticator.CheckForIngress(token, label));
  return StartSession(identity, {});
}

absl::StatusOr<engine::Session> IngressGate::Admit(const WireHead& request, absl::string_view label) const {
  const std::string token = HeaderToken(request);
  if (!token.empty()) return SessionOf(token, label);
  const std::string cookie = CookieToken(request);
  if (!cookie.empty()) {
    if (absl::StatusOr<engine::Session> session = SessionOf(cookie, label); session.ok()) return session;
  }
  return engine::Session{};
}

std::vector<std::string> IngressGate::Users() const {
  std::vector<std::string> users;
  const engine::Session admin{.user = "", .role = "ACCOUNTADMIN"};
  parts_.engine
      .Run(admin,
           [&](engine::ExecutionContext& context) {
             for (const engine::Object& user : context.store().List(engine::Kind::kUser)) users.push_back(user.name);
             return absl::OkStatus();
           })
      .IgnoreError();
  std::erase_if(users, [&](const std::string& name) {
    const auto user = parts_.engine.FindUser(name);
    return !user.ok() || user->disabled;
  });
  return users;
}

absl::StatusOr<std::string> IngressGate::SignIn(const std::string& user, absl::string_view label) const {
  ASSIGN_OR_RETURN(const engine::UserRecord record, parts_.engine.FindUser(user));
  if (record.disabled) return absl::PermissionDeniedError("the user is disabled");
  return parts_.authenticator.MakeIngressToken(record.name, "", label, kSignInLife);
}

void IngressGate::SignOut(const WireHead& request) const {
  const std::string token = CookieToken(request);
  if (!token.empty()) parts_.engine.DeleteRecord(engine::kTokenSpace, engine::TokenKey(token)).IgnoreError();
}

absl::StatusOr<std::string> IngressGate::Exchanged(const HttpRequest& request) const {
  ASSIGN_OR_RETURN(const Identity identity,
                   parts_.authenticator.CheckAssertion(request.Query("assertion").value_or("")));
  std::string role, label;
  for (absl::string_view word : absl::StrSplit(request.Query("scope").value_or(""), ' ', absl::SkipWhitespace())) {
    if (absl::ConsumePrefix(&word, kRoleScope)) {
      role = std::string(word);
    } else {
      label = IngressLabel(word);
    }
  }
  if (label.empty()) {
    return absl::InvalidArgumentError("scope must be [session:role:<role> ]<host of a public endpoint>");
  }
  const std::vector<std::string>& roles = identity.user.roles;
  if (!role.empty() && std::find(roles.begin(), roles.end(), role) == roles.end()) {
    return absl::InvalidArgumentError(absl::StrCat("the user has no role ", role, " (its case counts)"));
  }
  return parts_.authenticator.MakeIngressToken(identity.user.name, role, label, kExchangedLife);
}

HttpReply IngressGate::Exchange(const HttpRequest& request) const {
  if (request.method != "POST") return OauthError("invalid_request", "this path takes POST");
  if (request.Query("grant_type").value_or("") != kGrantType) {
    return OauthError("unsupported_grant_type", absl::StrCat("grant_type must be ", kGrantType));
  }
  const absl::StatusOr<std::string> token = Exchanged(request);
  if (absl::IsInvalidArgument(token.status())) {
    return OauthError("invalid_scope", std::string(token.status().message()));
  }
  if (!token.ok()) return OauthError("invalid_grant", std::string(token.status().message()));
  return {.status = 200, .body = *token, .content_type = "text/plain", .headers = {{"Cache-Control", "no-store"}}};
}

void RemoveCredentials(WireHead& request) {
  request.Remove("Authorization");
  std::vector<std::string> cookies = Cookies(request);
  if (std::erase_if(cookies, IsOurs) == 0) return;
  request.Remove("Cookie");
  if (!cookies.empty()) request.headers.emplace_back("Cookie", absl::StrJoin(cookies, "; "));
}

}  // namespace spcs::emulator_http
