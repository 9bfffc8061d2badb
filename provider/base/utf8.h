// SPDX-License-Identifier: MPL-2.0
#pragma once

#include "absl/strings/string_view.h"

namespace spcs {

// True when the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsValidUtf8(absl::string_view bytes);

}  // namespace spcs
