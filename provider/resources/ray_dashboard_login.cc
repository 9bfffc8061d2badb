// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_dashboard_login.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"
#include "provider/http/url.h"

namespace spcs::resources {
namespace {

constexpr char kIngressDomain[] = ".snowflakecomputing.app";
// Names of this machine: endpoints of an emulated account.
constexpr char kLocalDomain[] = ".localhost";

// How long an exchanged token is used. The vendor does not say how long it is good for.
constexpr absl::Duration kExchangedFor = absl::Minutes(5);

bool GoesToOurselves(const std::string& url) {
  const std::string host = http::HostOf(url);
  return http::IsLoopbackHost(host) || absl::EndsWith(host, kLocalDomain);
}

// Whether the first label of the host is "<something>-<organization>-<account>", as the account names its endpoints.
// The something has no "-": otherwise the account ORG_ACCT of anybody would pass for the account ACCT of ORG.
bool IsNamedFor(const snowflake::AccountFacts& facts, const std::string& host) {
  const std::string name = absl::AsciiStrToLower(
      absl::StrReplaceAll(absl::StrCat("-", facts.organization, "-", facts.account_name), {{"_", "-"}}));
  absl::string_view label = absl::string_view(host).substr(0, host.find('.'));
  if (facts.organization.empty() || facts.account_name.empty() || !absl::ConsumeSuffix(&label, name)) return false;
  return !label.empty() && !absl::StrContains(label, '-');
}

absl::StatusOr<bool> IsEndpointOf(Session& session, const std::string& url, std::stop_token stop) {
  const std::string host = absl::AsciiStrToLower(http::HostOf(url));
  if (absl::EndsWith(host, kLocalDomain)) return GoesToOurselves(session.base_url());
  if (!absl::EndsWith(host, kIngressDomain) || !absl::StartsWith(url, "https://")) return false;
  ASSIGN_OR_RETURN(const auto facts, session.client().Account(std::move(stop)));
  return IsNamedFor(*facts, host);
}

}  // namespace

void CheckDashboardUrl(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const std::string& url = value.AsString();
  const bool secure = absl::StartsWith(url, "https://");
  if (http::HostOf(url).empty() || (!secure && !absl::StartsWith(url, "http://"))) {
    diagnostics.AddError(
        path, "Invalid URL",
        absl::StrCat("\"", url, "\" is no URL of a dashboard. Write it like https://host, without a path."));
  } else if (!secure && !GoesToOurselves(url)) {
    diagnostics.AddError(path, "Unprotected connection",
                         "http is for this machine only, such as a forwarded port: tokens and answers would be "
                         "readable on the way. Use https.");
  }
}

std::string EndpointAuthorization(const std::string& token) {
  return absl::StrCat("Snowflake Token=\"", token, "\"");
}

absl::StatusOr<http::Response> EndpointTransport::Send(const http::Request& request, std::stop_token stop) {
  ASSIGN_OR_RETURN(const bool ours, IsEndpointOf(session_, url_, stop));
  if (!ours) return session_.transport().Send(request, std::move(stop));
  ASSIGN_OR_RETURN(const std::string token, Token(stop));
  http::Request signed_request = request;
  signed_request.headers.emplace_back("Authorization", EndpointAuthorization(token));
  return session_.transport().Send(signed_request, std::move(stop));
}

absl::StatusOr<std::string> EndpointTransport::Token(std::stop_token stop) {
  ASSIGN_OR_RETURN(const snowflake::Authorization own, session_.authenticator().Authorize());
  if (own.token_type != "KEYPAIR_JWT") return own.token;
  MutexLock lock(mutex_);
  if (clock_.Now() - exchanged_at_ < kExchangedFor) return exchanged_;
  const absl::Time asked = clock_.Now();
  ASSIGN_OR_RETURN(exchanged_, Exchange(own.token, std::move(stop)));
  exchanged_at_ = asked;
  return exchanged_;
}

absl::StatusOr<std::string> EndpointTransport::Exchange(const std::string& jwt, std::stop_token stop) {
  std::string scope;
  if (const auto& role = session_.client().role()) scope = absl::StrCat("session:role:", role->value(), " ");
  absl::StrAppend(&scope, http::HostOf(url_));
  http::Request request{.method = "POST",
                        .url = absl::StrCat(session_.base_url(), "/oauth/token"),
                        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}};
  request.body = absl::StrCat("grant_type=", http::PercentEncode("urn:ietf:params:oauth:grant-type:jwt-bearer"),
                              "&scope=", http::PercentEncode(scope), "&assertion=", http::PercentEncode(jwt));
  request.max_response_bytes = 1 << 16;
  const absl::StatusOr<http::Response> response = session_.transport().Send(request, std::move(stop));
  if (!response.ok()) return Annotate(response.status(), "a token for the endpoint was not had");
  const std::string token(absl::StripAsciiWhitespace(response->body));
  if (response->status == 200 && !token.empty() && !absl::StartsWith(token, "{")) return token;
  return WithFact(
      absl::UnauthenticatedError(absl::StrCat("the account answers with status ", response->status,
                                              " to the exchange of the key pair for a token of ", http::HostOf(url_))),
      kAdvice, "Sign in with a programmatic access token, or see that the user's key and role are the account's.");
}

}  // namespace spcs::resources
