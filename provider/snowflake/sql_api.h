// SPDX-License-Identifier: MPL-2.0
// The envelopes of the SQL API: what is sent for a statement and how answers read. Used by Client.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/result_set.h"
#include "provider/snowflake/statement.h"

namespace spcs::snowflake {

// The body of POST /api/v2/statements. Names go as they are stored: the API folds nothing.
std::string StatementBody(const Statement& statement, const std::optional<Identifier>& role,
                          const std::optional<Identifier>& warehouse);

// The first part of a result, or the state of a statement that still runs.
struct Answer {
  std::string handle;  // the id of the statement, also called query id
  std::string code;    // the service's code
  std::string sql_state;
  std::string message;
  ResultSet result{};       // rows of the first partition
  int64_t total_rows = -1;  // of all partitions; -1 when the answer does not say
  int partitions = 1;
};

// Reads an answer of the API with any status. InvalidArgument when the text is not such an answer, which is also how a
// truncated one looks.
absl::StatusOr<Answer> ParseAnswer(absl::string_view body);

// Adds the rows of a further partition.
absl::Status AddPartition(absl::string_view body, ResultSet& result);

}  // namespace spcs::snowflake
