// SPDX-License-Identifier: MPL-2.0
// Column types: every spelling read, one spelling kept, as DESCRIBE TABLE prints it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"

namespace spcs::sql {

// Reads a type and returns its canonical text: STRING -> VARCHAR(16777216), INTEGER -> NUMBER(38,0),
// TIMESTAMP -> TIMESTAMP_NTZ(9). Fails with 002040 on a type that does not exist, 001008 on a bad length or scale.
absl::StatusOr<std::string> ParseDataType(TokenCursor& cursor);

}  // namespace spcs::sql
