// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/hash.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"

namespace spcs::engine {

std::string Sha256(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string Sha256Hex(absl::string_view bytes) {
  return absl::BytesToHexString(Sha256(bytes));
}

}  // namespace spcs::engine
