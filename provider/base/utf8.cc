// SPDX-License-Identifier: MPL-2.0
#include "provider/base/utf8.h"

#include <cstdint>

namespace spcs {
namespace {

// Number of bytes that the lead byte announces, 0 when it cannot lead.
int SequenceLength(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

// The second byte carries the bounds that exclude overlong forms, surrogates and too large code points.
bool SecondByteFits(uint8_t lead, uint8_t second) {
  switch (lead) {
    case 0xe0: return second >= 0xa0 && second <= 0xbf;
    case 0xed: return second >= 0x80 && second <= 0x9f;
    case 0xf0: return second >= 0x90 && second <= 0xbf;
    case 0xf4: return second >= 0x80 && second <= 0x8f;
    default: return second >= 0x80 && second <= 0xbf;
  }
}

}  // namespace

bool IsValidUtf8(absl::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  for (size_t i = 0; i < bytes.size();) {
    const int length = SequenceLength(at(i));
    if (length == 0 || i + static_cast<size_t>(length) > bytes.size()) return false;
    if (length > 1 && !SecondByteFits(at(i), at(i + 1))) return false;
    for (int k = 2; k < length; ++k) {
      if ((at(i + static_cast<size_t>(k)) & 0xc0) != 0x80) return false;
    }
    i += static_cast<size_t>(length);
  }
  return true;
}

}  // namespace spcs
