// SPDX-License-Identifier: MPL-2.0
// Functions of numbers.
#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/function_table.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

DataType NumericType(const Expression& argument) {
  return argument.type.family == Family::kNumber ? argument.type : PlainType(Family::kReal);
}

Made Abs(ExecutionContext&, Arguments arguments) {
  const DataType type = NumericType(arguments[0]);
  return StrictFunction(type, {type}, std::move(arguments), [](const Texts& texts) -> absl::StatusOr<Cell> {
    return Cell(texts[0][0] == '-' ? texts[0].substr(1) : texts[0]);
  });
}

// ROUND, FLOOR, CEIL to a number of decimals, 0 by default, which must be a constant.
Made Rounded(double (*whole)(double), Arguments arguments) {
  int64_t decimals = 0;
  if (arguments.size() > 1) {
    ASSIGN_OR_RETURN(const Expression count, Coerced(arguments[1], NumberType(38, 0)));
    ASSIGN_OR_RETURN(const Cell cell, count.evaluate({}));
    if (!cell || WholeNumber(*cell) < 0 || WholeNumber(*cell) > 37)
      return Unsupported("rounding to less than 0 or NULL decimals");
    decimals = WholeNumber(*cell);
    arguments.pop_back();
  }
  const DataType from = NumericType(arguments[0]);
  const bool exact = from.family == Family::kNumber;
  const DataType type = exact ? NumberType(38, std::min<int>(from.scale, static_cast<int>(decimals))) : from;
  return StrictFunction(type, {from}, std::move(arguments), [=](const Texts& texts) -> absl::StatusOr<Cell> {
    if (exact && whole == static_cast<double (*)(double)>(std::round)) {
      ASSIGN_OR_RETURN(std::string text, Convert(texts[0], from, type));
      return Cell(std::move(text));
    }
    double number = 0;
    if (!absl::SimpleAtod(texts[0], &number)) return Cell();
    const double power = std::pow(10, decimals);
    ASSIGN_OR_RETURN(std::string text,
                     Convert(absl::StrFormat("%.17g", whole(number * power) / power), PlainType(Family::kReal), type));
    return Cell(std::move(text));
  });
}
Made Round(ExecutionContext&, Arguments arguments) {
  return Rounded(std::round, std::move(arguments));
}
Made Floor(ExecutionContext&, Arguments arguments) {
  return Rounded(std::floor, std::move(arguments));
}
Made Ceiling(ExecutionContext&, Arguments arguments) {
  return Rounded(std::ceil, std::move(arguments));
}
Made Modulo(ExecutionContext&, Arguments arguments) {
  sql::Value modulo;
  modulo.text = "%";
  return CompileOperator(modulo, std::move(arguments));
}

constexpr Function kNumberFunctions[] = {
    {"ABS", 1, 1, Abs}, {"ROUND", 1, 2, Round}, {"FLOOR", 1, 2, Floor}, {"CEIL", 1, 2, Ceiling}, {"MOD", 2, 2, Modulo},
};

}  // namespace

absl::Span<const Function> NumberFunctions() {
  return kNumberFunctions;
}

}  // namespace spcs::engine
