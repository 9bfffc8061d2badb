// SPDX-License-Identifier: MPL-2.0
// The operators of expressions. NULL in, NULL out, but for AND, OR, IS NULL and CASE.
#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/pattern.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/decimal.h"
#include "emulator/engine/query/expression.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

const DataType kBoolean = PlainType(Family::kBoolean);

Cell Truth(bool value) {
  return Cell(value ? "true" : "false");
}

using Pair = std::function<absl::StatusOr<Cell>(const std::string&, const std::string&)>;

// An operator of two values that is NULL when one of them is.
Expression Strict(const DataType& type, Expression left, Expression right, Pair pair) {
  const bool nullable = left.nullable || right.nullable;
  return {type, nullable,
          [left = std::move(left.evaluate), right = std::move(right.evaluate),
           pair = std::move(pair)](const RowView& view) -> absl::StatusOr<Cell> {
            ASSIGN_OR_RETURN(const Cell a, left(view));
            ASSIGN_OR_RETURN(const Cell b, right(view));
            if (!a || !b) return Cell();
            return pair(*a, *b);
          }};
}

absl::Status OutOfRange() {
  return SqlError(absl::StatusCode::kInvalidArgument, "100039", "22003", "Number out of representable range");
}

absl::Status DivisionByZero() {
  return SqlError(absl::StatusCode::kInvalidArgument, "100051", "22012", "Division by zero");
}

absl::StatusOr<Cell> RealArithmetic(char symbol, const std::string& left, const std::string& right) {
  double a = 0, b = 0;
  if (!absl::SimpleAtod(left, &a) || !absl::SimpleAtod(right, &b)) return OutOfRange();
  if ((symbol == '/' || symbol == '%') && b == 0) return DivisionByZero();
  const double result = symbol == '+'   ? a + b
                        : symbol == '-' ? a - b
                        : symbol == '*' ? a * b
                        : symbol == '/' ? a / b
                                        : std::fmod(a, b);
  ASSIGN_OR_RETURN(std::string text, Convert(absl::StrCat(result), PlainType(Family::kReal), PlainType(Family::kReal)));
  return Cell(std::move(text));
}

absl::StatusOr<Cell> ExactArithmetic(char symbol, int scale, const std::string& left, const std::string& right) {
  const std::optional<Decimal> a = ParseDecimal(left);
  std::optional<Decimal> b = ParseDecimal(right), result;
  if (!a || !b) return OutOfRange();
  if ((symbol == '/' || symbol == '%') && b->digits == 0) return DivisionByZero();
  if (symbol == '%') {
    const std::optional<Decimal> x = Rescaled(*a, scale), y = Rescaled(*b, scale);
    if (x && y) result = Decimal{x->digits % y->digits, scale};
  } else if (symbol == '*') {
    result = Multiplied(*a, *b);
  } else if (symbol == '/') {
    result = Divided(*a, *b, scale);
  } else {
    if (symbol == '-') b->digits = -b->digits;
    result = Added(*a, *b);
  }
  if (result) result = Rescaled(*result, scale);
  if (!result) return OutOfRange();
  return Cell(DecimalText(*result));
}

// The service's rules for the scale of a result.
DataType ArithmeticType(char symbol, const DataType& left, const DataType& right) {
  if (symbol == '*') return NumberType(38, std::min(left.scale + right.scale, std::max({left.scale, right.scale, 12})));
  if (symbol == '/') return NumberType(38, std::max(left.scale, std::min(left.scale + 6, 12)));
  return NumberType(38, std::max(left.scale, right.scale));
}

absl::StatusOr<Expression> Arithmetic(char symbol, Expression left, Expression right) {
  for (Expression* side : {&left, &right}) {
    if (side->type.IsNumeric()) continue;
    if (side->type.family != Family::kText && side->type.family != Family::kNull) {
      if (side->type.family == Family::kDate || side->type.IsTimestamp()) {
        return Unsupported(absl::StrCat("arithmetic on ", TypeText(side->type), "; use DATEADD"));
      }
      return CannotConvert(side->type, NumberType(38, 0));
    }
    ASSIGN_OR_RETURN(*side, Coerced(std::move(*side), PlainType(Family::kReal)));
  }
  if (left.type.family == Family::kReal || right.type.family == Family::kReal) {
    return Strict(PlainType(Family::kReal), std::move(left), std::move(right),
                  [symbol](const std::string& a, const std::string& b) { return RealArithmetic(symbol, a, b); });
  }
  const DataType type = ArithmeticType(symbol, left.type, right.type);
  return Strict(type, std::move(left), std::move(right),
                [symbol, scale = type.scale](const std::string& a, const std::string& b) {
                  return ExactArithmetic(symbol, scale, a, b);
                });
}

bool Holds(absl::string_view comparison, int order) {
  if (comparison == "=") return order == 0;
  if (comparison == "<>") return order != 0;
  if (comparison == "<") return order < 0;
  if (comparison == "<=") return order <= 0;
  if (comparison == ">") return order > 0;
  return order >= 0;
}

absl::StatusOr<Expression> Comparison(const std::string& symbol, Expression left, Expression right) {
  ASSIGN_OR_RETURN(const DataType type, CommonType(left.type, right.type));
  ASSIGN_OR_RETURN(left, Coerced(std::move(left), type));
  ASSIGN_OR_RETURN(right, Coerced(std::move(right), type));
  return Strict(kBoolean, std::move(left), std::move(right),
                [symbol, family = type.family](const std::string& a, const std::string& b) -> absl::StatusOr<Cell> {
                  return Truth(Holds(symbol, CompareCells(family, a, b)));
                });
}

// AND and OR of two or more: the deciding value wins over NULL.
absl::StatusOr<Expression> Junction(bool deciding, std::vector<Expression> operands) {
  std::vector<decltype(Expression::evaluate)> sides;
  for (Expression& operand : operands) {
    ASSIGN_OR_RETURN(operand, Coerced(std::move(operand), kBoolean));
    sides.push_back(std::move(operand.evaluate));
  }
  return Expression{kBoolean, true, [deciding, sides = std::move(sides)](const RowView& view) -> absl::StatusOr<Cell> {
                      bool null = false;
                      for (const auto& side : sides) {
                        ASSIGN_OR_RETURN(const Cell cell, side(view));
                        if (cell == Truth(deciding)) return cell;
                        null = null || !cell;
                      }
                      return null ? Cell() : Truth(!deciding);
                    }};
}

absl::StatusOr<Expression> Negated(Expression operand) {
  ASSIGN_OR_RETURN(operand, Coerced(std::move(operand), kBoolean));
  return Expression{kBoolean, operand.nullable,
                    [inner = std::move(operand.evaluate)](const RowView& view) -> absl::StatusOr<Cell> {
                      ASSIGN_OR_RETURN(const Cell cell, inner(view));
                      return cell ? Truth(*cell != "true") : Cell();
                    }};
}

absl::StatusOr<Expression> IsNull(Expression operand) {
  return Expression{kBoolean, false,
                    [inner = std::move(operand.evaluate)](const RowView& view) -> absl::StatusOr<Cell> {
                      ASSIGN_OR_RETURN(const Cell cell, inner(view));
                      return Truth(!cell);
                    }};
}

// One side of a comparison with a value that is at hand.
struct Side {
  std::string symbol;
  DataType type;  // in which the two are compared
  decltype(Expression::evaluate) evaluate;
};

absl::StatusOr<Cell> Compared(const Side& side, const Cell& value, const DataType& from, const RowView& view) {
  ASSIGN_OR_RETURN(const Cell other, side.evaluate(view));
  if (!value || !other) return Cell();
  ASSIGN_OR_RETURN(const std::string converted, Convert(*value, from, side.type));
  return Truth(Holds(side.symbol, CompareCells(side.type.family, converted, *other)));
}

// The first operand compared with each of the others, joined by AND or OR. It is evaluated once: predicates of
// predicates would double the work at each level.
absl::StatusOr<Expression> Comparisons(bool deciding, const std::vector<std::string>& symbols,
                                       std::vector<Expression> operands) {
  const DataType from = operands[0].type;
  std::vector<Side> sides;
  for (size_t i = 1; i < operands.size(); ++i) {
    ASSIGN_OR_RETURN(const DataType type, CommonType(from, operands[i].type));
    if (!Converts(from, type)) return CannotConvert(from, type);
    ASSIGN_OR_RETURN(Expression other, Coerced(std::move(operands[i]), type));
    sides.push_back({symbols[(i - 1) % symbols.size()], type, std::move(other.evaluate)});
  }
  return Expression{kBoolean, true,
                    [deciding, from, first = std::move(operands[0].evaluate),
                     sides = std::move(sides)](const RowView& view) -> absl::StatusOr<Cell> {
                      ASSIGN_OR_RETURN(const Cell value, first(view));
                      bool null = false;
                      for (const Side& side : sides) {
                        ASSIGN_OR_RETURN(const Cell cell, Compared(side, value, from, view));
                        if (cell == Truth(deciding)) return cell;
                        null = null || !cell;
                      }
                      return null ? Cell() : Truth(!deciding);
                    }};
}

absl::StatusOr<Expression> Like(bool fold, Expression value, Expression pattern) {
  ASSIGN_OR_RETURN(value, Coerced(std::move(value), TextType()));
  ASSIGN_OR_RETURN(pattern, Coerced(std::move(pattern), TextType()));
  return Strict(kBoolean, std::move(value), std::move(pattern),
                [fold](const std::string& text, const std::string& like) -> absl::StatusOr<Cell> {
                  return Truth(MatchesPattern(like, text, {.fold_case = fold}));
                });
}

absl::StatusOr<Expression> Concatenation(Expression left, Expression right) {
  ASSIGN_OR_RETURN(left, Coerced(std::move(left), TextType()));
  ASSIGN_OR_RETURN(right, Coerced(std::move(right), TextType()));
  return Strict(TextType(), std::move(left), std::move(right),
                [](const std::string& a, const std::string& b) -> absl::StatusOr<Cell> { return Cell(a + b); });
}

// when, then, …, [else].
absl::StatusOr<Expression> Case(std::vector<Expression> operands) {
  DataType type;
  for (size_t i = 0; i < operands.size(); ++i) {
    const bool when = i % 2 == 0 && i + 1 < operands.size();
    if (when) {
      ASSIGN_OR_RETURN(operands[i], Coerced(std::move(operands[i]), kBoolean));
    } else {
      ASSIGN_OR_RETURN(type, CommonType(type, operands[i].type));
    }
  }
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i % 2 == 0 && i + 1 < operands.size()) continue;
    ASSIGN_OR_RETURN(operands[i], Coerced(std::move(operands[i]), type));
  }
  return Expression{type, true, [operands = std::move(operands)](const RowView& view) -> absl::StatusOr<Cell> {
                      size_t i = 0;
                      for (; i + 1 < operands.size(); i += 2) {
                        ASSIGN_OR_RETURN(const Cell when, operands[i].evaluate(view));
                        if (when == "true") return operands[i + 1].evaluate(view);
                      }
                      return i < operands.size() ? operands[i].evaluate(view) : Cell();
                    }};
}

}  // namespace

absl::StatusOr<Expression> CompileOperator(const sql::Value& value, std::vector<Expression> operands) {
  const std::string& name = value.text;
  if (name == "AND" || name == "OR") return Junction(name == "OR", std::move(operands));
  if (name == "NOT") return Negated(std::move(operands[0]));
  if (name == "IS NULL") return IsNull(std::move(operands[0]));
  if (name == "IN") return Comparisons(true, {"="}, std::move(operands));
  if (name == "BETWEEN") return Comparisons(false, {">=", "<="}, std::move(operands));
  if (name == "LIKE" || name == "ILIKE") return Like(name == "ILIKE", std::move(operands[0]), std::move(operands[1]));
  if (name == "CASE") return Case(std::move(operands));
  if (name == "||") return Concatenation(std::move(operands[0]), std::move(operands[1]));
  if (name == "CAST" || name == "TRY_CAST") {
    return Cast(std::move(operands[0]), TypeOf(value.keys.front()), name == "TRY_CAST");
  }
  if (name == "NEGATE") return Arithmetic('-', Constant(NumberType(1, 0), "0"), std::move(operands[0]));
  if (name.size() == 1 && absl::StrContains("+-*/%", name)) {
    return Arithmetic(name[0], std::move(operands[0]), std::move(operands[1]));
  }
  return Comparison(name, std::move(operands[0]), std::move(operands[1]));
}

}  // namespace spcs::engine
