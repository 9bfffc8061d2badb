// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/image.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/engine/spec/document.h"

namespace spcs::spec {
namespace {

constexpr size_t kMaxTag = 128;

bool IsTag(absl::string_view tag) {
  if (tag.empty() || tag.size() > kMaxTag || !(absl::ascii_isalnum(tag[0]) || tag[0] == '_')) return false;
  for (const char c : tag) {
    if (!absl::ascii_isalnum(c) && c != '_' && c != '.' && c != '-') return false;
  }
  return true;
}

bool IsDigest(absl::string_view digest) {
  if (!absl::ConsumePrefix(&digest, "sha256:") || digest.size() != 64) return false;
  return digest.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

}  // namespace

std::string ImageReference::Path() const {
  return absl::StrCat("/", absl::AsciiStrToLower(absl::StrCat(database, "/", schema, "/", repository)), "/", name);
}

std::string ImageReference::BaseName() const {
  return name.substr(name.rfind('/') + 1);
}

absl::StatusOr<ImageReference> ParseImage(absl::string_view image, absl::string_view path) {
  const auto wrong = [&](absl::string_view why) {
    return Invalid(absl::StrCat("invalid image '", image, "' for '", path, "': ", why));
  };
  ImageReference reference;
  absl::string_view rest = image;
  if (const size_t at = rest.find('@'); at != absl::string_view::npos) {
    reference.digest = std::string(rest.substr(at + 1));
    if (!IsDigest(reference.digest)) return wrong("the digest must be sha256: and 64 hexadecimal digits");
    rest = rest.substr(0, at);
  }
  if (const size_t colon = rest.rfind(':'); colon != absl::string_view::npos && colon > rest.rfind('/') + 1) {
    reference.tag = std::string(rest.substr(colon + 1));
    if (!IsTag(reference.tag)) return wrong("the tag is not valid");
    rest = rest.substr(0, colon);
  } else if (reference.digest.empty()) {
    reference.tag = "latest";
  }
  std::vector<std::string> parts = absl::StrSplit(rest, '/');
  reference.host = parts[0];
  parts.erase(parts.begin());
  const bool host_fits =
      reference.host.empty() || absl::StrContains(reference.host, '.') || absl::StartsWith(reference.host, "[");
  if (!host_fits || parts.size() < 4) {
    return wrong("it must be /<database>/<schema>/<repository>/<name>:<tag>, or the same with the registry's host");
  }
  for (const std::string& part : parts) {
    if (part.empty()) return wrong("a part of the path is empty");
  }
  reference.database = absl::AsciiStrToUpper(parts[0]);
  reference.schema = absl::AsciiStrToUpper(parts[1]);
  reference.repository = absl::AsciiStrToUpper(parts[2]);
  reference.name = absl::StrJoin(parts.begin() + 3, parts.end(), "/");
  if (reference.name != absl::AsciiStrToLower(reference.name)) return wrong("the image name must be in lower case");
  return reference;
}

}  // namespace spcs::spec
