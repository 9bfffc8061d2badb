// SPDX-License-Identifier: MPL-2.0
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace spcs {

// True when the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsValidUtf8(absl::string_view bytes);

// The bytes with U+FFFD in place of each one that belongs to no well-formed sequence: for text of others that we quote.
std::string ToValidUtf8(absl::string_view bytes);

}  // namespace spcs
