// SPDX-License-Identifier: MPL-2.0
// Rows that a statement answered with. Values are the service's texts; helpers read them as what they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::snowflake {

struct Column {
  std::string name;
  std::string type;  // in lower case: text, fixed, boolean, timestamp_ltz, ...
};

using Cells = std::vector<std::optional<std::string>>;

// A row of a ResultSet, which has to outlive it. Columns are found without regard to case.
class Row {
 public:
  Row(const std::vector<Column>& columns, const Cells& cells) : columns_(&columns), cells_(&cells) {}

  // All of it, cell by cell.
  const std::vector<Column>& columns() const { return *columns_; }
  const Cells& cells() const { return *cells_; }

  // The text, or nullopt when it is null or there is no such column.
  std::optional<std::string> Get(absl::string_view column) const;

  // The text, or "" when there is none.
  std::string Text(absl::string_view column) const { return Get(column).value_or(""); }

  // Read as a whole number, as true/false (also Y/N, yes/no, 1/0), as a time (seconds since 1970 with a fraction, or a
  // date and time with its offset). nullopt when there is no value or it does not read so.
  std::optional<int64_t> Int(absl::string_view column) const;
  std::optional<bool> Bool(absl::string_view column) const;
  std::optional<absl::Time> Time(absl::string_view column) const;

 private:
  const std::vector<Column>* columns_;
  const Cells* cells_;
};

struct ResultSet {
  std::vector<Column> columns{};
  std::vector<Cells> cells{};
  std::string query_id{};

  size_t size() const { return cells.size(); }
  Row row(size_t index) const { return Row(columns, cells[index]); }
};

// A time as the service writes it in results; see Row::Time.
std::optional<absl::Time> ParseSnowflakeTime(absl::string_view text);

}  // namespace spcs::snowflake
