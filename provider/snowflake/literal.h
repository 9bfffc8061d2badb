// SPDX-License-Identifier: MPL-2.0
// Values in SQL text. Used by Statement; nothing else writes a value into SQL.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::snowflake {

// 'text' with quotes and backslashes doubled.
std::string TextLiteral(absl::string_view text);

// ('a', 'b')
std::string TextListLiteral(const std::vector<std::string>& texts);

// $$text$$, where nothing is escaped. InvalidArgument when the text holds "$$", or ends with "$": no escape exists.
absl::StatusOr<std::string> DollarLiteral(absl::string_view text);

// The text as a pattern for LIKE that matches only itself (and, in SHOW, its other cases): %, _ and \ escaped. It
// still has to go through TextLiteral.
std::string LikePattern(absl::string_view text);

}  // namespace spcs::snowflake
