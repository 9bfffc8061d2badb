// SPDX-License-Identifier: MPL-2.0
// Functions of dates and times.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/convert.h"
#include "emulator/engine/query/function_table.h"
#include "emulator/engine/query/time_text.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

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
  return StrictFunction(
      result, {type, NumberType(38, 0)}, std::move(arguments), [=](const Texts& texts) -> absl::StatusOr<Cell> {
        ASSIGN_OR_RETURN(const std::string seconds, Convert(texts[0], type, PlainType(Family::kNtz)));
        const absl::Time changed = change(TimeOfSeconds(seconds), texts.size() > 1 ? WholeNumber(texts[1]) : 0);
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
  return StrictFunction(NumberType(9, 0), {type}, {std::move(arguments[1]), std::move(arguments[2])},
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

constexpr Function kDateFunctions[] = {
    {"CURRENT_TIMESTAMP", 0, 0, Now}, {"LOCALTIMESTAMP", 0, 0, Now},   {"GETDATE", 0, 0, Now},
    {"CURRENT_DATE", 0, 0, Today},    {"DATE_TRUNC", 2, 2, DateTrunc}, {"DATEADD", 3, 3, DateAdd},
    {"DATEDIFF", 3, 3, DateDiff},
};

}  // namespace

absl::Span<const Function> DateFunctions() {
  return kDateFunctions;
}

}  // namespace spcs::engine
