// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/local_page.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace spcs::emulator_http {
namespace {

// "[::1]:80" -> "[::1]", "localhost:80" -> "localhost".
absl::string_view WithoutPort(absl::string_view host) {
  const size_t colon = host.rfind(':');
  const size_t bracket = host.rfind(']');
  const bool port = colon != absl::string_view::npos && (bracket == absl::string_view::npos || colon > bracket);
  return port ? host.substr(0, colon) : host;
}

}  // namespace

absl::Status CheckLocalPage(const HttpRequest& request) {
  if (request.from_container) {
    return absl::PermissionDeniedError("this is for programs of the machine itself, not for containers");
  }
  const std::string* host = request.Header("Host");
  const std::string* origin = request.Header("Origin");
  if (origin != nullptr && (host == nullptr || *origin != absl::StrCat("http://", *host))) {
    return absl::PermissionDeniedError("requests of other origins are refused");
  }
  if (host == nullptr) return absl::OkStatus();
  const absl::string_view name = WithoutPort(*host);
  for (const absl::string_view local : {"127.0.0.1", "[::1]", "localhost"}) {
    if (absl::EqualsIgnoreCase(name, local)) return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      "this is served under 127.0.0.1, [::1] and localhost only: use one of these names");
}

}  // namespace spcs::emulator_http
