// SPDX-License-Identifier: MPL-2.0
// Functions of values: those of any type, and conversions. Texts, numbers and dates have files of their own.
#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/decimal.h"
#include "emulator/engine/query/function_table.h"
#include "emulator/engine/query/time_text.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

absl::StatusOr<DataType> CommonOf(const Arguments& arguments, size_t from) {
  DataType type;
  for (size_t i = from; i < arguments.size(); ++i) {
    ASSIGN_OR_RETURN(type, CommonType(type, arguments[i].type));
  }
  return type;
}

Made Coalesce(ExecutionContext&, Arguments arguments) {
  ASSIGN_OR_RETURN(const DataType type, CommonOf(arguments, 0));
  for (Expression& argument : arguments) {
    ASSIGN_OR_RETURN(argument, Coerced(std::move(argument), type));
  }
  return Expression{type, true, [arguments = std::move(arguments)](const RowView& view) -> absl::StatusOr<Cell> {
                      for (const Expression& argument : arguments) {
                        ASSIGN_OR_RETURN(Cell cell, argument.evaluate(view));
                        if (cell) return cell;
                      }
                      return Cell();
                    }};
}

Made Iff(ExecutionContext&, Arguments arguments) {
  sql::Value chosen;
  chosen.text = "CASE";
  return CompileOperator(chosen, std::move(arguments));
}

// The value is evaluated once: nested calls would double the work at each level.
Made NullIf(ExecutionContext&, Arguments arguments) {
  const DataType from = arguments[0].type;
  ASSIGN_OR_RETURN(const DataType type, CommonOf(arguments, 0));
  if (!Converts(from, type)) return CannotConvert(from, type);
  ASSIGN_OR_RETURN(Expression other, Coerced(std::move(arguments[1]), type));
  return Expression{from, true,
                    [from, type, value = std::move(arguments[0].evaluate),
                     other = std::move(other.evaluate)](const RowView& view) -> absl::StatusOr<Cell> {
                      ASSIGN_OR_RETURN(Cell cell, value(view));
                      ASSIGN_OR_RETURN(const Cell against, other(view));
                      if (!cell || !against) return cell;
                      ASSIGN_OR_RETURN(const std::string converted, Convert(*cell, from, type));
                      return CompareCells(type.family, converted, *against) == 0 ? Cell() : cell;
                    }};
}

// The largest (sign 1) or smallest (sign -1) of the arguments.
Made Extreme(int sign, Arguments arguments) {
  ASSIGN_OR_RETURN(const DataType type, CommonOf(arguments, 0));
  return StrictFunction(type, {type}, std::move(arguments),
                        [sign, family = type.family](const Texts& texts) -> absl::StatusOr<Cell> {
                          std::string best = texts[0];
                          for (const std::string& text : texts) {
                            if (CompareCells(family, text, best) * sign > 0) best = text;
                          }
                          return Cell(best);
                        });
}
Made Greatest(ExecutionContext&, Arguments arguments) {
  return Extreme(1, std::move(arguments));
}
Made Least(ExecutionContext&, Arguments arguments) {
  return Extreme(-1, std::move(arguments));
}

// TO_…(value): the CAST of that name.
template <Family family>
Made To(ExecutionContext&, Arguments arguments) {
  if constexpr (family == Family::kNumber) return Cast(std::move(arguments[0]), NumberType(38, 0), false);
  return Cast(std::move(arguments[0]), PlainType(family), false);
}
Made ToText(ExecutionContext&, Arguments arguments) {
  return Cast(std::move(arguments[0]), TextType(), false);
}
Made ToVariant(ExecutionContext&, Arguments arguments) {
  return Cast(std::move(arguments[0]), TypeOf("VARIANT"), false);
}
Made ReadJson(ExecutionContext&, Arguments arguments) {
  return StrictFunction(
      TypeOf("VARIANT"), {TextType()}, std::move(arguments), [](const Texts& texts) -> absl::StatusOr<Cell> {
        absl::StatusOr<nlohmann::json> json = ParseJson(texts[0]);
        if (!json.ok()) {
          return SqlError(absl::StatusCode::kInvalidArgument, "100069", "22P02", "Error parsing JSON");
        }
        return Cell(DumpJson(*json));
      });
}

constexpr Function kGeneralFunctions[] = {
    {"COALESCE", 2, kAnyNumber, Coalesce},
    {"NVL", 2, 2, Coalesce},
    {"IFNULL", 2, 2, Coalesce},
    {"IFF", 3, 3, Iff},
    {"NULLIF", 2, 2, NullIf},
    {"GREATEST", 1, kAnyNumber, Greatest},
    {"LEAST", 1, kAnyNumber, Least},
    {"TO_VARCHAR", 1, 1, ToText},
    {"TO_CHAR", 1, 1, ToText},
    {"TO_NUMBER", 1, 1, To<Family::kNumber>},
    {"TO_DOUBLE", 1, 1, To<Family::kReal>},
    {"TO_BOOLEAN", 1, 1, To<Family::kBoolean>},
    {"TO_DATE", 1, 1, To<Family::kDate>},
    {"DATE", 1, 1, To<Family::kDate>},
    {"TO_TIME", 1, 1, To<Family::kTime>},
    {"TO_TIMESTAMP", 1, 1, To<Family::kNtz>},
    {"TO_TIMESTAMP_NTZ", 1, 1, To<Family::kNtz>},
    {"TO_TIMESTAMP_LTZ", 1, 1, To<Family::kLtz>},
    {"TO_TIMESTAMP_TZ", 1, 1, To<Family::kTz>},
    {"TO_BINARY", 1, 1, To<Family::kBinary>},
    {"TO_VARIANT", 1, 1, ToVariant},
    {"PARSE_JSON", 1, 1, ReadJson},
};

const Function* FindFunction(absl::string_view name) {
  for (const absl::Span<const Function> table :
       {absl::MakeConstSpan(kGeneralFunctions), TextFunctions(), NumberFunctions(), DateFunctions()}) {
    const auto found = absl::c_find_if(table, [&](const Function& candidate) { return candidate.name == name; });
    if (found != table.end()) return &*found;
  }
  return nullptr;
}

}  // namespace

// A function that is NULL when an argument is; the arguments are converted to `types` (the last type serves the rest).
Made StrictFunction(const DataType& result, const std::vector<DataType>& types, Arguments arguments,
                    std::function<absl::StatusOr<Cell>(const Texts&)> body) {
  bool nullable = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    nullable = nullable || arguments[i].nullable;
    ASSIGN_OR_RETURN(arguments[i], Coerced(std::move(arguments[i]), types[std::min(i, types.size() - 1)]));
  }
  return Expression{
      result, nullable,
      [arguments = std::move(arguments), body = std::move(body)](const RowView& view) -> absl::StatusOr<Cell> {
        Texts texts;
        for (const Expression& argument : arguments) {
          ASSIGN_OR_RETURN(Cell cell, argument.evaluate(view));
          if (!cell) return Cell();
          texts.push_back(*std::move(cell));
        }
        return body(texts);
      }};
}

int64_t WholeNumber(const std::string& text) {
  const std::optional<Decimal> value = ParseDecimal(text);
  const std::optional<Decimal> whole = value ? Rescaled(*value, 0) : std::nullopt;
  constexpr __int128 kMost = 1'000'000'000'000;
  return whole ? static_cast<int64_t>(std::clamp(whole->digits, -kMost, kMost)) : 0;
}

absl::StatusOr<std::optional<Expression>> CompileFunction(ExecutionContext& context, const std::string& name,
                                                          std::vector<Expression> arguments) {
  const Function* function = FindFunction(name);
  if (function == nullptr) return std::nullopt;
  if (arguments.size() < function->least || arguments.size() > function->most) {
    const bool few = arguments.size() < function->least;
    return SqlError(absl::StatusCode::kInvalidArgument, few ? "000938" : "000939", "22023",
                    absl::StrCat("SQL compilation error:\n", few ? "not enough" : "too many",
                                 " arguments for function [", name, "]"));
  }
  ASSIGN_OR_RETURN(Expression made, function->make(context, std::move(arguments)));
  return std::optional<Expression>(std::move(made));
}

}  // namespace spcs::engine
