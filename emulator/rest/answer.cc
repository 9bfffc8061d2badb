// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/answer.h"

#include <cmath>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "emulator/sql/name.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::rest {
namespace {

using nlohmann::json;

bool IsTrue(absl::string_view text) {
  for (const absl::string_view truth : {"true", "Y", "YES", "ON"}) {
    if (absl::EqualsIgnoreCase(text, truth)) return true;
  }
  return false;
}

json TimeJson(const std::string& text) {
  double seconds = 0;
  if (!absl::SimpleAtod(text, &seconds)) return text.empty() ? json(nullptr) : json(text);
  const absl::Time time = absl::FromUnixMillis(std::llround(seconds * 1000));
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

json NumberJson(const std::string& text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? json(number) : json(nullptr);
}

json ListJson(const std::string& text) {
  const absl::StatusOr<json> list = ParseJson(text);
  return list.ok() && list->is_array() ? *list : json::array();
}

json ValueOf(Type type, const std::string& text) {
  switch (type) {
    case Type::kInt: return NumberJson(text);
    case Type::kBool: return IsTrue(text);
    case Type::kBoolText: return IsTrue(text) ? "true" : "false";
    case Type::kTime: return TimeJson(text);
    case Type::kNames: return ListJson(text);
    case Type::kTexts: return std::vector<std::string>(absl::StrSplit(text, ',', absl::SkipEmpty()));
    case Type::kDirectory: return {{"enable", IsTrue(text)}};
    case Type::kPersistence: return absl::StrContains(text, "TRANSIENT") ? "TRANSIENT" : "PERMANENT";
    case Type::kManaged: return absl::StrContains(text, "MANAGED ACCESS");
    case Type::kName: return sql::ToSql(text);
    case Type::kSpec: return {{"spec_type", "from_inline"}, {"spec_text", text}};
    default: return text;
  }
}

}  // namespace

engine::Cell CellOf(const engine::ResultSet& result, const engine::Row& row, absl::string_view column) {
  for (size_t i = 0; i < result.columns.size(); ++i) {
    if (result.columns[i].name == column) return row[i];
  }
  return std::nullopt;
}

json ObjectOf(absl::Span<const Field> fields, const engine::ResultSet& result, const engine::Row& row) {
  json object = json::object();
  for (const Field& field : fields) {
    const engine::Cell cell = field.type == Type::kSecret ? "" : CellOf(result, row, field.column);
    object[std::string(field.member)] = cell ? ValueOf(field.type, *cell) : json(nullptr);
  }
  return object;
}

json ListOf(absl::Span<const Field> fields, const engine::ResultSet& result) {
  json list = json::array();
  for (const engine::Row& row : result.rows) list.push_back(ObjectOf(fields, result, row));
  return list;
}

std::string ScalarOf(const engine::ResultSet& result) {
  if (result.rows.empty() || result.rows[0].empty()) return "";
  return result.rows[0][0].value_or("");
}

}  // namespace spcs::rest
