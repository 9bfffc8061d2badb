// SPDX-License-Identifier: MPL-2.0
// The engine's refusals in the service's words. `name` is printed as given, between quotes.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "emulator/sql/errors.h"
#include "emulator/sql/kind.h"

namespace spcs::engine {

using sql::InvalidProperty;
using sql::InvalidValue;
using sql::SqlError;
using sql::Unsupported;

// 002003/02000 (42S02 for tables): absent and not authorized are one answer.
absl::Status DoesNotExist(sql::Kind kind, absl::string_view name);
// 002002/42710.
absl::Status AlreadyExists(absl::string_view name);
// 003001/42501: "Insufficient privileges to operate on <kind> '<NAME>'."
absl::Status InsufficientPrivileges(sql::Kind kind, absl::string_view name);
// 001003-like compilation error with a text of the caller's: "SQL compilation error:\n<text>". Code 001008/22023.
absl::Status CompilationError(absl::string_view text);
// 002200-like refusal in a state that does not allow it: the text as given, code and state as given.
absl::Status Refused(absl::string_view vendor_code, absl::string_view sql_state, absl::string_view text);

}  // namespace spcs::engine
