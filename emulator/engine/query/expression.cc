// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/expression.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/kind_handler.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/decimal.h"
#include "emulator/engine/query/time_text.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Type = sql::Value::Type;

// Whether two values are the same expression. Columns are compared by their own names: there is one table.
bool Same(const sql::Value& left, const sql::Value& right) {
  if (left.type != right.type || left.text != right.text || left.binding != right.binding ||
      left.list.size() != right.list.size()) {
    return false;
  }
  if (absl::StrContains(left.text, "CAST") && left.type == Type::kOperator && left.keys.front() != right.keys.front()) {
    return false;
  }
  for (size_t i = 0; i < left.list.size(); ++i) {
    if (!Same(left.list[i], right.list[i])) return false;
  }
  return true;
}

// Nanoseconds, or milliseconds for dates, as drivers bind times.
std::string BoundTime(const std::string& text, const DataType& type) {
  std::string number = text.substr(0, text.find(' '));
  const std::optional<Decimal> value = ParseDecimal(number);
  if (!value || value->scale != 0) return text;
  if (type.family == Family::kDate) return absl::StrCat(static_cast<int64_t>(value->digits / 86'400'000));
  std::string seconds = DecimalText({value->digits, 9});
  if (type.family != Family::kTz) return seconds;
  const size_t blank = text.find(' ');
  return absl::StrCat(seconds, " ", blank == std::string::npos ? "1440" : text.substr(blank + 1));
}

DataType NumberTypeOf(const std::string& text) {
  const std::optional<Decimal> number = ParseDecimal(text);
  if (!number || absl::StrContains(text, 'e') || absl::StrContains(text, 'E')) return PlainType(Family::kReal);
  return NumberType(WholeDigits(*number) + number->scale, number->scale);
}

absl::Status UnknownFunction(absl::string_view name) {
  return SqlError(absl::StatusCode::kInvalidArgument, "002141", "42601",
                  absl::StrCat("SQL compilation error:\nUnknown function ", name));
}

bool TakesDatePart(absl::string_view name) {
  return name == "DATE_TRUNC" || name == "DATEADD" || name == "DATEDIFF";
}

// Functions that may stand without parentheses.
bool IsBareFunction(absl::string_view name) {
  return name == "CURRENT_TIMESTAMP" || name == "CURRENT_DATE" || name == "LOCALTIMESTAMP";
}

}  // namespace

absl::Status InvalidIdentifier(absl::string_view name) {
  return SqlError(absl::StatusCode::kInvalidArgument, "000904", "42000",
                  absl::StrCat("SQL compilation error:\ninvalid identifier '", name, "'"));
}

Expression Constant(const DataType& type, Cell cell) {
  const bool nullable = !cell;
  return {type, nullable, [cell = std::move(cell)](const RowView&) { return cell; }};
}

absl::StatusOr<Expression> Cast(Expression expression, const DataType& type, bool or_null) {
  if (!Casts(expression.type, type)) return CannotConvert(expression.type, type);
  const DataType from = expression.type;
  return Expression{
      type, expression.nullable || or_null,
      [from, type, or_null, inner = std::move(expression.evaluate)](const RowView& view) -> absl::StatusOr<Cell> {
        ASSIGN_OR_RETURN(const Cell cell, inner(view));
        if (!cell) return cell;
        absl::StatusOr<std::string> converted = Convert(*cell, from, type);
        if (!converted.ok() && or_null) return Cell();
        RETURN_IF_ERROR(converted.status());
        return Cell(*std::move(converted));
      }};
}

absl::StatusOr<Expression> Coerced(Expression expression, const DataType& type) {
  if (!Converts(expression.type, type)) return CannotConvert(expression.type, type);
  return Cast(std::move(expression), type, false);
}

absl::StatusOr<Expression> ExpressionCompiler::Compile(const sql::Value& value) {
  if (const std::optional<size_t> key = KeyOf(value); key && !inside_aggregate_) {
    const Expression& found = (*scope_.key_expressions)[*key];
    return Expression{found.type, found.nullable, [position = *key](const RowView& view) -> absl::StatusOr<Cell> {
                        return (*view.group)[position];
                      }};
  }
  switch (value.type) {
    case Type::kBinding: return Bound(value);
    case Type::kName: return Column(value);
    case Type::kFunction: return IsAggregate(value.text) ? AggregateCall(value) : Call(value);
    case Type::kOperator: {
      if (value.text == "DISTINCT") return Unsupported("DISTINCT in the arguments of a function that is no aggregate");
      std::vector<Expression> operands;
      for (const sql::Value& operand : value.list) {
        ASSIGN_OR_RETURN(Expression compiled, Compile(operand));
        operands.push_back(std::move(compiled));
      }
      return CompileOperator(value, std::move(operands));
    }
    case Type::kStar: return Unsupported("* beside expressions");
    default: return Literal(value);
  }
}

absl::StatusOr<Expression> ExpressionCompiler::CompileCondition(const sql::Value& value) {
  ASSIGN_OR_RETURN(Expression condition, Compile(value));
  return Coerced(std::move(condition), PlainType(Family::kBoolean));
}

absl::StatusOr<Expression> ExpressionCompiler::Literal(const sql::Value& value) {
  switch (value.type) {
    case Type::kNull: return Constant({}, std::nullopt);
    case Type::kString: return Constant(TextType(std::max<int64_t>(CharacterCount(value.text), 1)), value.text);
    case Type::kNumber: return Constant(NumberTypeOf(value.text), value.text);
    case Type::kBoolean: return Constant(PlainType(Family::kBoolean), absl::AsciiStrToLower(value.text));
    default: return InvalidIdentifier(value.text);
  }
}

absl::StatusOr<Expression> ExpressionCompiler::Bound(const sql::Value& value) {
  ASSIGN_OR_RETURN(const sql::Value resolved, context_.Resolve(value));
  const DataType type = TypeOf(context_.bindings()[value.binding - 1].type);
  const bool time = type.IsTimestamp() || type.family == Family::kDate || type.family == Family::kTime;
  if (resolved.type == Type::kString && time) {
    DataType full = type;
    if (type.family != Family::kDate) full.scale = 9;
    return Constant(full, BoundTime(resolved.text, full));
  }
  if (resolved.type == Type::kString && type.family == Family::kBinary) return Constant(type, resolved.text);
  return Literal(resolved);
}

absl::StatusOr<Expression> ExpressionCompiler::Column(const sql::Value& value) {
  if (scope_.aliases != nullptr && value.name.parts.size() <= 1 && alias_depth_ == 0) {
    for (const auto& [alias, meant] : *scope_.aliases) {
      if (alias != value.text) continue;
      ++alias_depth_;  // an alias that is its own column's name ends at the column
      absl::StatusOr<Expression> expression = Compile(meant);
      --alias_depth_;
      return expression;
    }
  }
  const size_t parts = value.name.parts.size();
  if (parts > 2 || (parts == 2 && value.name.parts[0].name != scope_.table)) {
    return InvalidIdentifier(value.name.ToString());
  }
  if (scope_.columns != nullptr) {
    for (size_t i = 0; i < scope_.columns->size(); ++i) {
      const TableColumn& column = (*scope_.columns)[i];
      if (column.name != value.text) continue;
      if (scope_.keys != nullptr && !inside_aggregate_) {
        return SqlError(absl::StatusCode::kInvalidArgument, "000979", "42601",
                        absl::StrCat("SQL compilation error:\n[", scope_.table, ".", sql::ToSql(column.name),
                                     "] is not a valid group by expression"));
      }
      return Expression{TypeOf(column.type), column.nullable,
                        [i](const RowView& view) -> absl::StatusOr<Cell> { return (*view.row)[i]; }};
    }
  }
  if (parts <= 1 && IsBareFunction(value.text)) {
    sql::Value call = value;
    call.type = Type::kFunction;
    return Call(call);
  }
  return InvalidIdentifier(parts == 2 ? value.name.ToString() : sql::ToSql(value.text));
}

absl::StatusOr<Expression> ExpressionCompiler::Call(const sql::Value& value) {
  std::vector<Expression> arguments;
  for (size_t i = 0; i < value.list.size(); ++i) {
    const sql::Value& argument = value.list[i];
    // The part of a date may be written as a name.
    if (i == 0 && TakesDatePart(value.text) && argument.type == Type::kName) {
      arguments.push_back(Constant(TextType(), argument.text));
      continue;
    }
    ASSIGN_OR_RETURN(Expression compiled, Compile(argument));
    arguments.push_back(std::move(compiled));
  }
  const Registry::ScalarFunction* function = context_.registry().FindFunction(value.text);
  if (function == nullptr) {
    ASSIGN_OR_RETURN(std::optional<Expression> found, CompileFunction(context_, value.text, std::move(arguments)));
    if (!found) return UnknownFunction(value.text);
    return *std::move(found);
  }
  // Functions of the account answer once for the statement, as the service's do; their arguments are constants.
  std::vector<sql::Value> constants;
  for (const sql::Value& argument : value.list) {
    ASSIGN_OR_RETURN(sql::Value resolved, context_.Resolve(argument));
    if (resolved.type == Type::kName || resolved.type == Type::kFunction || resolved.type == Type::kOperator) {
      return Unsupported(absl::StrCat("arguments of ", value.text, " that are no constants"));
    }
    constants.push_back(std::move(resolved));
  }
  ASSIGN_OR_RETURN(Cell cell, (*function)(context_, constants));
  return Constant(TextType(), std::move(cell));
}

absl::StatusOr<Expression> ExpressionCompiler::AggregateCall(const sql::Value& value) {
  if (inside_aggregate_)
    return CompilationError(absl::StrCat("Aggregate functions cannot be nested: [", value.text, "]"));
  if (scope_.aggregates == nullptr) {
    return SqlError(
        absl::StatusCode::kInvalidArgument, "002052", "42601",
        absl::StrCat("SQL compilation error:\nInvalid aggregate function in this clause [", value.text, "]"));
  }
  if (value.list.size() != 1) return Unsupported(absl::StrCat(value.text, " of ", value.list.size(), " arguments"));
  const sql::Value* argument = &value.list[0];
  Aggregate aggregate{.function = value.text};
  if (argument->type == Type::kOperator && argument->text == "DISTINCT") {
    aggregate.distinct = true;
    argument = &argument->list[0];
  }
  DataType type = NumberType(18, 0);
  if (argument->type != Type::kStar) {
    inside_aggregate_ = true;
    absl::StatusOr<Expression> compiled = Compile(*argument);
    inside_aggregate_ = false;
    RETURN_IF_ERROR(compiled.status());
    if (value.text == "SUM" || value.text == "AVG") {
      const bool real = compiled->type.family == Family::kReal || compiled->type.family == Family::kText;
      ASSIGN_OR_RETURN(compiled, Coerced(*std::move(compiled), real ? PlainType(Family::kReal) : compiled->type));
      if (compiled->type.family == Family::kNull) compiled->type = NumberType(38, 0);
      if (!compiled->type.IsNumeric()) return CannotConvert(compiled->type, NumberType(38, 0));
      type = real ? compiled->type
                  : NumberType(38, value.text == "AVG" ? std::max(compiled->type.scale, 6) : compiled->type.scale);
    } else if (value.text == "COUNT_IF") {
      ASSIGN_OR_RETURN(compiled, Coerced(*std::move(compiled), PlainType(Family::kBoolean)));
    } else if (value.text != "COUNT") {
      type = compiled->type;
    }
    aggregate.argument = *std::move(compiled);
  }
  const size_t position = (scope_.keys == nullptr ? 0 : scope_.keys->size()) + scope_.aggregates->size();
  const bool counts = absl::StartsWith(value.text, "COUNT");
  scope_.aggregates->push_back(std::move(aggregate));
  return Expression{type, !counts,
                    [position](const RowView& view) -> absl::StatusOr<Cell> { return (*view.group)[position]; }};
}

std::optional<size_t> ExpressionCompiler::KeyOf(const sql::Value& value) const {
  if (scope_.keys == nullptr) return std::nullopt;
  for (size_t i = 0; i < scope_.keys->size(); ++i) {
    if (Same((*scope_.keys)[i], value)) return i;
  }
  return std::nullopt;
}

bool IsAggregate(absl::string_view function) {
  for (const absl::string_view name : {"COUNT", "SUM", "AVG", "MIN", "MAX", "COUNT_IF", "ANY_VALUE"}) {
    if (function == name) return true;
  }
  return false;
}

bool HasAggregate(const sql::Value& value) {
  if (value.type == Type::kFunction && IsAggregate(value.text)) return true;
  return absl::c_any_of(value.list, HasAggregate);
}

}  // namespace spcs::engine
