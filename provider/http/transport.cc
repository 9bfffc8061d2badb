// SPDX-License-Identifier: MPL-2.0
#include "provider/http/transport.h"

#include "absl/strings/match.h"

namespace spcs::http {

std::optional<std::string> FindHeader(const Headers& headers, absl::string_view name) {
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return std::nullopt;
}

}  // namespace spcs::http
