// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/driver_json.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/http/result_json.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::emulator_http {
namespace {

using nlohmann::json;

HttpReply Body(bool success, const json& code, const json& message, const json& data) {
  return {.body = DumpJson({{"success", success}, {"code", code}, {"message", message}, {"data", data}})};
}

// What drivers tell INSERT and its kin from the rest by.
int64_t StatementTypeId(absl::string_view kind) {
  constexpr std::array<std::pair<absl::string_view, int64_t>, 8> kIds = {{{"SELECT", 0x1000},
                                                                          {"INSERT", 0x3100},
                                                                          {"UPDATE", 0x3200},
                                                                          {"DELETE", 0x3300},
                                                                          {"CALL", 0x7000},
                                                                          {"SHOW", 0x4400},
                                                                          {"DESCRIBE", 0x4300},
                                                                          {"USE", 0x4100}}};
  for (const auto& [verb, id] : kIds) {
    if (absl::StartsWith(kind, verb)) return id;
  }
  return 0x6000;
}

// Drivers take as many digits behind the point as the column's scale says.
std::string WithScale(const std::string& time, int scale) {
  const size_t point = time.find('.');
  if (point == std::string::npos) return time;
  const size_t end = std::min(time.find(' ', point), time.size());  // the zone of TIMESTAMP_TZ
  const size_t kept = scale == 0 ? point : std::min(point + 1 + static_cast<size_t>(scale), end);
  return time.substr(0, kept) + time.substr(end);
}

json Cell(const engine::Column& column, const engine::Cell& cell) {
  if (!cell) return nullptr;
  if (absl::StartsWith(column.type, "time")) return WithScale(*cell, column.scale);
  if (column.type == "boolean") return *cell == "true" ? "1" : "0";
  return *cell;
}

json Rowset(const engine::ResultSet& result) {
  json rows = json::array();
  for (const engine::Row& row : result.rows) {
    json cells = json::array();
    for (size_t i = 0; i < row.size(); ++i) cells.push_back(Cell(result.columns[i], row[i]));
    rows.push_back(std::move(cells));
  }
  return rows;
}

void TellSession(const DriverSession& session, json& data) {
  const engine::Session state = session.state();
  const auto or_null = [](const std::string& name) { return name.empty() ? json(nullptr) : json(name); };
  data["finalDatabaseName"] = or_null(state.database);
  data["finalSchemaName"] = or_null(state.schema);
  data["finalWarehouseName"] = or_null(state.warehouse);
  data["finalRoleName"] = or_null(state.role);
  data["parameters"] = DriverParameters(session.parameters());
}

HttpReply StatementFailure(const ExecutedStatement& statement, const absl::Status& error) {
  const std::optional<std::string> code = FactOf(error, kVendorCode);
  HttpReply reply = Body(false, code.value_or("000603"), std::string(error.message()),
                         {{"internalError", !code.has_value()},
                          {"errorCode", code.value_or("000603")},
                          {"sqlState", FactOf(error, kSqlState).value_or("XX000")},
                          {"queryId", statement.facts().handle},
                          {"line", -1},
                          {"pos", -1},
                          {"type", "COMPILATION"}});
  if (!code) reply.status = 500;
  return reply;
}

}  // namespace

HttpReply DriverSuccess(const nlohmann::json& data) {
  return Body(true, nullptr, nullptr, data);
}

HttpReply DriverFailure(const absl::Status& error) {
  const std::optional<std::string> code = FactOf(error, kVendorCode);
  if (!code) return {.status = 500, .body = DumpJson({{"success", false}, {"message", std::string(error.message())}})};
  return Body(false, *code, std::string(error.message()), nullptr);
}

nlohmann::json DriverParameters(const std::map<std::string, std::string>& parameters) {
  json list = json::array();
  for (const auto& [name, value] : parameters) {
    // Drivers compare numbers and truth values as what they are.
    int64_t number = 0;
    const bool truth = value == "true" || value == "false";
    const bool numeric = name != "QUERY_TAG" && absl::SimpleAtoi(value, &number);
    list.push_back({{"name", name}, {"value", truth ? json(value == "true") : numeric ? json(number) : json(value)}});
  }
  return list;
}

HttpReply DriverRunning(const ExecutedStatement& statement) {
  const std::string& handle = statement.facts().handle;
  return Body(true, std::string(statement.facts().asked_async ? kCodeInProgressAsync : kCodeInProgress),
              "Query execution in progress.",
              {{"queryId", handle},
               {"getResultUrl", absl::StrCat("/queries/", handle, "/result")},
               {"queryAbortsAfterSecs", 604800}});
}

HttpReply DriverAnswer(const ExecutedStatement& statement, const DriverSession* session, bool rows) {
  const auto outcome = statement.outcome();
  if (outcome == nullptr) return DriverRunning(statement);
  if (!outcome->ok()) return StatementFailure(statement, outcome->status());
  const engine::ResultSet& result = **outcome;
  json types = json::array();
  for (const engine::Column& column : result.columns) types.push_back(RowType(column));
  const size_t count = rows ? result.rows.size() : 0;
  json data = {{"rowtype", std::move(types)},
               {"rowset", rows ? Rowset(result) : json::array()},
               {"total", count},
               {"returned", count},
               {"queryId", statement.facts().handle},
               {"queryResultFormat", "json"},
               {"statementTypeId", StatementTypeId(statement.facts().kind)},
               {"parameters", json::array()},
               {"version", 1},
               {"sqlState", nullptr}};
  if (session != nullptr) TellSession(*session, data);
  return DriverSuccess(data);
}

nlohmann::json MonitoredQuery(const ExecutedStatement& statement) {
  const ExecutedStatement::Facts& facts = statement.facts();
  const auto outcome = statement.outcome();
  json query = {{"id", facts.handle},
                {"status", outcome == nullptr ? "RUNNING" : outcome->ok() ? "SUCCESS" : "FAILED_WITH_ERROR"},
                {"sqlText", facts.text},
                {"startTime", absl::ToUnixMillis(facts.created)},
                {"errorCode", 0},
                {"errorMessage", nullptr}};
  if (outcome != nullptr && !outcome->ok()) {
    query["errorCode"] = FactOf(outcome->status(), kVendorCode).value_or("000603");
    query["errorMessage"] = std::string(outcome->status().message());
  }
  return query;
}

}  // namespace spcs::emulator_http
