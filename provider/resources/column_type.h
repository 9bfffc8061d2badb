// SPDX-License-Identifier: MPL-2.0
// Types of table columns, compared by meaning: STRING is VARCHAR(16777216), INTEGER is NUMBER(38,0).
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace spcs::resources {

// The type as the service shows it: upper case, synonyms resolved, default lengths written out. What is not a known
// synonym comes back in upper case without spaces. Source: the service's documentation of data types.
std::string CanonicalType(absl::string_view type);

inline bool SameType(absl::string_view a, absl::string_view b) {
  return CanonicalType(a) == CanonicalType(b);
}

// What is wrong with the numbers of a type, such as 99 digits of NUMBER; "" when nothing is known to be.
std::string TypeFault(absl::string_view type);

// Whether the text is a type: words, then perhaps numbers or words in one pair of parentheses at its end. Whatever else
// belongs to a column (NOT NULL, COLLATE, DEFAULT) is no part of its type.
bool IsTypeText(absl::string_view type);

}  // namespace spcs::resources
