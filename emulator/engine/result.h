// SPDX-License-Identifier: MPL-2.0
// What a statement answers, and the small builders with which kind handlers make it.
//
//   ResultBuilder rows({Text("name"), Timestamp("created_on"), Fixed("rows")});
//   rows.Add({object.name, TimeText(object.created_on), "12"});
//   return std::move(rows).Build();
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::engine {

struct Column {
  std::string name;
  std::string type = "text";  // as rowType names it: text fixed boolean timestamp_ltz date …
  int precision = 0, scale = 0;
  bool nullable = true;
  int64_t length = 0;  // of text and binary; 0: the most there is
};

// What rows_affected counts.
enum class RowChange { kInserted, kUpdated, kDeleted };

using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;

// What a statement did to the session of the driver that sent it; unset members stay as they are, "" is none.
struct SessionChange {
  std::optional<std::string> role, warehouse, database, schema;
  std::map<std::string, std::optional<std::string>> parameters;  // ALTER SESSION: upper-case name; nullopt: UNSET
};

class ExecutionContext;
struct ResultSet;

// The rest of a statement that cannot end at once: asked again later, it returns the end, or a result that goes on.
using Continuation = std::function<absl::StatusOr<ResultSet>(ExecutionContext&)>;

struct ResultSet {
  std::vector<Column> columns;
  std::vector<Row> rows;
  int64_t rows_affected = -1;  // INSERT and its kin; -1: not such a statement
  RowChange row_change = RowChange::kInserted;
  bool secret = false;  // holds a credential: to be answered, never to be kept on disk
  std::optional<SessionChange> session_change;
  Continuation goes_on;  // set: the statement has not ended (see Engine::Continue)
};

Column Text(absl::string_view name);
Column Fixed(absl::string_view name);
Column Boolean(absl::string_view name);
Column Timestamp(absl::string_view name);  // timestamp_ltz with scale 3

// Seconds since the epoch with three decimals and the zeros that make nine: "1700000000.123000000".
std::string TimeText(absl::Time time);
// The same, NULL for absl::InfinitePast().
Cell TimeCell(absl::Time time);
// The text, NULL when it is empty.
Cell TextOrNull(const std::string& text);
// "true" / "false" and "Y" / "N", as the columns of SHOW have them.
std::string BoolText(bool value);
std::string YesNo(bool value);

class ResultBuilder {
 public:
  explicit ResultBuilder(std::vector<Column> columns) { result_.columns = std::move(columns); }
  // `row` has one cell for each column.
  void Add(Row row);
  ResultSet Build() && { return std::move(result_); }

 private:
  ResultSet result_;
};

// The answer of DDL: one column `status` with the sentence.
ResultSet StatusResult(absl::string_view sentence);

}  // namespace spcs::engine
