// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/challenge.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/http/url.h"

namespace spcs::oci {
namespace {

// Takes `name="value"` or `name=value` and the comma behind it off the text.
bool TakeParameter(absl::string_view& text, std::string& name, std::string& value) {
  text = absl::StripLeadingAsciiWhitespace(text);
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos) return false;
  name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(text.substr(0, equals)));
  text.remove_prefix(equals + 1);
  value.clear();
  size_t at = 0;
  if (!text.empty() && text[0] == '"') {
    for (at = 1; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      value += text[at];
    }
  } else {
    at = std::min(text.find(','), text.size());
    value = std::string(absl::StripAsciiWhitespace(text.substr(0, at)));
  }
  const size_t comma = text.find(',', at);
  text = comma == absl::string_view::npos ? absl::string_view() : text.substr(comma + 1);
  return true;
}

}  // namespace

absl::StatusOr<Challenge> ParseChallenge(absl::string_view header) {
  const absl::string_view text = absl::StripAsciiWhitespace(header);
  const size_t blank = std::min(text.find(' '), text.size());
  const absl::string_view scheme = text.substr(0, blank);
  Challenge challenge;
  if (absl::EqualsIgnoreCase(scheme, "Basic")) return challenge;
  if (!absl::EqualsIgnoreCase(scheme, "Bearer")) {
    return absl::InvalidArgumentError(absl::StrCat("the registry wants a login of the unknown kind \"", scheme, "\""));
  }
  challenge.bearer = true;
  absl::string_view rest = text.substr(blank);
  std::string name, value;
  while (TakeParameter(rest, name, value)) {
    if (name == "realm") challenge.realm = value;
    if (name == "service") challenge.service = value;
  }
  if (challenge.realm.empty()) return absl::InvalidArgumentError("the registry does not say where tokens are given");
  return challenge;
}

absl::Status CheckRealm(const std::string& realm) {
  const bool secure = absl::StartsWithIgnoreCase(realm, "https://") ||
                      (absl::StartsWithIgnoreCase(realm, "http://") && http::IsLoopbackHost(http::HostOf(realm)));
  if (secure) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the registry wants the password sent without encryption, to ", http::OriginOf(realm)));
}

}  // namespace spcs::oci
