// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/network_value.h"

#include <arpa/inet.h>

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace spcs::resources {
namespace {

bool IsHostType(absl::string_view type) {
  return absl::EqualsIgnoreCase(type, "HOST_PORT") || absl::EqualsIgnoreCase(type, "PRIVATE_HOST_PORT");
}

// An address of the family, alone or with the bits of its range.
bool IsAddress(const std::string& value, int family) {
  const std::vector<std::string> parts = absl::StrSplit(value, absl::MaxSplits('/', 1));
  in6_addr address;
  if (inet_pton(family, parts[0].c_str(), &address) != 1) return false;
  int bits = 0;
  const int most = family == AF_INET ? 32 : 128;
  return parts.size() == 1 || (absl::SimpleAtoi(parts[1], &bits) && bits >= 0 && bits <= most);
}

std::string HostFault(const std::string& value) {
  if (absl::StrContains(value, "://")) return "it is a URL; write host or host:port alone";
  const std::vector<std::string> parts = absl::StrSplit(value, ':');
  if (parts.size() > 2) return "it has more than one colon; write host or host:port";
  const bool host = !parts[0].empty() && std::all_of(parts[0].begin(), parts[0].end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '*';
  });
  if (!host) return "its host is no name; write host or host:port, without a path";
  int port = 0;
  if (parts.size() == 1) return "";
  if (!absl::SimpleAtoi(parts[1], &port) || port < 0 || port > 65535) return "its port is no number up to 65535";
  return "";
}

}  // namespace

std::string NetworkValueFault(absl::string_view type, const std::string& value) {
  if (value.empty()) return "it is empty";
  if (IsHostType(type)) return HostFault(value);
  if (absl::EqualsIgnoreCase(type, "IPV4") && !IsAddress(value, AF_INET)) {
    return "it is no IPv4 address; write one such as 192.0.2.1 or 192.0.2.0/24";
  }
  if (absl::EqualsIgnoreCase(type, "IPV6") && !IsAddress(value, AF_INET6)) {
    return "it is no IPv6 address; write one such as 2001:db8::1 or 2001:db8::/32";
  }
  if (absl::EqualsIgnoreCase(type, "AWSVPCEID") && !absl::StartsWith(value, "vpce-")) {
    return "it is no id of a VPC endpoint; write one such as vpce-0123456789abcdef0";
  }
  return "";
}

std::string NetworkModeFault(absl::string_view type, absl::string_view mode) {
  if (absl::StartsWithIgnoreCase(mode, "POSTGRES_")) {
    return absl::EqualsIgnoreCase(type, "IPV4") ? "" : absl::StrCat("mode ", mode, " takes rules of type IPV4 only");
  }
  const bool egress = absl::EqualsIgnoreCase(mode, "EGRESS");
  if (IsHostType(type)) return egress ? "" : absl::StrCat("type ", type, " goes with mode EGRESS only");
  return egress ? absl::StrCat("mode EGRESS takes rules of type HOST_PORT or PRIVATE_HOST_PORT, not ", type) : "";
}

}  // namespace spcs::resources
