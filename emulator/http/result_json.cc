// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/result_json.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

constexpr int64_t kTextLength = 16'777'216;

HttpReply JsonReply(int status, const nlohmann::json& body) {
  return {.status = status, .body = DumpJson(body)};
}

std::string StatusUrl(const ExecutedStatement::Facts& facts) {
  return absl::StrCat("/api/v2/statements/", facts.handle, "?requestId=", facts.request_id);
}

nlohmann::json Rows(const engine::ResultSet& result, std::pair<size_t, size_t> part, bool nullable) {
  nlohmann::json rows = nlohmann::json::array();
  for (size_t i = part.first; i < part.first + part.second; ++i) {
    nlohmann::json cells = nlohmann::json::array();
    for (const engine::Cell& cell : result.rows[i]) {
      cells.push_back(cell ? nlohmann::json(*cell) : nullable ? nlohmann::json(nullptr) : nlohmann::json("null"));
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

nlohmann::json Metadata(const engine::ResultSet& result, const std::vector<std::pair<size_t, size_t>>& parts,
                        bool nullable) {
  nlohmann::json types = nlohmann::json::array();
  for (const engine::Column& column : result.columns) types.push_back(RowType(column));
  nlohmann::json partitions = nlohmann::json::array();
  for (const auto& part : parts) {
    const size_t size = parts.size() == 1 && part.second == 0 ? 0 : DumpJson(Rows(result, part, nullable)).size();
    partitions.push_back({{"rowCount", part.second}, {"uncompressedSize", size}});
  }
  return {{"numRows", result.rows.size()},
          {"format", "jsonv2"},
          {"partitionInfo", std::move(partitions)},
          {"rowType", std::move(types)}};
}

std::string LinkHeader(const ExecutedStatement::Facts& facts, size_t number, size_t count) {
  const auto link = [&](size_t partition, absl::string_view relation) {
    return absl::StrCat("<", StatusUrl(facts), "&partition=", partition, ">; rel=\"", relation, "\"");
  };
  std::string header = link(0, "first");
  if (number > 0) absl::StrAppend(&header, ",", link(number - 1, "prev"));
  if (number + 1 < count) absl::StrAppend(&header, ",", link(number + 1, "next"));
  return absl::StrCat(header, ",", link(count - 1, "last"));
}

}  // namespace

nlohmann::json RowType(const engine::Column& column) {
  const bool is_text = column.type == "text" || column.type == "variant" || column.type == "binary";
  const bool is_fixed = column.type == "fixed";
  const bool is_time = column.type == "time" || absl::StartsWith(column.type, "timestamp_");
  nlohmann::json type = {{"name", column.name},  {"database", ""},      {"schema", ""},
                         {"table", ""},          {"type", column.type}, {"nullable", column.nullable},
                         {"collation", nullptr}, {"length", nullptr},   {"byteLength", nullptr},
                         {"precision", nullptr}, {"scale", nullptr}};
  if (is_text) type["length"] = type["byteLength"] = column.length == 0 ? kTextLength : column.length;
  if (is_fixed) type["precision"] = column.precision == 0 ? 38 : column.precision;
  if (is_time) type["precision"] = 0;
  if (is_fixed || is_time) type["scale"] = column.scale;
  return type;
}

HttpReply ErrorReply(int status, absl::string_view code, absl::string_view message, absl::string_view request_id) {
  return JsonReply(status, {{"message", std::string(message)},
                            {"code", std::string(code)},
                            {"error_code", std::string(code)},
                            {"request_id", std::string(request_id)}});
}

std::vector<std::pair<size_t, size_t>> Partitions(const engine::ResultSet& result, int64_t cells) {
  const size_t width = std::max<size_t>(result.columns.size(), 1);
  const size_t rows = std::max<size_t>(static_cast<size_t>(std::max<int64_t>(cells, 1)) / width, 1);
  std::vector<std::pair<size_t, size_t>> parts;
  for (size_t first = 0; first < result.rows.size(); first += rows) {
    parts.emplace_back(first, std::min(rows, result.rows.size() - first));
  }
  if (parts.empty()) parts.emplace_back(0, 0);
  return parts;
}

HttpReply ResultReply(const ExecutedStatement& statement, const engine::ResultSet& result, int64_t cells,
                      int64_t number) {
  const ExecutedStatement::Facts& facts = statement.facts();
  const std::vector<std::pair<size_t, size_t>> parts = Partitions(result, cells);
  if (number < 0 || static_cast<size_t>(number) >= parts.size()) {
    return ErrorReply(404, kCodeNoSuchStatement,
                      absl::StrCat("Statement ", facts.handle, " has no partition ", number, "."), facts.request_id);
  }
  const size_t index = static_cast<size_t>(number);
  nlohmann::json body = {{"data", Rows(result, parts[index], facts.nullable)}};
  if (index == 0) {
    body["code"] = std::string(kCodeSuccess);
    body["sqlState"] = "00000";
    body["message"] = "Statement executed successfully.";
    body["statementHandle"] = facts.handle;
    body["statementStatusUrl"] = StatusUrl(facts);
    body["createdOn"] = absl::ToUnixMillis(facts.created);
    body["resultSetMetaData"] = Metadata(result, parts, facts.nullable);
    if (result.rows_affected >= 0) {
      const auto count = [&](engine::RowChange change) {
        return result.row_change == change ? result.rows_affected : 0;
      };
      body["stats"] = {{"numRowsInserted", count(engine::RowChange::kInserted)},
                       {"numRowsUpdated", count(engine::RowChange::kUpdated)},
                       {"numRowsDeleted", count(engine::RowChange::kDeleted)},
                       {"numDuplicateRowsUpdated", 0}};
    }
  }
  HttpReply reply = JsonReply(200, body);
  if (parts.size() > 1) reply.headers.emplace_back("Link", LinkHeader(facts, index, parts.size()));
  return reply;
}

HttpReply RunningReply(const ExecutedStatement& statement, int http_status) {
  const ExecutedStatement::Facts& facts = statement.facts();
  return JsonReply(http_status, {{"code", std::string(kCodeRunning)},
                                 {"message",
                                  "Asynchronous execution in progress. Use provided query id to perform "
                                  "query monitoring and management."},
                                 {"statementHandle", facts.handle},
                                 {"statementStatusUrl", StatusUrl(facts)}});
}

HttpReply FailureReply(const ExecutedStatement& statement, const absl::Status& error) {
  const ExecutedStatement::Facts& facts = statement.facts();
  const std::optional<std::string> code = FactOf(error, kVendorCode);
  const int status = !code ? 500 : absl::IsDeadlineExceeded(error) ? 408 : 422;
  return JsonReply(status, {{"code", code.value_or("000603")},
                            {"error_code", code.value_or("000603")},
                            {"sqlState", FactOf(error, kSqlState).value_or("XX000")},
                            {"message", std::string(error.message())},
                            {"statementHandle", facts.handle},
                            {"createdOn", absl::ToUnixMillis(facts.created)},
                            {"statementStatusUrl", StatusUrl(facts)}});
}

HttpReply CancelReply(const ExecutedStatement& statement) {
  const ExecutedStatement::Facts& facts = statement.facts();
  return JsonReply(200, {{"code", "000604"},
                         {"sqlState", "57014"},
                         {"message", "Statement canceled."},
                         {"statementHandle", facts.handle},
                         {"statementStatusUrl", StatusUrl(facts)}});
}

}  // namespace spcs::emulator_http
