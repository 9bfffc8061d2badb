// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/ingress_cors.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_join.h"
#include "emulator/http/ingress_pages.h"

namespace spcs::emulator_http {
namespace {

// Inferred: documented is that answers to preflights are kept, not for how long.
constexpr char kMaxAge[] = "7200";

bool IsListed(const engine::CorsSettings& cors, const std::string& origin) {
  return std::find(cors.origins.begin(), cors.origins.end(), origin) != cors.origins.end();
}

}  // namespace

std::optional<HttpReply> AnswerPreflight(const WireHead& request, const engine::CorsSettings& cors) {
  const std::string* origin = request.Find("Origin");
  const bool preflight =
      request.method() == "OPTIONS" && origin != nullptr && request.Find("Access-Control-Request-Method") != nullptr;
  if (!preflight || cors.origins.empty()) return std::nullopt;
  if (!IsListed(cors, *origin)) {
    return IngressError(request, 403, "This origin is not allowed",
                        "Access-Control-Allow-Origin of the endpoint's corsSettings does not list it.");
  }
  HttpReply reply{.status = 204,
                  .headers = {{"Access-Control-Allow-Origin", *origin},
                              {"Access-Control-Allow-Credentials", "true"},
                              {"Access-Control-Max-Age", kMaxAge},
                              {"Vary", "Origin"}}};
  if (!cors.methods.empty()) {
    reply.headers.emplace_back("Access-Control-Allow-Methods", absl::StrJoin(cors.methods, ", "));
  }
  if (!cors.headers.empty()) {
    reply.headers.emplace_back("Access-Control-Allow-Headers", absl::StrJoin(cors.headers, ", "));
  }
  return reply;
}

void AllowOrigin(const WireHead& request, const engine::CorsSettings& cors, WireHead& answer) {
  if (cors.origins.empty()) return;
  answer.RemoveStartingWith("Access-Control-");
  answer.headers.emplace_back("Vary", "Origin");
  const std::string* origin = request.Find("Origin");
  if (origin == nullptr || !IsListed(cors, *origin)) return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", *origin);
  answer.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  if (!cors.exposed.empty()) {
    answer.headers.emplace_back("Access-Control-Expose-Headers", absl::StrJoin(cors.exposed, ", "));
  }
}

}  // namespace spcs::emulator_http
