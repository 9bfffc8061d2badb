// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/message.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace spcs::emulator_http {

bool IgnoreCaseLess::operator()(absl::string_view a, absl::string_view b) const {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(),
      [](unsigned char left, unsigned char right) { return absl::ascii_tolower(left) < absl::ascii_tolower(right); });
}

const std::string* HttpRequest::Header(absl::string_view name) const {
  const auto header = headers.find(name);
  return header == headers.end() ? nullptr : &header->second;
}

std::optional<std::string> HttpRequest::Query(const std::string& name) const {
  const auto parameter = query.find(name);
  if (parameter == query.end()) return std::nullopt;
  return parameter->second;
}

}  // namespace spcs::emulator_http
