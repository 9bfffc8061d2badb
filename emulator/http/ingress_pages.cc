// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/ingress_pages.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::emulator_http {
namespace {

constexpr absl::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:12vh auto;padding:0 1em;color:#1c2733;"
    "background:#fff}h1{font-size:1.4em}button{display:block;width:100%;margin:.5em 0;padding:.7em 1em;font:inherit;"
    "text-align:left;border:1px solid #b8c4d0;border-radius:8px;background:#f6f9fc;cursor:pointer}"
    "button:hover{border-color:#0b6bcb}small{color:#5b6b7b}";

HttpReply Page(int status, absl::string_view title, absl::string_view body, int refresh_seconds) {
  const std::string refresh =
      refresh_seconds > 0 ? absl::StrCat("<meta http-equiv=\"refresh\" content=\"", refresh_seconds, "\">") : "";
  return {.status = status,
          .body = absl::StrCat("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">", refresh, "<title>",
                               HtmlText(title), "</title><style>", kStyle, "</style><h1>", HtmlText(title), "</h1>",
                               body, "<p><small>spcs-emulator, ingress</small></p></html>\n"),
          .content_type = "text/html; charset=utf-8",
          .headers = {{"Cache-Control", "no-store"}, {"X-Frame-Options", "DENY"}}};
}

}  // namespace

std::string HtmlText(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

bool WantsPage(const WireHead& request) {
  const std::string method = request.method();
  return (method == "GET" || method == "HEAD") && request.Find("Upgrade") == nullptr &&
         absl::StrContains(request.Get("Accept"), "text/html");
}

HttpReply IngressError(const WireHead& request, int status, absl::string_view title, absl::string_view text,
                       int retry_seconds) {
  HttpReply reply = WantsPage(request)
                        ? Page(status, title, absl::StrCat("<p>", HtmlText(text), "</p>"), retry_seconds)
                        : HttpReply{.status = status,
                                    .body = DumpJson({{"error", std::string(title)}, {"message", std::string(text)}}),
                                    .headers = {{"Cache-Control", "no-store"}}};
  if (retry_seconds > 0) reply.headers.emplace_back("Retry-After", absl::StrCat(retry_seconds));
  return reply;
}

HttpReply SignInPage(const std::vector<std::string>& users, absl::string_view to) {
  std::string body = absl::StrCat(
      "<p>This endpoint is for users of the account. The emulator knows no passwords: choose who you are.</p>"
      "<form method=\"post\" action=\"",
      kSignInPath, "\"><input type=\"hidden\" name=\"to\" value=\"", HtmlText(to), "\">");
  for (const std::string& user : users) {
    absl::StrAppend(&body, "<button name=\"user\" value=\"", HtmlText(user), "\">", HtmlText(user), "</button>");
  }
  return Page(200, "Sign in to the emulated account", absl::StrCat(body, "</form>"), 0);
}

HttpReply RedirectTo(absl::string_view location) {
  return {.status = 303, .headers = {{"Location", std::string(location)}, {"Cache-Control", "no-store"}}};
}

}  // namespace spcs::emulator_http
