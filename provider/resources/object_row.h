// SPDX-License-Identifier: MPL-2.0
// What the account tells of one object: texts by column, owned, so that SHOW and DESCRIBE can be laid over each other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "provider/snowflake/result_set.h"

namespace spcs::resources {

class ObjectRow {
 public:
  ObjectRow() = default;
  explicit ObjectRow(const snowflake::Row& row);

  // The text, or nullopt when it is null or there is no such column. Columns are found without regard to case.
  std::optional<std::string> Get(absl::string_view column) const;
  // The text, or "".
  std::string Text(absl::string_view column) const { return Get(column).value_or(""); }
  // The number, or 0; "true", "Y" and the like as true.
  int64_t Int(absl::string_view column) const;
  bool Bool(absl::string_view column) const;
  // The time in RFC 3339 (UTC, milliseconds), or "".
  std::string Time(absl::string_view column) const;
  // Whether there is such a column, null or not.
  bool Has(absl::string_view column) const;

  // Takes over every column of the other row; from DESCRIBE's property rows, each property as a column.
  void Overlay(const ObjectRow& other);
  void Set(absl::string_view column, std::optional<std::string> value);

 private:
  std::map<std::string, std::optional<std::string>> values_;  // by column in lower case
};

std::vector<ObjectRow> AllRows(const snowflake::ResultSet& result);

// What DESCRIBE answered as one row: its only row, or, where it has one row for each property, these as columns.
ObjectRow DescribedRow(const snowflake::ResultSet& result);

// Whether a column's text says yes: true, y, yes, on or 1.
bool SaysYes(absl::string_view text);

// A time of the service in RFC 3339 (UTC, milliseconds); "" when it is none.
std::string FormatServiceTime(absl::string_view text);

}  // namespace spcs::resources
