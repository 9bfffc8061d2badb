// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/time_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "emulator/engine/query/decimal.h"

namespace spcs::engine {
namespace {

// Minutes of "+01:00", "-0530" or "Z" at the end of the text, which is cut off.
std::optional<int> TakeOffset(absl::string_view& text) {
  if (absl::EndsWith(text, "Z")) {
    text.remove_suffix(1);
    return 0;
  }
  const size_t sign = text.find_last_of("+-");
  if (sign == absl::string_view::npos || sign < 11) return std::nullopt;  // those of the date
  std::string digits;
  for (const char c : text.substr(sign + 1)) {
    if (absl::ascii_isdigit(c)) {
      digits += c;
    } else if (c != ':') {
      return std::nullopt;
    }
  }
  if (digits.size() == 2) digits += "00";
  if (digits.size() != 4) return std::nullopt;
  const int minutes = (digits[0] - '0') * 600 + (digits[1] - '0') * 60 + (digits[2] - '0') * 10 + (digits[3] - '0');
  const bool negative = text[sign] == '-';
  text = absl::StripTrailingAsciiWhitespace(text.substr(0, sign));
  return negative ? -minutes : minutes;
}

}  // namespace

std::optional<ParsedTime> ParseTimestamp(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const std::optional<int> offset = TakeOffset(text);
  text = absl::StripTrailingAsciiWhitespace(text);
  for (const absl::string_view format : {"%Y-%m-%d %H:%M:%E*S", "%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    absl::Time time;
    if (absl::ParseTime(format, text, absl::UTCTimeZone(), &time, nullptr)) {
      return ParsedTime{time - absl::Minutes(offset.value_or(0)), offset.value_or(0)};
    }
  }
  return std::nullopt;
}

std::optional<std::string> ParseTimeOfDay(absl::string_view text) {
  const std::optional<ParsedTime> parsed =
      ParseTimestamp(absl::StrCat("1970-01-01 ", absl::StripAsciiWhitespace(text)));
  if (!parsed || parsed->offset_minutes != 0 || !absl::StrContains(text, ":")) return std::nullopt;
  return SecondsText(parsed->time);
}

std::string SecondsText(absl::Time time, int digits) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  int64_t nanos = absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds));
  int64_t unit = 1;
  for (int i = digits; i < 9; ++i) unit *= 10;
  nanos -= nanos % unit;
  return DecimalText({static_cast<__int128>(seconds) * 1'000'000'000 + nanos, 9});
}

absl::Time TimeOfSeconds(absl::string_view seconds) {
  const std::optional<Decimal> value = ParseDecimal(seconds);
  const std::optional<Decimal> nanos = value ? Rescaled(*value, 9) : std::nullopt;
  if (!nanos) return absl::UnixEpoch();
  return absl::FromUnixSeconds(static_cast<int64_t>(nanos->digits / 1'000'000'000)) +
         absl::Nanoseconds(static_cast<int64_t>(nanos->digits % 1'000'000'000));
}

std::string DateText(int64_t days) {
  return absl::FormatTime("%Y-%m-%d", absl::UnixEpoch() + days * absl::Hours(24), absl::UTCTimeZone());
}

std::string TimestampText(absl::Time time, std::optional<int> offset_minutes) {
  const std::string text =
      absl::FormatTime("%Y-%m-%d %H:%M:%E3S", time + absl::Minutes(offset_minutes.value_or(0)), absl::UTCTimeZone());
  if (!offset_minutes) return text;
  const int minutes = std::abs(*offset_minutes);
  return absl::StrFormat("%s %c%02d%02d", text, *offset_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string TimeOfDayText(absl::string_view seconds) {
  return absl::FormatTime("%H:%M:%S", TimeOfSeconds(seconds), absl::UTCTimeZone());
}

}  // namespace spcs::engine
