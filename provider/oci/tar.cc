// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/tar.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"

namespace spcs::oci {
namespace {

constexpr int64_t kBlock = 512;
constexpr int64_t kLongestExtension = 1 << 20;
constexpr int64_t kLargestMember = int64_t{1} << 50;
constexpr int kLongestChain = 8;  // of links

struct Header {
  char bytes[kBlock];

  absl::string_view Field(size_t offset, size_t size) const {
    return absl::string_view(bytes + offset, ::strnlen(bytes + offset, size));
  }
};

// Octal digits, or for large numbers base 256 with the highest bit set; -1 when it is neither.
int64_t Number(const Header& header, size_t offset, size_t size) {
  const auto* raw = reinterpret_cast<const unsigned char*>(header.bytes + offset);
  int64_t value = 0;
  if (raw[0] & 0x80) {
    for (size_t i = 1; i < size; ++i) {
      if (value >> 54 != 0) return -1;
      value = value << 8 | raw[i];
    }
    return value;
  }
  for (const char c : absl::StripAsciiWhitespace(header.Field(offset, size))) {
    if (c < '0' || c > '7' || value >> 58 != 0) return -1;
    value = value << 3 | (c - '0');
  }
  return value;
}

bool SumFits(const Header& header) {
  int64_t sum = 0;
  for (int64_t i = 0; i < kBlock; ++i) {
    const bool in_sum = i >= 148 && i < 156;  // counts as blanks
    sum += in_sum ? ' ' : static_cast<unsigned char>(header.bytes[i]);
  }
  return sum == Number(header, 148, 8);
}

// "./a//b/../c" -> "a/c".
std::string Normal(absl::string_view name) {
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(name, '/', absl::SkipEmpty())) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return absl::StrJoin(parts, "/");
}

// What a pax header says about the next member.
std::map<std::string, std::string> ParsePax(absl::string_view text) {
  std::map<std::string, std::string> values;
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    size_t length = 0;
    if (blank == absl::string_view::npos || !absl::SimpleAtoi(text.substr(0, blank), &length) || length <= blank + 1 ||
        length > text.size()) {
      break;
    }
    const absl::string_view pair = absl::StripSuffix(text.substr(blank + 1, length - blank - 1), "\n");
    const size_t equals = pair.find('=');
    if (equals != absl::string_view::npos) {
      values[std::string(pair.substr(0, equals))] = std::string(pair.substr(equals + 1));
    }
    text.remove_prefix(length);
  }
  return values;
}

absl::Status RefuseCompressed(const File& file, int64_t size) {
  char magic[4] = {};
  if (size >= 4) RETURN_IF_ERROR(file.ReadAt(0, magic, sizeof magic));
  const bool gzip = magic[0] == '\x1f' && magic[1] == '\x8b';
  const bool zstd = std::memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0;
  if (!gzip && !zstd) return absl::OkStatus();
  return WithFact(absl::InvalidArgumentError(
                      absl::StrCat(file.path(), " is compressed as a whole: its layers cannot be read in place")),
                  kAdvice, gzip ? "Decompress it first, with `gunzip`." : "Decompress it first, with `zstd -d`.");
}

absl::Status NotTar(const File& file) {
  return absl::InvalidArgumentError(absl::StrCat(file.path(), " is no tar file"));
}

// Names and sizes that stand before the member they are of, because its header has no room for them.
struct Extensions {
  std::string name, link;
  std::map<std::string, std::string> pax;

  static bool IsOne(char type) { return type == 'L' || type == 'K' || type == 'x' || type == 'g'; }
  void Add(char type, const std::string& text) {
    if (type == 'x') pax = ParsePax(text);
    if (type == 'L') name = text.c_str();
    if (type == 'K') link = text.c_str();
  }

  std::string NameOf(const Header& header) const {
    if (const auto found = pax.find("path"); found != pax.end()) return found->second;
    if (!name.empty()) return name;
    const bool ustar = header.Field(257, 5) == "ustar" && header.bytes[263] == '0';
    const absl::string_view prefix = ustar ? header.Field(345, 155) : "";
    return absl::StrCat(prefix, prefix.empty() ? "" : "/", header.Field(0, 100));
  }
  std::string LinkOf(const Header& header) const {
    if (const auto found = pax.find("linkpath"); found != pax.end()) return found->second;
    return link.empty() ? std::string(header.Field(157, 100)) : link;
  }
  // -1 when it is unreadable.
  int64_t SizeOf(const Header& header) const {
    int64_t size = Number(header, 124, 12);
    const auto found = pax.find("size");
    if (found != pax.end() && !absl::SimpleAtoi(found->second, &size)) return -1;
    return size;
  }
};

}  // namespace

absl::StatusOr<TarIndex> TarIndex::Read(std::shared_ptr<const File> file) {
  TarIndex index(file);
  ASSIGN_OR_RETURN(const int64_t end, file->Size());
  RETURN_IF_ERROR(RefuseCompressed(*file, end));
  Extensions extensions;
  for (int64_t at = 0; at + kBlock <= end;) {
    Header header;
    RETURN_IF_ERROR(file->ReadAt(at, header.bytes, kBlock));
    if (header.bytes[0] == '\0') break;  // the end: blocks of zeros
    const char type = header.bytes[156];
    const bool extension = Extensions::IsOne(type);
    const int64_t size = extension ? Number(header, 124, 12) : extensions.SizeOf(header);
    if (!SumFits(header) || size < 0 || size > (extension ? kLongestExtension : kLargestMember)) return NotTar(*file);
    const int64_t content = at + kBlock;
    if (content + size > end) {
      return absl::InvalidArgumentError(absl::StrCat(file->path(), " ends in the middle of a member: it is cut off"));
    }
    at = content + (size + kBlock - 1) / kBlock * kBlock;
    if (extension) {
      std::string text(static_cast<size_t>(size), '\0');
      RETURN_IF_ERROR(file->ReadAt(content, text.data(), text.size()));
      extensions.Add(type, text);
      continue;
    }
    const std::string name = Normal(extensions.NameOf(header));
    if (type == '0' || type == '\0' || type == '7') index.members_[name] = {content, size};
    if (type == '1') index.links_[name] = Normal(extensions.LinkOf(header));
    if (type == '2') index.links_[name] = Normal(absl::StrCat(name, "/../", extensions.LinkOf(header)));
    extensions = {};
  }
  if (index.members_.empty()) return NotTar(*file);
  return index;
}

const TarMember* TarIndex::Find(absl::string_view name) const {
  std::string wanted = Normal(name);
  for (int i = 0; i < kLongestChain; ++i) {
    if (const auto found = members_.find(wanted); found != members_.end()) return &found->second;
    const auto link = links_.find(wanted);
    if (link == links_.end()) return nullptr;
    wanted = link->second;
  }
  return nullptr;
}

}  // namespace spcs::oci
