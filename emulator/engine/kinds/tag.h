// SPDX-License-Identifier: MPL-2.0
// Tags on objects: [WITH] TAG of CREATE, SET TAG and UNSET TAG of ALTER, the same for every kind. The registry calls
// these around the handlers, which do not know of tags.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/engine/context.h"
#include "emulator/engine/result.h"
#include "emulator/sql/statement.h"

namespace spcs::engine {

// Whether the statement is about nothing but tags: SET TAG, UNSET TAG.
bool AltersTags(const sql::Statement& statement);

// Carries out SET TAG or UNSET TAG. The role owns the object, or has APPLY on the account's tags through its ownership
// of them: only the first is played here.
absl::StatusOr<ResultSet> AlterTags(ExecutionContext& context, Kind kind, const sql::Statement& statement);

// Puts the tags of CREATE on the object that was just made. Nothing when the statement names none.
absl::Status TagCreated(ExecutionContext& context, Kind kind, const sql::Statement& statement);

}  // namespace spcs::engine
