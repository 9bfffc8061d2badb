// SPDX-License-Identifier: MPL-2.0
// The bodies of the SQL API: ResultSet (jsonv2, in partitions), QueryStatus, failure and cancel. Called by SqlApi.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "emulator/engine/engine.h"
#include "emulator/http/message.h"
#include "emulator/http/statement_table.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::emulator_http {

inline constexpr absl::string_view kCodeSuccess = "090001";
inline constexpr absl::string_view kCodeRunning = "333334";
inline constexpr absl::string_view kCodeNoSuchStatement = "000709";

// {message, code, error_code, request_id} with X-Snowflake-Request-ID left to the caller.
HttpReply ErrorReply(int status, absl::string_view code, absl::string_view message, absl::string_view request_id);

// How a column is described; drivers read the same members.
nlohmann::json RowType(const engine::Column& column);

// Partitions hold whole rows and, except for a single row that is wider, at most `cells` values: (first row, count) of
// each, at least one.
std::vector<std::pair<size_t, size_t>> Partitions(const engine::ResultSet& result, int64_t cells);

// 200 with partition `number`: the first comes with all metadata, the others with their rows only. 404 when there is no
// such partition.
HttpReply ResultReply(const ExecutedStatement& statement, const engine::ResultSet& result, int64_t cells,
                      int64_t number);

// 202, or 429 with the same body when the statement says so.
HttpReply RunningReply(const ExecutedStatement& statement, int http_status);

// 422 for an SQL error, 408 for a statement that ran into its timeout, 500 for a fault of the emulator itself.
HttpReply FailureReply(const ExecutedStatement& statement, const absl::Status& error);

HttpReply CancelReply(const ExecutedStatement& statement);

}  // namespace spcs::emulator_http
