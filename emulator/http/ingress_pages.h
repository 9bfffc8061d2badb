// SPDX-License-Identifier: MPL-2.0
// What the ingress answers by itself: pages for a browser, JSON for a program, the sign-in page.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/http/message.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {

// Paths of every endpoint that never reach a container. The service has logout; login is the emulator's own.
inline constexpr absl::string_view kIngressPaths = "/sfc-endpoint/";
inline constexpr absl::string_view kSignInPath = "/sfc-endpoint/login";
inline constexpr absl::string_view kSignOutPath = "/sfc-endpoint/logout";

// A person looks at it: the request is a navigation that wants HTML.
bool WantsPage(const WireHead& request);

// `title` says what is wrong, `text` why and what to do. `retry_seconds` 0: trying again makes no sense.
HttpReply IngressError(const WireHead& request, int status, absl::string_view title, absl::string_view text,
                       int retry_seconds = 0);

// A page with a button for each user; `to` is where the browser goes on, a path.
HttpReply SignInPage(const std::vector<std::string>& users, absl::string_view to);

HttpReply RedirectTo(absl::string_view location);

// The text with everything that HTML could take for its own replaced.
std::string HtmlText(absl::string_view text);

}  // namespace spcs::emulator_http
