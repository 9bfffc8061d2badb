// SPDX-License-Identifier: MPL-2.0
// Expressions of a clustering key: columns, casts, paths into semi-structured columns and calls of functions. Parsed,
// so that nothing else gets into a statement and two spellings of one expression are the same.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/statement.h"

namespace spcs::resources {

// One spelling of the expression for all that mean the same; InvalidArgument, with what stands where it ends to make
// sense, when it is none.
absl::StatusOr<std::string> CanonicalClusterKey(absl::string_view text);

// The columns that it uses, in order; none when it is no expression.
std::vector<snowflake::Identifier> ClusterKeyColumns(absl::string_view text);

// Appends the expression to the statement.
absl::Status AppendClusterKey(absl::string_view text, snowflake::Statement& statement);

// The expressions of SHOW TABLES' cluster_by, "LINEAR(A, TO_DATE(B))", as they stand there.
std::vector<std::string> ShownClusterKeys(absl::string_view text);

}  // namespace spcs::resources
