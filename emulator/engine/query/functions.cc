// SPDX-License-Identifier: MPL-2.0
// Functions of values. Each row of kFunctions is one: how many arguments, and what makes the expression. Letters beyond
// ASCII keep their case in UPPER and LOWER.
#include <algorithm>
#include <cmath>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/decimal.h"
#include "emulator/engine/query/expression.h"
#include "emulator/engine/query/time_text.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using Arguments = std::vector<Expression>;
using Made = absl::StatusOr<Expression>;
using Texts = std::vector<std::string>;

Cell Truth(bool value) {
  return Cell(value ? "true" : "false");
}

// A function that is NULL when an argument is; the arguments are converted to `types` (the last type serves the rest).
Made Strict(const DataType& result, const std::vector<DataType>& types, Arguments arguments,
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

Made NullIf(ExecutionContext&, Arguments arguments) {
  const Expression value = arguments[0];
  sql::Value equal;
  equal.text = "=";
  ASSIGN_OR_RETURN(Expression same, CompileOperator(equal, std::move(arguments)));
  return Expression{value.type, true, [value, same = std::move(same)](const RowView& view) -> absl::StatusOr<Cell> {
                      ASSIGN_OR_RETURN(const Cell is_same, same.evaluate(view));
                      return is_same == "true" ? absl::StatusOr<Cell>(Cell()) : value.evaluate(view);
                    }};
}

// The largest (sign 1) or smallest (sign -1) of the arguments.
Made Extreme(int sign, Arguments arguments) {
  ASSIGN_OR_RETURN(const DataType type, CommonOf(arguments, 0));
  return Strict(type, {type}, std::move(arguments),
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

// Functions from texts to one text.
template <std::string (*Body)(const Texts&)>
Made TextFunction(ExecutionContext&, Arguments arguments) {
  return Strict(TextType(), {TextType()}, std::move(arguments),
                [](const Texts& texts) -> absl::StatusOr<Cell> { return Cell(Body(texts)); });
}
std::string Upper(const Texts& texts) {
  return absl::AsciiStrToUpper(texts[0]);
}
std::string Lower(const Texts& texts) {
  return absl::AsciiStrToLower(texts[0]);
}
std::string Trim(const Texts& texts) {
  absl::string_view text = texts[0];
  const std::string blanks = texts.size() > 1 ? texts[1] : " ";
  while (!text.empty() && absl::StrContains(blanks, text.front())) text.remove_prefix(1);
  while (!text.empty() && absl::StrContains(blanks, text.back())) text.remove_suffix(1);
  return std::string(text);
}
std::string Replace(const Texts& texts) {
  if (texts[1].empty()) return texts[0];
  return absl::StrReplaceAll(texts[0], {{texts[1], texts.size() > 2 ? texts[2] : ""}});
}
std::string Concat(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += text;
  return joined;
}

// Conditions on two texts.
template <bool (*Body)(absl::string_view, absl::string_view)>
Made TextTest(ExecutionContext&, Arguments arguments) {
  return Strict(PlainType(Family::kBoolean), {TextType()}, std::move(arguments),
                [](const Texts& texts) -> absl::StatusOr<Cell> { return Truth(Body(texts[0], texts[1])); });
}
bool Contains(absl::string_view text, absl::string_view part) {
  return absl::StrContains(text, part);
}
bool Starts(absl::string_view text, absl::string_view part) {
  return absl::StartsWith(text, part);
}
bool Ends(absl::string_view text, absl::string_view part) {
  return absl::EndsWith(text, part);
}

Made Length(ExecutionContext&, Arguments arguments) {
  return Strict(NumberType(18, 0), {TextType()}, std::move(arguments), [](const Texts& texts) -> absl::StatusOr<Cell> {
    return Cell(absl::StrCat(CharacterCount(texts[0])));
  });
}

// The bytes of the characters [from, from + count).
std::string Characters(const std::string& text, int64_t from, int64_t count) {
  std::string taken;
  int64_t position = -1;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++position;
    if (position >= from && position - from < count) taken += c;
  }
  return taken;
}

int64_t Whole(const std::string& text) {
  const std::optional<Decimal> value = ParseDecimal(text);
  const std::optional<Decimal> whole = value ? Rescaled(*value, 0) : std::nullopt;
  constexpr __int128 kMost = 1'000'000'000'000;
  return whole ? static_cast<int64_t>(std::clamp(whole->digits, -kMost, kMost)) : 0;
}

// SUBSTR(text, from 1 or from the end when negative [, count]).
Made Substring(ExecutionContext&, Arguments arguments) {
  return Strict(TextType(), {TextType(), NumberType(38, 0)}, std::move(arguments),
                [](const Texts& texts) -> absl::StatusOr<Cell> {
                  const int64_t start = Whole(texts[1]), count = texts.size() > 2 ? Whole(texts[2]) : texts[0].size();
                  const int64_t from = start < 0 ? CharacterCount(texts[0]) + start : std::max<int64_t>(start - 1, 0);
                  return Cell(from < 0 ? "" : Characters(texts[0], from, count));
                });
}
Made Left(ExecutionContext&, Arguments arguments) {
  return Strict(
      TextType(), {TextType(), NumberType(38, 0)}, std::move(arguments),
      [](const Texts& texts) -> absl::StatusOr<Cell> { return Cell(Characters(texts[0], 0, Whole(texts[1]))); });
}
Made Right(ExecutionContext&, Arguments arguments) {
  return Strict(TextType(), {TextType(), NumberType(38, 0)}, std::move(arguments),
                [](const Texts& texts) -> absl::StatusOr<Cell> {
                  const int64_t count = CharacterCount(texts[0]);
                  return Cell(Characters(texts[0], std::max<int64_t>(count - Whole(texts[1]), 0), count));
                });
}

DataType NumericType(const Expression& argument) {
  return argument.type.family == Family::kNumber ? argument.type : PlainType(Family::kReal);
}

Made Abs(ExecutionContext&, Arguments arguments) {
  const DataType type = NumericType(arguments[0]);
  return Strict(type, {type}, std::move(arguments), [](const Texts& texts) -> absl::StatusOr<Cell> {
    return Cell(texts[0][0] == '-' ? texts[0].substr(1) : texts[0]);
  });
}

// ROUND, FLOOR, CEIL to a number of decimals, 0 by default, which must be a constant.
Made Rounded(double (*whole)(double), Arguments arguments) {
  int64_t decimals = 0;
  if (arguments.size() > 1) {
    ASSIGN_OR_RETURN(const Expression count, Coerced(arguments[1], NumberType(38, 0)));
    ASSIGN_OR_RETURN(const Cell cell, count.evaluate({}));
    if (!cell || Whole(*cell) < 0 || Whole(*cell) > 37) return Unsupported("rounding to less than 0 or NULL decimals");
    decimals = Whole(*cell);
    arguments.pop_back();
  }
  const DataType from = NumericType(arguments[0]);
  const bool exact = from.family == Family::kNumber;
  const DataType type = exact ? NumberType(38, std::min<int>(from.scale, static_cast<int>(decimals))) : from;
  return Strict(type, {from}, std::move(arguments), [=](const Texts& texts) -> absl::StatusOr<Cell> {
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
  return Strict(TypeOf("VARIANT"), {TextType()}, std::move(arguments), [](const Texts& texts) -> absl::StatusOr<Cell> {
    absl::StatusOr<nlohmann::json> json = ParseJson(texts[0]);
    if (!json.ok()) {
      return SqlError(absl::StatusCode::kInvalidArgument, "100069", "22P02", "Error parsing JSON");
    }
    return Cell(DumpJson(*json));
  });
}

Made Now(ExecutionContext& context, Arguments) {
  return Constant(PlainType(Family::kLtz), SecondsText(context.now()));
}
Made Today(ExecutionContext& context, Arguments) {
  return Cast(Constant(PlainType(Family::kLtz), SecondsText(context.now())), PlainType(Family::kDate), false);
}

// A part of a date, from a text or written as a name.
absl::StatusOr<std::string> Part(const Expression& expression) {
  ASSIGN_OR_RETURN(const Cell cell, expression.evaluate({}));
  std::string part = absl::AsciiStrToLower(cell.value_or(""));
  if (absl::EndsWith(part, "s")) part.pop_back();
  for (const absl::string_view known : {"second", "minute", "hour", "day", "week", "month", "quarter", "year"}) {
    if (part == known) return part;
  }
  return Unsupported(absl::StrCat("part of a date '", part, "'"));
}

absl::Time Truncated(absl::Time time, const std::string& part) {
  const absl::CivilSecond second = absl::ToCivilSecond(time, absl::UTCTimeZone());
  absl::CivilSecond start = second;
  if (part == "minute") start = absl::CivilSecond(absl::CivilMinute(second));
  if (part == "hour") start = absl::CivilSecond(absl::CivilHour(second));
  if (part == "day") start = absl::CivilSecond(absl::CivilDay(second));
  if (part == "week") {
    absl::CivilDay day(second);
    while (absl::GetWeekday(day) != absl::Weekday::monday) --day;
    start = absl::CivilSecond(day);
  }
  if (part == "month") start = absl::CivilSecond(absl::CivilMonth(second));
  if (part == "quarter") start = absl::CivilSecond(second.year(), (second.month() - 1) / 3 * 3 + 1, 1);
  if (part == "year") start = absl::CivilSecond(absl::CivilYear(second));
  return absl::FromCivil(start, absl::UTCTimeZone());
}

absl::Time Later(absl::Time time, const std::string& part, int64_t count) {
  if (part == "second") return time + count * absl::Seconds(1);
  if (part == "minute") return time + count * absl::Minutes(1);
  if (part == "hour") return time + count * absl::Hours(1);
  if (part == "day") return time + count * absl::Hours(24);
  if (part == "week") return time + count * absl::Hours(168);
  const int64_t months = count * (part == "month" ? 1 : part == "quarter" ? 3 : 12);
  const absl::CivilSecond second = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const absl::CivilMonth month = absl::CivilMonth(second) + months;
  // The last day of a month stays within the month.
  const int last = (absl::CivilDay(month + 1) - 1).day();
  const absl::CivilSecond moved(month.year(), month.month(), std::min(second.day(), last), second.hour(),
                                second.minute(), second.second());
  return absl::FromCivil(moved, absl::UTCTimeZone()) + (time - absl::FromCivil(second, absl::UTCTimeZone()));
}

// The type in which a date function works on its argument: texts are timestamps.
DataType TimeTypeOf(const Expression& argument) {
  return argument.type.family == Family::kDate || argument.type.IsTimestamp() ? argument.type : PlainType(Family::kNtz);
}

// `change` on the instant that a value of `type` means; the answer has the type `result`.
Made OnTimes(const DataType& type, const DataType& result, Arguments arguments,
             std::function<absl::Time(absl::Time, int64_t)> change) {
  return Strict(result, {type, NumberType(38, 0)}, std::move(arguments),
                [=](const Texts& texts) -> absl::StatusOr<Cell> {
                  ASSIGN_OR_RETURN(const std::string seconds, Convert(texts[0], type, PlainType(Family::kNtz)));
                  const absl::Time changed = change(TimeOfSeconds(seconds), texts.size() > 1 ? Whole(texts[1]) : 0);
                  ASSIGN_OR_RETURN(std::string text, Convert(SecondsText(changed), PlainType(Family::kNtz), result));
                  return Cell(std::move(text));
                });
}

Made DateTrunc(ExecutionContext&, Arguments arguments) {
  ASSIGN_OR_RETURN(const std::string part, Part(arguments[0]));
  const DataType type = TimeTypeOf(arguments[1]);
  return OnTimes(type, type, {std::move(arguments[1])},
                 [part](absl::Time time, int64_t) { return Truncated(time, part); });
}

Made DateAdd(ExecutionContext&, Arguments arguments) {
  ASSIGN_OR_RETURN(const std::string part, Part(arguments[0]));
  const DataType type = TimeTypeOf(arguments[2]);
  const bool clock = part == "second" || part == "minute" || part == "hour";
  const DataType result = clock && type.family == Family::kDate ? PlainType(Family::kNtz) : type;
  return OnTimes(type, result, {std::move(arguments[2]), std::move(arguments[1])},
                 [part](absl::Time time, int64_t count) { return Later(time, part, count); });
}

// How many borders of the part lie between the two.
Made DateDiff(ExecutionContext&, Arguments arguments) {
  ASSIGN_OR_RETURN(const std::string part, Part(arguments[0]));
  const DataType type = PlainType(Family::kNtz);
  return Strict(NumberType(9, 0), {type}, {std::move(arguments[1]), std::move(arguments[2])},
                [part](const Texts& texts) -> absl::StatusOr<Cell> {
                  const absl::Time from = Truncated(TimeOfSeconds(texts[0]), part);
                  const absl::Time to = Truncated(TimeOfSeconds(texts[1]), part);
                  const absl::CivilMonth first = absl::ToCivilMonth(from, absl::UTCTimeZone());
                  const int64_t months = absl::ToCivilMonth(to, absl::UTCTimeZone()) - first;
                  if (part == "month") return Cell(absl::StrCat(months));
                  if (part == "quarter") return Cell(absl::StrCat(months / 3));
                  if (part == "year") return Cell(absl::StrCat(months / 12));
                  return Cell(absl::StrCat((to - from) / (Later(from, part, 1) - from)));
                });
}

struct Function {
  absl::string_view name;
  size_t least, most;
  Made (*make)(ExecutionContext&, Arguments);
};

constexpr size_t kAny = 100;
constexpr Function kFunctions[] = {
    {"COALESCE", 2, kAny, Coalesce},
    {"NVL", 2, 2, Coalesce},
    {"IFNULL", 2, 2, Coalesce},
    {"IFF", 3, 3, Iff},
    {"NULLIF", 2, 2, NullIf},
    {"GREATEST", 1, kAny, Greatest},
    {"LEAST", 1, kAny, Least},
    {"UPPER", 1, 1, TextFunction<Upper>},
    {"LOWER", 1, 1, TextFunction<Lower>},
    {"TRIM", 1, 2, TextFunction<Trim>},
    {"REPLACE", 2, 3, TextFunction<Replace>},
    {"CONCAT", 1, kAny, TextFunction<Concat>},
    {"CONTAINS", 2, 2, TextTest<Contains>},
    {"STARTSWITH", 2, 2, TextTest<Starts>},
    {"ENDSWITH", 2, 2, TextTest<Ends>},
    {"LENGTH", 1, 1, Length},
    {"LEN", 1, 1, Length},
    {"SUBSTR", 2, 3, Substring},
    {"SUBSTRING", 2, 3, Substring},
    {"LEFT", 2, 2, Left},
    {"RIGHT", 2, 2, Right},
    {"ABS", 1, 1, Abs},
    {"ROUND", 1, 2, Round},
    {"FLOOR", 1, 2, Floor},
    {"CEIL", 1, 2, Ceiling},
    {"MOD", 2, 2, Modulo},
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
    {"CURRENT_TIMESTAMP", 0, 0, Now},
    {"LOCALTIMESTAMP", 0, 0, Now},
    {"GETDATE", 0, 0, Now},
    {"CURRENT_DATE", 0, 0, Today},
    {"DATE_TRUNC", 2, 2, DateTrunc},
    {"DATEADD", 3, 3, DateAdd},
    {"DATEDIFF", 3, 3, DateDiff},
};

}  // namespace

absl::StatusOr<std::optional<Expression>> CompileFunction(ExecutionContext& context, const std::string& name,
                                                          std::vector<Expression> arguments) {
  const auto* function = absl::c_find_if(kFunctions, [&](const Function& candidate) { return candidate.name == name; });
  if (function == std::end(kFunctions)) return std::nullopt;
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
