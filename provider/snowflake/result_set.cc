// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/result_set.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace spcs::snowflake {
namespace {

// "1700000000.123000000", exactly.
std::optional<absl::Time> ParseEpoch(absl::string_view text) {
  const size_t dot = text.find('.');
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(text.substr(0, dot), &seconds)) return std::nullopt;
  absl::Duration fraction;
  if (dot != absl::string_view::npos) {
    std::string digits(text.substr(dot + 1));
    if (digits.empty() || digits.size() > 9) return std::nullopt;
    for (const char c : digits) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    }
    digits.resize(9, '0');
    int64_t nanoseconds = 0;
    if (!absl::SimpleAtoi(digits, &nanoseconds)) return std::nullopt;
    fraction = absl::Nanoseconds(nanoseconds);
  }
  return absl::FromUnixSeconds(seconds) + (absl::StartsWith(text, "-") ? -fraction : fraction);
}

}  // namespace

std::optional<absl::Time> ParseSnowflakeTime(absl::string_view text) {
  // TIMESTAMP_TZ is "seconds.fraction offset"; the offset says nothing about the moment.
  const size_t space = text.find(' ');
  if (const auto time = ParseEpoch(text.substr(0, space))) return time;
  for (const char* format : {"%Y-%m-%d %H:%M:%E*S %z", "%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S"}) {
    absl::Time time;
    if (absl::ParseTime(format, text, &time, nullptr)) return time;
  }
  return std::nullopt;
}

std::optional<std::string> Row::Get(absl::string_view column) const {
  for (size_t i = 0; i < columns_->size() && i < cells_->size(); ++i) {
    if (absl::EqualsIgnoreCase((*columns_)[i].name, column)) return (*cells_)[i];
  }
  return std::nullopt;
}

std::optional<int64_t> Row::Int(absl::string_view column) const {
  const std::optional<std::string> text = Get(column);
  int64_t value = 0;
  return text && absl::SimpleAtoi(*text, &value) ? std::optional(value) : std::nullopt;
}

std::optional<bool> Row::Bool(absl::string_view column) const {
  const std::string text = Text(column);
  for (const char* yes : {"true", "y", "yes", "1", "on"}) {
    if (absl::EqualsIgnoreCase(text, yes)) return true;
  }
  for (const char* no : {"false", "n", "no", "0", "off"}) {
    if (absl::EqualsIgnoreCase(text, no)) return false;
  }
  return std::nullopt;
}

std::optional<absl::Time> Row::Time(absl::string_view column) const {
  const std::optional<std::string> text = Get(column);
  return text ? ParseSnowflakeTime(*text) : std::nullopt;
}

}  // namespace spcs::snowflake
