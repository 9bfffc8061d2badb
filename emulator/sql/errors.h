// SPDX-License-Identifier: MPL-2.0
// Errors as the service words and numbers them. Each carries kVendorCode and kSqlState (provider/base/status.h),
// which the HTTP layer writes into its answer. `message` is the service's text without any prefix.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace spcs::sql {

struct Token;

// An error with a vendor code ("002003") and an SQL state ("02000").
absl::Status SqlError(absl::StatusCode code, absl::string_view vendor_code, absl::string_view sql_state,
                      absl::string_view message);

// 001003/42000: "SQL compilation error:\nsyntax error line L at position P unexpected 'X'."
absl::Status SyntaxError(const Token& unexpected);

// 001420/22023: "SQL compilation error:\ninvalid property 'X' for 'KIND'".
absl::Status InvalidProperty(absl::string_view property, absl::string_view kind);

// 001008/22023: "SQL compilation error:\ninvalid value [X] for parameter 'Y'".
absl::Status InvalidValue(absl::string_view value, absl::string_view parameter);

// 000002/0A000: "Unsupported feature 'X'." For what the real service has and the emulator does not.
absl::Status Unsupported(absl::string_view feature);

// 391911/0A000: "Unsupported statement type 'USE'." For what the SQL API does not take.
absl::Status UnsupportedType(absl::string_view words);

}  // namespace spcs::sql
