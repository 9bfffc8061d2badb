// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/result.h"

#include <cassert>

#include "absl/strings/str_format.h"

namespace spcs::engine {

Column Text(absl::string_view name) {
  return {.name = std::string(name), .type = "text"};
}

Column Fixed(absl::string_view name) {
  return {.name = std::string(name), .type = "fixed", .precision = 38};
}

Column Boolean(absl::string_view name) {
  return {.name = std::string(name), .type = "boolean"};
}

Column Timestamp(absl::string_view name) {
  return {.name = std::string(name), .type = "timestamp_ltz", .precision = 0, .scale = 3};
}

std::string TimeText(absl::Time time) {
  const int64_t millis = absl::ToUnixMillis(time);
  return absl::StrFormat("%d.%03d000000", millis / 1000, millis % 1000);
}

Cell TimeCell(absl::Time time) {
  if (time == absl::InfinitePast()) return std::nullopt;
  return TimeText(time);
}

Cell TextOrNull(const std::string& text) {
  return text.empty() ? Cell() : Cell(text);
}

std::string BoolText(bool value) {
  return value ? "true" : "false";
}

std::string YesNo(bool value) {
  return value ? "Y" : "N";
}

void ResultBuilder::Add(Row row) {
  assert(row.size() == result_.columns.size());
  row.resize(result_.columns.size());
  result_.rows.push_back(std::move(row));
}

ResultSet StatusResult(absl::string_view sentence) {
  ResultBuilder builder({Text("status")});
  builder.Add({std::string(sentence)});
  return std::move(builder).Build();
}

}  // namespace spcs::engine
