// SPDX-License-Identifier: MPL-2.0
// The few questions about URLs that the clients have.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace spcs::http {

// Every byte but letters, digits and "-._~" as %XX: fit for one path segment or one query value.
std::string PercentEncode(absl::string_view text);

// "scheme://host:port" of the URL, for messages: no path, no query, no user info. The whole text when it is no URL.
std::string OriginOf(absl::string_view url);

// The host of the URL without port; an IPv6 address keeps its brackets. "" when the text is no URL.
std::string HostOf(absl::string_view url);

// Whether the host (no port; an IPv6 address with or without brackets) is this machine: localhost, 127.0.0.0/8, ::1.
bool IsLoopbackHost(absl::string_view host);

}  // namespace spcs::http
