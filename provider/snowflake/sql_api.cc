// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/sql_api.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::snowflake {
namespace {

absl::Status NotAnAnswer(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not an answer of the SQL API: ", why));
}

// A member of an object, or null.
const nlohmann::json& Member(const nlohmann::json& json, const char* key) {
  static const nlohmann::json* const kNull = new nlohmann::json();
  if (!json.is_object()) return *kNull;
  const auto member = json.find(key);
  return member == json.end() ? *kNull : *member;
}

std::optional<std::string> CellText(const nlohmann::json& cell) {
  if (cell.is_null()) return std::nullopt;
  return cell.is_string() ? cell.get<std::string>() : DumpJson(cell);
}

absl::Status AddRows(const nlohmann::json& data, ResultSet& result) {
  if (data.is_null()) return absl::OkStatus();
  if (!data.is_array()) return NotAnAnswer("data is no list");
  for (const nlohmann::json& row : data) {
    if (!row.is_array() || row.size() != result.columns.size()) return NotAnAnswer("a row does not fit the columns");
    Cells cells;
    cells.reserve(row.size());
    for (const nlohmann::json& cell : row) cells.push_back(CellText(cell));
    result.cells.push_back(std::move(cells));
  }
  return absl::OkStatus();
}

}  // namespace

std::string StatementBody(const Statement& statement, const std::optional<Identifier>& role,
                          const std::optional<Identifier>& warehouse) {
  nlohmann::json body{{"statement", statement.sql()}};
  const std::optional<Identifier>& used_role = statement.role() ? statement.role() : role;
  if (used_role) body["role"] = used_role->value();
  if (warehouse && statement.needs_warehouse()) body["warehouse"] = warehouse->value();
  return DumpJson(body);
}

absl::StatusOr<Answer> ParseAnswer(absl::string_view text) {
  ASSIGN_OR_RETURN(const nlohmann::json body, ParseJson(text));
  if (!body.is_object()) return NotAnAnswer("no object");
  Answer answer{JsonString(body, "statementHandle"), JsonString(body, "code"), JsonString(body, "sqlState"),
                JsonString(body, "message")};
  answer.result.query_id = answer.handle;
  const nlohmann::json& meta = Member(body, "resultSetMetaData");
  const nlohmann::json& columns = Member(meta, "rowType");
  if (columns.is_array()) {
    for (const nlohmann::json& column : columns) {
      answer.result.columns.push_back({JsonString(column, "name"), absl::AsciiStrToLower(JsonString(column, "type"))});
    }
  }
  if (Member(meta, "numRows").is_number_integer()) answer.total_rows = JsonInt(meta, "numRows");
  if (Member(meta, "partitionInfo").is_array() && !meta["partitionInfo"].empty()) {
    answer.partitions = int(meta["partitionInfo"].size());
  }
  RETURN_IF_ERROR(AddRows(Member(body, "data"), answer.result));
  return answer;
}

absl::Status AddPartition(absl::string_view text, ResultSet& result) {
  ASSIGN_OR_RETURN(const nlohmann::json body, ParseJson(text));
  if (!body.is_object() || !Member(body, "data").is_array()) return NotAnAnswer("a partition without data");
  return AddRows(body["data"], result);
}

}  // namespace spcs::snowflake
