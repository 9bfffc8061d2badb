// SPDX-License-Identifier: MPL-2.0
// FILE_FORMAT = (…) of stages: which options a type has, and what DESCRIBE STAGE tells of them. Nothing reads files by
// it.
#pragma once

#include "absl/status/status.h"
#include "emulator/engine/context.h"
#include "emulator/engine/result.h"
#include "emulator/sql/statement.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::engine {

// The format of CREATE or ALTER STAGE into props; nothing without one. A type begins with its defaults (inferred for
// ALTER).
absl::Status SetFileFormat(ExecutionContext& context, const sql::Statement& statement, nlohmann::json& props);

// The rows of DESCRIBE STAGE for it.
void AddFileFormatRows(const nlohmann::json& props, ResultBuilder& rows);

}  // namespace spcs::engine
