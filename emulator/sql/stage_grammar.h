// SPDX-License-Identifier: MPL-2.0
// The statements on files of stages.
//
//   LIST | LS @stage[/path]      REMOVE | RM @stage[/path]
//
// The location may stand in quotes: '@db.sc.stage/a path'. `name` is the stage, words["path"] what follows it.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "emulator/sql/cursor.h"
#include "emulator/sql/statement.h"

namespace spcs::sql {

inline constexpr absl::string_view kListFiles = "LIST";
inline constexpr absl::string_view kRemoveFiles = "REMOVE";

// nullopt, with the cursor back at its start, for another statement.
absl::StatusOr<std::optional<Statement>> ParseStageStatement(TokenCursor& cursor);

}  // namespace spcs::sql
