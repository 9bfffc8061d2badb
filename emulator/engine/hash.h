// SPDX-License-Identifier: MPL-2.0
// SHA-256, for what must be compared but not kept.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace spcs::engine {

std::string Sha256(absl::string_view bytes);     // 32 bytes
std::string Sha256Hex(absl::string_view bytes);  // 64 lower-case digits

}  // namespace spcs::engine
