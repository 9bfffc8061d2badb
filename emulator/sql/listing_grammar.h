// SPDX-License-Identifier: MPL-2.0
// SHOW of what lives in schemas and has no kind of its own here:
//
//   SHOW OBJECTS … [IN DATABASE d]       tables and views; there are no views
//   SHOW STREAMS … [IN SCHEMA d.s]       kinds that the service has and this emulator does not: nothing is listed
//
// Commands are as written, "SHOW OBJECTS"; the clauses end in Statement::show.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

inline constexpr absl::string_view kShowObjects = "SHOW OBJECTS";

// The commands that list nothing.
absl::Span<const absl::string_view> EmptyListings();

// nullopt when the statement is none of these.
absl::StatusOr<std::optional<Statement>> ParseListing(TokenCursor& cursor);

}  // namespace spcs::sql
