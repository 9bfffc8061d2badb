// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/object_row.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace spcs::resources {

ObjectRow::ObjectRow(const snowflake::Row& row) {
  for (size_t i = 0; i < row.columns().size(); ++i) {
    values_[absl::AsciiStrToLower(row.columns()[i].name)] = row.cells()[i];
  }
}

std::optional<std::string> ObjectRow::Get(absl::string_view column) const {
  const auto value = values_.find(absl::AsciiStrToLower(column));
  return value == values_.end() ? std::nullopt : value->second;
}

int64_t ObjectRow::Int(absl::string_view column) const {
  int64_t number = 0;
  return absl::SimpleAtoi(Text(column), &number) ? number : 0;
}

bool ObjectRow::Bool(absl::string_view column) const {
  return SaysYes(Text(column));
}

std::string ObjectRow::Time(absl::string_view column) const {
  return FormatServiceTime(Text(column));
}

bool ObjectRow::Has(absl::string_view column) const {
  return values_.count(absl::AsciiStrToLower(column)) > 0;
}

void ObjectRow::Overlay(const ObjectRow& other) {
  for (const auto& [column, value] : other.values_) values_[column] = value;
}

void ObjectRow::Set(absl::string_view column, std::optional<std::string> value) {
  values_[absl::AsciiStrToLower(column)] = std::move(value);
}

std::vector<ObjectRow> AllRows(const snowflake::ResultSet& result) {
  std::vector<ObjectRow> rows;
  for (size_t i = 0; i < result.size(); ++i) rows.emplace_back(result.row(i));
  return rows;
}

ObjectRow DescribedRow(const snowflake::ResultSet& result) {
  const std::vector<ObjectRow> rows = AllRows(result);
  if (rows.empty()) return ObjectRow();
  if (!rows[0].Has("property")) return rows[0];
  ObjectRow described;
  for (const ObjectRow& row : rows) {
    described.Set(row.Text("property"), row.Get(row.Has("property_value") ? "property_value" : "value"));
  }
  return described;
}

bool SaysYes(absl::string_view text) {
  return absl::EqualsIgnoreCase(text, "true") || absl::EqualsIgnoreCase(text, "y") ||
         absl::EqualsIgnoreCase(text, "yes") || absl::EqualsIgnoreCase(text, "on") || text == "1";
}

std::string FormatServiceTime(absl::string_view text) {
  const auto time = snowflake::ParseSnowflakeTime(text);
  return time ? absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", *time, absl::UTCTimeZone()) : "";
}

}  // namespace spcs::resources
