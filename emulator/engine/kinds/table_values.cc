// SPDX-License-Identifier: MPL-2.0
// Values of table cells: what each column type takes, and defaults.
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "emulator/engine/kind_handler.h"
#include "emulator/engine/kinds/table_rows.h"
#include "emulator/sql/expression.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Type = sql::Value::Type;

absl::Status NotRecognized(absl::string_view what, absl::string_view code, absl::string_view text) {
  return SqlError(absl::StatusCode::kInvalidArgument, code, code == "100038" ? "22018" : "22007",
                  absl::StrCat(what, " value '", text, "' is not recognized"));
}

// Digits in parentheses of VARCHAR(n) or the scale of NUMBER(p,s).
int64_t LastNumber(absl::string_view type) {
  const size_t start = type.find_last_of("(,");
  int64_t number = 0;
  if (start == absl::string_view::npos || !absl::SimpleAtoi(type.substr(start + 1, type.size() - start - 2), &number)) {
    return 0;
  }
  return number;
}

absl::StatusOr<Cell> CoerceNumber(const TableColumn& column, const std::string& text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return NotRecognized("Numeric", "100038", text);
  if (column.type == "FLOAT") return Cell(text);
  const int64_t scale = LastNumber(column.type);
  int64_t whole = 0;
  if (absl::SimpleAtoi(text, &whole) && scale == 0) return Cell(absl::StrCat(whole));
  return Cell(absl::StrFormat("%.*f", static_cast<int>(scale), number));
}

absl::StatusOr<Cell> CoerceTime(const std::string& text) {
  absl::Time time;
  for (const absl::string_view format : {"%Y-%m-%d %H:%M:%E*S", "%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S %Ez",
                                         "%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, absl::UTCTimeZone(), &time, nullptr)) {
      const int64_t nanos = absl::ToUnixNanos(time);
      return Cell(absl::StrFormat("%d.%09d", nanos / 1'000'000'000, nanos % 1'000'000'000));
    }
  }
  // Seconds since the epoch, as CURRENT_TIMESTAMP() and bindings give them.
  double seconds = 0;
  if (absl::SimpleAtod(text, &seconds)) return Cell(absl::StrFormat("%.9f", seconds));
  return NotRecognized("Timestamp", "100035", text);
}

absl::StatusOr<Cell> CoerceBoolean(const std::string& text) {
  const std::string lower = absl::AsciiStrToLower(text);
  for (const absl::string_view word : {"true", "t", "yes", "1"}) {
    if (lower == word) return Cell("true");
  }
  for (const absl::string_view word : {"false", "f", "no", "0"}) {
    if (lower == word) return Cell("false");
  }
  return NotRecognized("Boolean", "100037", text);
}

// The value of a call in VALUES or DEFAULT.
absl::StatusOr<Cell> Evaluate(ExecutionContext& context, const sql::Value& call) {
  if (call.text == "CURRENT_TIMESTAMP" && call.list.empty()) {
    const int64_t nanos = absl::ToUnixNanos(context.now());
    return Cell(absl::StrFormat("%d.%09d", nanos / 1'000'000'000, nanos % 1'000'000'000));
  }
  const Registry::ScalarFunction* function = context.registry().FindFunction(call.text);
  if (function == nullptr) {
    return SqlError(absl::StatusCode::kInvalidArgument, "002141", "42601",
                    absl::StrCat("SQL compilation error:\nUnknown function ", call.text));
  }
  return (*function)(context, call.list);
}

}  // namespace

absl::StatusOr<Cell> Coerce(ExecutionContext& context, const TableColumn& column, const sql::Value& given) {
  ASSIGN_OR_RETURN(sql::Value value, context.Resolve(given));
  if (value.type == Type::kFunction) {
    ASSIGN_OR_RETURN(const Cell cell, Evaluate(context, value));
    if (!cell) return cell;
    value.type = Type::kString;
    value.text = *cell;
  }
  if (value.type == Type::kNull) return Cell();
  if (absl::StartsWith(column.type, "NUMBER") || column.type == "FLOAT") return CoerceNumber(column, value.text);
  if (absl::StartsWith(column.type, "TIMESTAMP")) return CoerceTime(value.text);
  if (column.type == "BOOLEAN") return CoerceBoolean(value.text);
  if (absl::StartsWith(column.type, "VARCHAR") && static_cast<int64_t>(value.text.size()) > LastNumber(column.type)) {
    return SqlError(absl::StatusCode::kInvalidArgument, "100078", "22000",
                    absl::StrCat("String is too long and would be truncated in column ", column.name));
  }
  if (value.type == Type::kBoolean) return Cell(absl::AsciiStrToLower(value.text));
  return Cell(value.text);
}

absl::StatusOr<Cell> DefaultOf(ExecutionContext& context, const TableColumn& column) {
  if (!column.default_text) return Cell();
  ASSIGN_OR_RETURN(std::vector<sql::Token> tokens, sql::Tokenize(*column.default_text));
  sql::TokenCursor cursor(std::move(tokens));
  ASSIGN_OR_RETURN(const sql::Value value, sql::ParseExpression(cursor));
  return Coerce(context, column, value);
}

}  // namespace spcs::engine
