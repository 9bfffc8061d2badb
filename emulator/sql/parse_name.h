// SPDX-License-Identifier: MPL-2.0
// A name that stands by itself: in a path, a specification, an argument.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/name.h"

namespace spcs::sql {

// One to three identifiers joined by dots, or IDENTIFIER('…') around them, and nothing else. InvalidArgument without
// the service's codes: the caller knows how its own names are refused.
absl::StatusOr<QualifiedName> ParseWholeName(absl::string_view text);

}  // namespace spcs::sql
