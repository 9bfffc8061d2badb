// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/aggregate.h"

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/decimal.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Texts = std::vector<std::string>;

absl::Status OutOfRange() {
  return SqlError(absl::StatusCode::kInvalidArgument, "100039", "22003", "Number out of representable range");
}

absl::StatusOr<Cell> RealSum(const Texts& values, bool average) {
  double sum = 0;
  for (const std::string& value : values) {
    double number = 0;
    if (!absl::SimpleAtod(value, &number)) return OutOfRange();
    sum += number;
  }
  const DataType real = PlainType(Family::kReal);
  ASSIGN_OR_RETURN(
      std::string text,
      Convert(absl::StrFormat("%.17g", average ? sum / static_cast<double>(values.size()) : sum), real, real));
  return Cell(std::move(text));
}

absl::StatusOr<Cell> ExactSum(const Texts& values, const DataType& type, bool average) {
  std::optional<Decimal> sum = Decimal{0, type.scale};
  for (const std::string& value : values) {
    const std::optional<Decimal> number = ParseDecimal(value);
    if (sum && number) sum = Added(*sum, *number);
  }
  if (sum && average) {
    sum = Divided(*sum, {static_cast<__int128>(values.size()), 0}, std::max(type.scale, 6));
  }
  if (!sum) return OutOfRange();
  return Cell(DecimalText(*sum));
}

Cell Extreme(const Texts& values, Family family, int sign) {
  return *std::max_element(values.begin(), values.end(), [&](const std::string& left, const std::string& right) {
    return CompareCells(family, left, right) * sign < 0;
  });
}

}  // namespace

absl::StatusOr<Cell> Aggregated(const Aggregate& aggregate, const std::vector<const Row*>& rows) {
  if (!aggregate.argument) return Cell(absl::StrCat(rows.size()));
  Texts values;
  std::set<std::string> seen;
  for (const Row* row : rows) {
    ASSIGN_OR_RETURN(Cell cell, aggregate.argument->evaluate({.row = row}));
    if (!cell || (aggregate.distinct && !seen.insert(*cell).second)) continue;
    values.push_back(*std::move(cell));
  }
  const std::string& function = aggregate.function;
  if (function == "COUNT") return Cell(absl::StrCat(values.size()));
  if (function == "COUNT_IF") return Cell(absl::StrCat(std::count(values.begin(), values.end(), "true")));
  if (values.empty()) return Cell();
  const DataType& type = aggregate.argument->type;
  if (function == "SUM" || function == "AVG") {
    const bool average = function == "AVG";
    return type.family == Family::kReal ? RealSum(values, average) : ExactSum(values, type, average);
  }
  if (function == "ANY_VALUE") return Cell(values.front());
  return Extreme(values, type.family, function == "MAX" ? 1 : -1);
}

}  // namespace spcs::engine
