// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/der.h"

#include "absl/strings/str_cat.h"

namespace spcs::plugin::der {
namespace {

std::string Join(std::initializer_list<absl::string_view> parts) {
  std::string all;
  for (absl::string_view part : parts) absl::StrAppend(&all, part);
  return all;
}

}  // namespace

std::string Element(unsigned char tag, absl::string_view content) {
  std::string result(1, static_cast<char>(tag));
  if (content.size() < 0x80) {
    result += static_cast<char>(content.size());
  } else {
    std::string length;
    for (size_t rest = content.size(); rest != 0; rest >>= 8) length.insert(0, 1, static_cast<char>(rest & 0xff));
    result += static_cast<char>(0x80 | length.size());
    result += length;
  }
  absl::StrAppend(&result, content);
  return result;
}

std::string Sequence(std::initializer_list<absl::string_view> parts) {
  return Element(0x30, Join(parts));
}

std::string Set(std::initializer_list<absl::string_view> parts) {
  return Element(0x31, Join(parts));
}

std::string UnsignedInteger(absl::string_view bytes) {
  while (bytes.size() > 1 && bytes[0] == '\0') bytes.remove_prefix(1);
  // A set highest bit would make it negative.
  const bool pad = (static_cast<unsigned char>(bytes[0]) & 0x80) != 0;
  return Element(0x02, absl::StrCat(absl::string_view("\0", pad ? 1 : 0), bytes));
}

std::string ObjectId(absl::string_view content) {
  return Element(0x06, content);
}

std::string BitString(absl::string_view bytes) {
  return Element(0x03, absl::StrCat(absl::string_view("\0", 1), bytes));
}

std::string OctetString(absl::string_view bytes) {
  return Element(0x04, bytes);
}

std::string Utf8String(absl::string_view text) {
  return Element(0x0c, text);
}

std::string Context(int number, absl::string_view content) {
  return Element(static_cast<unsigned char>(0xa0 | number), content);
}

std::string Time(absl::Time time) {
  const bool far = absl::ToCivilYear(time, absl::UTCTimeZone()).year() >= 2050;
  return Element(far ? 0x18 : 0x17,
                 absl::FormatTime(far ? "%Y%m%d%H%M%SZ" : "%y%m%d%H%M%SZ", time, absl::UTCTimeZone()));
}

}  // namespace spcs::plugin::der
