// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/quantity.h"

#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace spcs::spec {
namespace {

struct Unit {
  absl::string_view suffix;
  double bytes;
};
constexpr Unit kUnits[] = {{"Ki", 1024.0}, {"Mi", 1048576.0}, {"Gi", 1073741824.0},
                           {"k", 1000.0},  {"M", 1000000.0},  {"G", 1000000000.0}};
constexpr double kLargest = 1e15;

// Digits with at most one point; no sign, no exponent, no blank.
std::optional<double> Number(absl::string_view text) {
  double value = 0;
  if (text.empty() || text.find_first_not_of("0123456789.") != absl::string_view::npos) return std::nullopt;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value) || value > kLargest) return std::nullopt;
  return value;
}

}  // namespace

std::optional<int64_t> ParseCpu(absl::string_view text) {
  const bool milli = absl::ConsumeSuffix(&text, "m");
  const std::optional<double> number = Number(text);
  if (!number) return std::nullopt;
  return std::llround(*number * (milli ? 1 : 1000));
}

std::optional<int64_t> ParseMemory(absl::string_view text) {
  for (const Unit& unit : kUnits) {
    if (!absl::ConsumeSuffix(&text, unit.suffix)) continue;
    const std::optional<double> number = Number(text);
    if (!number || *number * unit.bytes > kLargest) return std::nullopt;
    return std::llround(*number * unit.bytes);
  }
  return std::nullopt;
}

std::string PrintCpu(int64_t milli_cpu) {
  return absl::StrCat(static_cast<double>(milli_cpu) / 1000);
}

std::string PrintMemory(int64_t bytes) {
  return absl::StrCat(static_cast<double>(bytes) / 1073741824.0, "Gi");
}

}  // namespace spcs::spec
