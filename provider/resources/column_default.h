// SPDX-License-Identifier: MPL-2.0
// The default of a table's column as text: a number, TRUE, FALSE, a 'text' or a call without arguments such as
// CURRENT_TIMESTAMP(). Anything else is refused, so that no SQL of unknown meaning is sent.
#pragma once

#include "absl/strings/string_view.h"
#include "provider/snowflake/statement.h"

namespace spcs::resources {

bool IsDefaultText(absl::string_view text);

// Whether both ask for the same: 1 and 1.0, current_timestamp() and CURRENT_TIMESTAMP ().
bool SameDefault(absl::string_view a, absl::string_view b);

// Appends the value that follows DEFAULT. `text` has passed IsDefaultText().
void AppendDefault(absl::string_view text, snowflake::Statement& statement);

}  // namespace spcs::resources
