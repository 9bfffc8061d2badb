// SPDX-License-Identifier: MPL-2.0
// Aggregates of a group of rows. select.cc is the caller.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "emulator/engine/query/expression.h"

namespace spcs::engine {

// The aggregate over the rows, none of which may be missing from `rows`; NULLs do not count, but for COUNT(*).
absl::StatusOr<Cell> Aggregated(const Aggregate& aggregate, const std::vector<const Row*>& rows);

}  // namespace spcs::engine
