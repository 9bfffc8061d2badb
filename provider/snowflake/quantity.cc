// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/quantity.h"

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace spcs::snowflake {
namespace {

constexpr int kMaxDecimals = 9;
constexpr int64_t kGibi = int64_t{1} << 30;

using Unit = std::pair<absl::string_view, int64_t>;

// Two-letter units come first: the first suffix that matches wins.
constexpr std::array<Unit, 9> kMemoryUnits = {{{"Ki", int64_t{1} << 10},
                                               {"Mi", int64_t{1} << 20},
                                               {"Gi", kGibi},
                                               {"Ti", int64_t{1} << 40},
                                               {"k", 1'000},
                                               {"K", 1'000},
                                               {"M", 1'000'000},
                                               {"G", 1'000'000'000},
                                               {"T", 1'000'000'000'000}}};

// A plain decimal number as digits / 10^decimals.
struct Decimal {
  __int128 digits = 0;
  __int128 divisor = 1;
};

std::optional<Decimal> ParseDecimal(absl::string_view text) {
  Decimal result;
  bool seen_point = false, seen_digit = false;
  int decimals = 0;
  if (text.size() > 24) return std::nullopt;
  for (char c : text) {
    if (c == '.' && !seen_point && seen_digit) {
      seen_point = true;
      continue;
    }
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    seen_digit = true;
    result.digits = result.digits * 10 + (c - '0');
    if (seen_point) {
      result.divisor *= 10;
      if (++decimals > kMaxDecimals) return std::nullopt;
    }
  }
  if (!seen_digit || text.back() == '.') return std::nullopt;
  return result;
}

absl::Status Bad(absl::string_view what, absl::string_view text, absl::string_view allowed) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not ", what, ": ", allowed));
}

constexpr absl::string_view kCpuAllowed = "write cores (\"2\", \"0.5\") or whole millicores (\"500m\")";
constexpr absl::string_view kMemoryAllowed =
    "write a number with a unit: Ki, Mi, Gi, Ti (powers of 1024) or k, M, G, T (powers of 1000), as in \"16Gi\"";
constexpr absl::string_view kDurationAllowed = "write whole numbers with d, h, m or s, as in \"7d\" or \"1h30m\"";

}  // namespace

absl::StatusOr<int64_t> ParseCpu(absl::string_view text) {
  const absl::string_view original = text;
  const bool milli = absl::ConsumeSuffix(&text, "m");
  const std::optional<Decimal> number = ParseDecimal(text);
  if (!number) return Bad("an amount of CPU", original, kCpuAllowed);
  const __int128 scaled = milli ? number->digits : number->digits * 1000;
  if (scaled % number->divisor != 0) return Bad("an amount of CPU", original, kCpuAllowed);
  const __int128 millicores = scaled / number->divisor;
  if (millicores > std::numeric_limits<int32_t>::max()) {
    return Bad("an amount of CPU that a node can have", original, kCpuAllowed);
  }
  return static_cast<int64_t>(millicores);
}

absl::StatusOr<int64_t> ParseMemory(absl::string_view text) {
  const absl::string_view original = text;
  int64_t unit = 0;
  for (const auto& [suffix, factor] : kMemoryUnits) {
    if (absl::ConsumeSuffix(&text, suffix)) {
      unit = factor;
      break;
    }
  }
  const std::optional<Decimal> number = ParseDecimal(text);
  if (unit == 0 || !number) return Bad("an amount of memory", original, kMemoryAllowed);
  constexpr __int128 kMost = std::numeric_limits<int64_t>::max();
  if (number->digits / number->divisor > kMost / unit) {
    return Bad("an amount of memory that a node can have", original, kMemoryAllowed);
  }
  const __int128 bytes = (number->digits * unit + number->divisor - 1) / number->divisor;
  if (bytes > kMost) return Bad("an amount of memory that a node can have", original, kMemoryAllowed);
  return static_cast<int64_t>(bytes);
}

absl::StatusOr<int64_t> ParseDuration(absl::string_view text) {
  constexpr std::array<std::pair<char, int64_t>, 4> kUnits = {{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
  size_t next_unit = 0;
  int64_t seconds = 0, number = -1;
  if (text.empty() || text.size() > 24) return Bad("a period", text, kDurationAllowed);
  for (char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      number = std::max<int64_t>(number, 0) * 10 + (c - '0');
      if (number > std::numeric_limits<int32_t>::max()) return Bad("a period", text, kDurationAllowed);
      continue;
    }
    while (next_unit < kUnits.size() && kUnits[next_unit].first != c) ++next_unit;
    if (number < 0 || next_unit == kUnits.size()) return Bad("a period", text, kDurationAllowed);
    seconds += number * kUnits[next_unit++].second;
    number = -1;
  }
  if (number >= 0) return Bad("a period", text, kDurationAllowed);
  return seconds;
}

std::string FormatCpu(int64_t millicores) {
  return millicores % 1000 == 0 ? absl::StrCat(millicores / 1000) : absl::StrCat(millicores, "m");
}

std::string FormatMemory(int64_t bytes) {
  for (const auto& [suffix, shift] : {std::pair{"Ti", 40}, {"Gi", 30}, {"Mi", 20}, {"Ki", 10}}) {
    if (bytes % (int64_t{1} << shift) == 0) return absl::StrCat(bytes >> shift, suffix);
  }
  return absl::StrFormat("%.2fGi", static_cast<double>(bytes) / static_cast<double>(kGibi));
}

namespace {

bool SameAmount(absl::StatusOr<int64_t> (*parse)(absl::string_view), absl::string_view a, absl::string_view b) {
  if (a == b) return true;
  const absl::StatusOr<int64_t> left = parse(a), right = parse(b);
  return left.ok() && right.ok() && *left == *right;
}

}  // namespace

bool SameCpu(absl::string_view a, absl::string_view b) {
  return SameAmount(ParseCpu, a, b);
}
bool SameMemory(absl::string_view a, absl::string_view b) {
  return SameAmount(ParseMemory, a, b);
}
bool SameDuration(absl::string_view a, absl::string_view b) {
  return SameAmount(ParseDuration, a, b);
}

}  // namespace spcs::snowflake
