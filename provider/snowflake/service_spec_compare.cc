// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/service_spec_compare.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "provider/snowflake/quantity.h"
#include "provider/snowflake/service_spec.h"

namespace spcs::snowflake {
namespace {

// An image reference in its parts. Images of services live in the account's own registry only, so the host (there are
// several spellings of it) is dropped; databases, schemas and repositories fold, and image names are lower-case anyway.
struct Image {
  std::string name{};    // "db/schema/repository/name"
  std::string tag{};     // "" when not given
  std::string digest{};  // "sha256:..." or ""
};

Image ParseImage(absl::string_view text) {
  Image image;
  const std::string path = ImageWithoutHost(text);
  absl::string_view rest = absl::StripPrefix(path, "/");
  if (const size_t at = rest.find('@'); at != absl::string_view::npos) {
    image.digest = absl::AsciiStrToLower(rest.substr(at + 1));
    rest = rest.substr(0, at);
  }
  const size_t slash = rest.rfind('/');
  const size_t colon = rest.rfind(':');
  if (colon != absl::string_view::npos && (slash == absl::string_view::npos || colon > slash)) {
    image.tag = std::string(rest.substr(colon + 1));
    rest = rest.substr(0, colon);
  }
  image.name = absl::AsciiStrToLower(rest);
  if (image.tag.empty() && image.digest.empty()) image.tag = "latest";
  return image;
}

bool SameImage(Writer second, absl::string_view a, absl::string_view b) {
  const Image left = ParseImage(a), right = ParseImage(b);
  if (left.name != right.name) return false;
  if (second == Writer::kUser) return left.tag == right.tag && left.digest == right.digest;
  // The service may pin what the user named by tag, or keep the digest in a key of its own.
  const bool tags_agree = left.tag == right.tag ||
                          ((left.tag.empty() || right.tag.empty()) && !(left.digest.empty() && right.digest.empty()));
  const bool digests_agree = left.digest == right.digest || left.digest.empty() || right.digest.empty();
  return tags_agree && digests_agree;
}

// A name of one to three parts, with what may follow it: "@DB.schema.\"St\"/path".
struct Object {
  std::vector<std::string> parts{};  // folded unless quoted
  std::string path{};                // behind the first '/', without one at the end
};

Object ParseObject(absl::string_view text) {
  Object object;
  absl::ConsumePrefix(&text, "@");
  std::string part;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      quoted = !quoted;
      // A doubled quote inside a quoted name is one quote.
      if (quoted && i > 0 && text[i - 1] == '"' && !part.empty()) part += '"';
    } else if (c == '.' && !quoted) {
      object.parts.push_back(std::exchange(part, ""));
    } else if (c == '/' && !quoted) {
      object.path = std::string(absl::StripSuffix(text.substr(i + 1), "/"));
      break;
    } else {
      part += quoted ? c : absl::ascii_toupper(static_cast<unsigned char>(c));
    }
  }
  object.parts.push_back(part);
  return object;
}

bool SameObject(Writer second, absl::string_view a, absl::string_view b) {
  const Object left = ParseObject(a), right = ParseObject(b);
  if (left.path != right.path) return false;
  if (second == Writer::kUser || left.parts.size() > right.parts.size()) return left.parts == right.parts;
  return std::equal(left.parts.rbegin(), left.parts.rend(), right.parts.rbegin());
}

}  // namespace

std::string ImageWithoutHost(absl::string_view image) {
  const size_t slash = image.find('/');
  if (slash == absl::string_view::npos || slash == 0) return std::string(image);
  const absl::string_view first = image.substr(0, slash);
  const bool host = absl::StrContains(first, ".") || absl::StrContains(first, ":") || first == "localhost";
  return std::string(host ? image.substr(slash) : image);
}

bool SameText(FieldKind kind, Writer second, absl::string_view a, absl::string_view b) {
  switch (kind) {
    case FieldKind::kKeyword: return absl::EqualsIgnoreCase(a, b);
    case FieldKind::kCpu: return SameCpu(a, b);
    case FieldKind::kMemory: return SameMemory(a, b);
    case FieldKind::kDuration: return SameDuration(a, b);
    case FieldKind::kImage: return SameImage(second, a, b);
    case FieldKind::kObject: return SameObject(second, a, b);
    case FieldKind::kText:
    case FieldKind::kSet:
    case FieldKind::kLivenessProbe: break;
  }
  return a == b;
}

std::vector<std::string> Differences(const ServiceSpec& a, const ServiceSpec& b) {
  std::vector<std::string> differences;
  Comparison(Writer::kUser, &differences).SameStruct(FieldKind::kText, "spec", a, b);
  return differences;
}

bool SameMeaning(const ServiceSpec& a, const ServiceSpec& b) {
  return Comparison(Writer::kUser, nullptr).SameStruct(FieldKind::kText, "spec", a, b);
}

}  // namespace spcs::snowflake
