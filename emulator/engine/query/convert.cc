// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/convert.h"

#include <algorithm>
#include <cmath>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/errors.h"
#include "emulator/engine/query/decimal.h"
#include "emulator/engine/query/time_text.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

using F = Family;

absl::Status NotRecognized(absl::string_view what, absl::string_view code, absl::string_view text) {
  return SqlError(absl::StatusCode::kInvalidArgument, code, code == "100038" ? "22018" : "22007",
                  absl::StrCat(what, " value '", text, "' is not recognized"));
}

bool IsOneOf(Family family, std::initializer_list<Family> families) {
  return absl::c_linear_search(families, family);
}

std::string RealText(double number) {
  if (std::abs(number) < 1e15 && number == std::floor(number)) return absl::StrFormat("%.0f", number);
  for (int digits = 15; digits < 17; ++digits) {
    const std::string text = absl::StrFormat("%.*g", digits, number);
    double back = 0;
    if (absl::SimpleAtod(text, &back) && back == number) return text;
  }
  return absl::StrFormat("%.17g", number);
}

absl::StatusOr<std::string> ToNumber(const std::string& value, const DataType& from, const DataType& to) {
  std::string text = value;
  if (from.family == F::kBoolean) text = value == "true" ? "1" : "0";
  const std::optional<Decimal> number = ParseDecimal(text);
  if (!number) return NotRecognized("Numeric", "100038", value);
  const std::optional<Decimal> scaled = Rescaled(*number, to.scale);
  if (!scaled || WholeDigits(*scaled) > std::max(to.precision - to.scale, 1)) {
    return SqlError(absl::StatusCode::kInvalidArgument, "100039", "22003",
                    absl::StrCat("Number out of representable range: type ", TypeText(to), ", value ", value));
  }
  return DecimalText(*scaled);
}

absl::StatusOr<std::string> ToReal(const std::string& value, const DataType& from) {
  if (from.family == F::kBoolean) return std::string(value == "true" ? "1" : "0");
  double number = 0;
  if (!absl::SimpleAtod(value, &number) || !std::isfinite(number)) return NotRecognized("Numeric", "100038", value);
  return RealText(number);
}

absl::StatusOr<std::string> ToBoolean(const std::string& value, const DataType& from) {
  if (from.IsNumeric()) {
    double number = 0;
    return std::string(absl::SimpleAtod(value, &number) && number != 0 ? "true" : "false");
  }
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(value));
  for (const absl::string_view word : {"true", "t", "yes", "y", "on", "1"}) {
    if (lower == word) return std::string("true");
  }
  for (const absl::string_view word : {"false", "f", "no", "n", "off", "0"}) {
    if (lower == word) return std::string("false");
  }
  return NotRecognized("Boolean", "100037", value);
}

// What a timestamp of any kind says: the instant and its offset. Wall time and instant are one under UTC.
ParsedTime TimestampOf(const std::string& value, Family family) {
  if (family == F::kDate) {
    int64_t days = 0;
    return {absl::SimpleAtoi(value, &days) ? absl::UnixEpoch() + days * absl::Hours(24) : absl::UnixEpoch(), 0};
  }
  const std::vector<std::string> parts = absl::StrSplit(value, ' ');
  int offset = 1440;
  if (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &offset)) offset = 1440;
  return {TimeOfSeconds(parts[0]), offset - 1440};
}

// The instant as a wall clock at the value's offset shows it.
absl::Time WallTime(const ParsedTime& time) {
  return time.time + absl::Minutes(time.offset_minutes);
}

absl::StatusOr<ParsedTime> ReadTimestamp(const std::string& value, const DataType& from) {
  if (from.family == F::kNumber) return ParsedTime{TimeOfSeconds(value), 0};
  if (from.family != F::kText) return TimestampOf(value, from.family);
  const std::optional<ParsedTime> parsed = ParseTimestamp(value);
  if (!parsed) return NotRecognized("Timestamp", "100035", value);
  return *parsed;
}

absl::StatusOr<std::string> ToTimestamp(const std::string& value, const DataType& from, const DataType& to) {
  ASSIGN_OR_RETURN(const ParsedTime time, ReadTimestamp(value, from));
  if (to.family == F::kTz) return absl::StrCat(SecondsText(time.time, to.scale), " ", time.offset_minutes + 1440);
  // TIMESTAMP_NTZ keeps what the clock showed, whatever the offset.
  return SecondsText(to.family == F::kNtz ? WallTime(time) : time.time, to.scale);
}

absl::StatusOr<std::string> ToDate(const std::string& value, const DataType& from) {
  absl::Time time;
  if (from.family == F::kText) {
    const std::optional<ParsedTime> parsed = ParseTimestamp(value);
    if (!parsed) return NotRecognized("Date", "100040", value);
    time = WallTime(*parsed);
  } else {
    time = WallTime(TimestampOf(value, from.family));
  }
  return absl::StrCat(absl::ToCivilDay(time, absl::UTCTimeZone()) - absl::CivilDay(1970, 1, 1));
}

absl::StatusOr<std::string> ToTime(const std::string& value, const DataType& from, const DataType& to) {
  if (from.family == F::kText) {
    const std::optional<std::string> parsed = ParseTimeOfDay(value);
    if (!parsed) return NotRecognized("Time", "100108", value);
    return SecondsText(TimeOfSeconds(*parsed), to.scale);
  }
  if (from.family == F::kTime) return SecondsText(TimeOfSeconds(value), to.scale);
  const absl::Time wall = WallTime(TimestampOf(value, from.family));
  const absl::Time midnight = absl::FromCivil(absl::ToCivilDay(wall, absl::UTCTimeZone()), absl::UTCTimeZone());
  return SecondsText(absl::UnixEpoch() + (wall - midnight), to.scale);
}

nlohmann::json JsonOf(const std::string& value) {
  absl::StatusOr<nlohmann::json> json = ParseJson(value);
  return json.ok() ? *std::move(json) : nlohmann::json(value);
}

std::string TextOf(const std::string& value, const DataType& from) {
  int64_t days = 0;
  switch (from.family) {
    case F::kDate: return DateText(absl::SimpleAtoi(value, &days) ? days : 0);
    case F::kTime: return TimeOfDayText(value);
    case F::kNtz: return TimestampText(TimeOfSeconds(value), std::nullopt);
    case F::kLtz: return TimestampText(TimeOfSeconds(value), 0);
    case F::kTz: {
      const ParsedTime time = TimestampOf(value, from.family);
      return TimestampText(time.time, time.offset_minutes);
    }
    case F::kVariant: {
      const nlohmann::json json = JsonOf(value);
      return json.is_string() ? json.get<std::string>() : value;
    }
    default: return value;
  }
}

absl::StatusOr<std::string> ToVariant(const std::string& value, const DataType& from) {
  if (from.family == F::kVariant || from.IsNumeric() || from.family == F::kBoolean) return value;
  return DumpJson(TextOf(value, from));
}

absl::StatusOr<std::string> ToText(const std::string& value, const DataType& from, const DataType& to,
                                   absl::string_view where) {
  std::string text = TextOf(value, from);
  if (CharacterCount(text) <= to.length) return text;
  return SqlError(absl::StatusCode::kInvalidArgument, "100078", "22000",
                  absl::StrCat("String is too long and would be truncated", where.empty() ? "" : " in column ", where));
}

absl::StatusOr<std::string> ToBinary(const std::string& value, const DataType& to) {
  std::string text = absl::AsciiStrToUpper(value);
  if (text.size() % 2 != 0 || !absl::c_all_of(text, [](char c) { return absl::ascii_isxdigit(c); })) {
    return SqlError(absl::StatusCode::kInvalidArgument, "100115", "22000",
                    "The following string is not a legal hex-encoded value");
  }
  if (static_cast<int64_t>(text.size() / 2) > to.length) {
    return SqlError(absl::StatusCode::kInvalidArgument, "100145", "22000", "Binary value is too long");
  }
  return text;
}

}  // namespace

bool Converts(const DataType& from, const DataType& to) {
  const Family f = from.family, t = to.family;
  if (f == F::kNull) return true;
  if (f == F::kVariant || t == F::kVariant) return f == t && from.variant == to.variant;
  if (f == t) return true;
  switch (t) {
    case F::kText: return f != F::kBinary;
    case F::kNumber:
    case F::kReal: return from.IsNumeric() || IsOneOf(f, {F::kText, F::kBoolean});
    case F::kBoolean: return from.IsNumeric() || f == F::kText;
    case F::kDate: return f == F::kText || from.IsTimestamp();
    case F::kTime: return f == F::kText || from.IsTimestamp();
    case F::kNtz:
    case F::kLtz:
    case F::kTz: return IsOneOf(f, {F::kText, F::kDate}) || from.IsTimestamp();
    default: return false;
  }
}

bool Casts(const DataType& from, const DataType& to) {
  if (Converts(from, to)) return true;
  const Family f = from.family, t = to.family;
  if (t == F::kVariant) return to.variant == "VARIANT" && f != F::kBinary;
  if (f == F::kVariant) return t != F::kBinary && from.variant == "VARIANT";
  if (t == F::kBinary) return f == F::kText;
  if (t == F::kText) return true;
  return to.IsTimestamp() && f == F::kNumber;
}

absl::StatusOr<std::string> Convert(const std::string& value, const DataType& from, const DataType& to,
                                    absl::string_view where) {
  if (from.family == F::kVariant && to.family != F::kVariant && to.family != F::kText) {
    return Convert(TextOf(value, from), TextType(), to, where);
  }
  switch (to.family) {
    case F::kText: return ToText(value, from, to, where);
    case F::kNumber: return ToNumber(value, from, to);
    case F::kReal: return ToReal(value, from);
    case F::kBoolean: return from.family == F::kBoolean ? value : ToBoolean(value, from);
    case F::kDate: return from.family == F::kDate ? value : ToDate(value, from);
    case F::kTime: return ToTime(value, from, to);
    case F::kNtz:
    case F::kLtz:
    case F::kTz: return ToTimestamp(value, from, to);
    case F::kVariant: return ToVariant(value, from);
    case F::kBinary: return ToBinary(value, to);
    case F::kNull: return value;
  }
  return value;
}

absl::Status CannotConvert(const DataType& from, const DataType& to) {
  return SqlError(absl::StatusCode::kInvalidArgument, "001038", "22023",
                  absl::StrCat("SQL compilation error:\nCan not convert parameter of type [", TypeText(from),
                               "] into expected type [", TypeText(to), "]"));
}

absl::StatusOr<DataType> CommonType(const DataType& left, const DataType& right) {
  if (left.family == F::kNull || right.family == F::kNull) return left.family == F::kNull ? right : left;
  if (left.family == right.family) {
    DataType common = left;
    common.length = std::max(left.length, right.length);
    if (left.family == F::kNumber) {
      const int whole = std::max(left.precision - left.scale, right.precision - right.scale);
      common = NumberType(whole + std::max(left.scale, right.scale), std::max(left.scale, right.scale));
    } else {
      common.scale = std::max(left.scale, right.scale);
    }
    return common;
  }
  // The one that texts are read as, the wider of two numbers or times.
  for (const Family family : {F::kReal, F::kNumber, F::kTz, F::kLtz, F::kNtz, F::kDate, F::kTime, F::kBoolean}) {
    if (left.family != family && right.family != family) continue;
    const DataType &to = left.family == family ? left : right, &from = left.family == family ? right : left;
    if (!Converts(from, to) || (from.family == F::kBoolean && to.IsNumeric())) return CannotConvert(from, to);
    // The digits of what the text says are not known before.
    if (family == F::kNumber && from.family == F::kText) return NumberType(38, std::max(to.scale, 9));
    return to;
  }
  return CannotConvert(left, right);
}

}  // namespace spcs::engine
