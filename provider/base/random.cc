// SPDX-License-Identifier: MPL-2.0
#include "provider/base/random.h"

#include <sys/random.h>

#include <array>
#include <cstdint>

#include "absl/strings/str_format.h"

namespace spcs {
namespace {

template <size_t kSize>
std::array<uint8_t, kSize> RandomBytes() {
  std::array<uint8_t, kSize> bytes{};
  size_t filled = 0;
  while (filled < kSize) {
    const ssize_t count = ::getrandom(bytes.data() + filled, kSize - filled, 0);
    if (count > 0) filled += static_cast<size_t>(count);
  }
  return bytes;
}

}  // namespace

std::string NewUuid() {
  auto b = RandomBytes<16>();
  b[6] = static_cast<uint8_t>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<uint8_t>((b[8] & 0x3f) | 0x80);
  return absl::StrFormat("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3],
                         b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

std::string RandomName(int length) {
  constexpr absl::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz012345";  // 32 characters: no modulo bias
  std::string name;
  while (static_cast<int>(name.size()) < length) name += kAlphabet[RandomBytes<1>()[0] & 31u];
  return name;
}

}  // namespace spcs
