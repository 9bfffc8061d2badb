// SPDX-License-Identifier: MPL-2.0
// Exact decimal numbers of up to 38 digits, as NUMBER has them. Times are decimals too: seconds with nine decimals.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace spcs::engine {

struct Decimal {
  __int128 digits = 0;  // the value is digits / 10^scale
  int scale = 0;
};

// "-12.50", "1e3"; nullopt for what is no number or has more than 38 digits.
std::optional<Decimal> ParseDecimal(absl::string_view text);

// With exactly `scale` decimals.
std::string DecimalText(const Decimal& value);

// Rounded half away from zero; nullopt when the result has more than 38 digits.
std::optional<Decimal> Rescaled(const Decimal& value, int scale);

// nullopt when the result has more than 38 digits; Divided also when the divisor is zero.
std::optional<Decimal> Added(const Decimal& left, const Decimal& right);
std::optional<Decimal> Multiplied(const Decimal& left, const Decimal& right);
std::optional<Decimal> Divided(const Decimal& left, const Decimal& right, int scale);

// -1, 0 or 1.
int Compared(const Decimal& left, const Decimal& right);

// Digits before the decimal point, at least 1.
int WholeDigits(const Decimal& value);

}  // namespace spcs::engine
