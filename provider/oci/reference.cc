// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/reference.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/http/url.h"
#include "provider/oci/digest.h"

namespace spcs::oci {
namespace {

constexpr size_t kLongestTag = 128;

bool IsPart(absl::string_view part) {
  if (part.empty()) return false;
  const auto plain = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); };
  if (!plain(part.front()) || !plain(part.back())) return false;
  for (const char c : part) {
    if (!plain(c) && c != '.' && c != '_' && c != '-') return false;
  }
  return !absl::StrContains(part, "..") && !absl::StrContains(part, "___");
}

}  // namespace

bool IsTag(absl::string_view text) {
  if (text.empty() || text.size() > kLongestTag || !(absl::ascii_isalnum(text[0]) || text[0] == '_')) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && c != '_' && c != '.' && c != '-') return false;
  }
  return true;
}

bool IsRepository(absl::string_view text) {
  for (const absl::string_view part : absl::StrSplit(text, '/')) {
    if (!IsPart(part)) return false;
  }
  return true;
}

std::string Reference::ToString() const {
  return absl::StrCat(host, "/", repository, tag.empty() ? "" : ":", tag, digest.empty() ? "" : "@", digest);
}

absl::StatusOr<Reference> ParseReference(absl::string_view text) {
  const auto bad = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no image reference: ", why));
  };
  Reference reference;
  absl::string_view rest = text;
  if (const size_t at = rest.find('@'); at != absl::string_view::npos) {
    reference.digest = std::string(rest.substr(at + 1));
    if (!IsDigest(reference.digest)) {
      // Where a URL's user and password would stand: those are not to be quoted.
      return absl::InvalidArgumentError(
          absl::StrCat("what stands behind the @ of an image reference must be a digest, sha256: and 64 hexadecimal "
                       "digits, and not \"",
                       text.substr(text.rfind('@') + 1), "\"; there is no place for a user and a password in it"));
    }
    rest = rest.substr(0, at);
  }
  const size_t slash = rest.find('/');
  reference.host = std::string(rest.substr(0, slash));
  const bool is_host =
      absl::StrContains(reference.host, ".") || absl::StrContains(reference.host, ":") || reference.host == "localhost";
  if (slash == absl::string_view::npos || !is_host) {
    return bad("it must begin with the registry's host, as in registry.example.com/team/app:1");
  }
  rest.remove_prefix(slash + 1);
  if (const size_t colon = rest.rfind(':'); colon != absl::string_view::npos) {
    reference.tag = std::string(rest.substr(colon + 1));
    if (!IsTag(reference.tag)) return bad("the tag is not valid");
    rest = rest.substr(0, colon);
  } else if (reference.digest.empty()) {
    reference.tag = "latest";
  }
  if (!IsRepository(rest)) return bad("the path must be lower-case parts joined by slashes");
  reference.repository = std::string(rest);
  return reference;
}

std::string OriginOfHost(absl::string_view host) {
  const std::string secure = absl::StrCat("https://", host);
  return http::IsLoopbackHost(http::HostOf(secure)) ? absl::StrCat("http://", host) : secure;
}

}  // namespace spcs::oci
