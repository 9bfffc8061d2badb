// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/decimal.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace spcs::engine {
namespace {

constexpr int kMaxDigits = 38;

__int128 PowerOfTen(int exponent) {
  __int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// One more than the largest value.
__int128 Limit() {
  static const __int128 limit = PowerOfTen(kMaxDigits);
  return limit;
}

__int128 Absolute(__int128 value) {
  return value < 0 ? -value : value;
}

std::optional<Decimal> Checked(__int128 digits, int scale) {
  if (Absolute(digits) >= Limit()) return std::nullopt;
  return Decimal{digits, scale};
}

// Half away from zero.
__int128 RoundedQuotient(__int128 dividend, __int128 divisor) {
  const __int128 quotient = dividend / divisor, rest = Absolute(dividend % divisor);
  if (rest < Absolute(divisor) - rest) return quotient;
  return quotient + ((dividend < 0) == (divisor < 0) ? 1 : -1);
}

// The digits of the text without sign and exponent.
std::optional<Decimal> ParsePlain(absl::string_view text) {
  Decimal value;
  bool point = false, any = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (absl::ascii_isdigit(c)) {
      any = true;
      if (value.digits >= Limit() / 10) return std::nullopt;
      value.digits = value.digits * 10 + (c - '0');
      if (point) ++value.scale;
    } else {
      return std::nullopt;
    }
  }
  return any ? std::optional<Decimal>(value) : std::nullopt;
}

}  // namespace

std::optional<Decimal> ParseDecimal(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  int exponent = 0;
  const size_t e = text.find_first_of("eE");
  if (e != absl::string_view::npos) {
    if (!absl::SimpleAtoi(text.substr(e + 1), &exponent) || exponent < -kMaxDigits || exponent > kMaxDigits) {
      return std::nullopt;
    }
    text = text.substr(0, e);
  }
  std::optional<Decimal> value = ParsePlain(text);
  if (!value) return std::nullopt;
  if (negative) value->digits = -value->digits;
  value->scale -= exponent;
  if (value->scale >= 0) return value->scale <= kMaxDigits ? value : std::nullopt;
  const __int128 power = PowerOfTen(-value->scale);
  if (Absolute(value->digits) >= Limit() / power) return std::nullopt;
  return Decimal{value->digits * power, 0};
}

std::string DecimalText(const Decimal& value) {
  std::string text;
  __int128 rest = Absolute(value.digits);
  for (int i = 0; rest > 0 || i <= value.scale; ++i) {
    if (i == value.scale && value.scale > 0) text += '.';
    text += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (value.digits < 0) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

std::optional<Decimal> Rescaled(const Decimal& value, int scale) {
  if (scale < value.scale) {
    return Decimal{RoundedQuotient(value.digits, PowerOfTen(value.scale - scale)), scale};
  }
  const __int128 power = PowerOfTen(std::min(scale - value.scale, kMaxDigits));
  if (value.digits != 0 && Absolute(value.digits) > Limit() / power) return std::nullopt;
  return Checked(value.digits * power, scale);
}

std::optional<Decimal> Added(const Decimal& left, const Decimal& right) {
  const int scale = std::max(left.scale, right.scale);
  const std::optional<Decimal> a = Rescaled(left, scale), b = Rescaled(right, scale);
  if (!a || !b) return std::nullopt;
  return Checked(a->digits + b->digits, scale);  // twice 10^38 fits
}

std::optional<Decimal> Multiplied(const Decimal& left, const Decimal& right) {
  __int128 product = 0;
  if (__builtin_mul_overflow(left.digits, right.digits, &product)) return std::nullopt;
  return Checked(product, left.scale + right.scale);
}

std::optional<Decimal> Divided(const Decimal& left, const Decimal& right, int scale) {
  if (right.digits == 0) return std::nullopt;
  // left / right with `scale` decimals: left gets as many digits as the quotient needs.
  const std::optional<Decimal> dividend = Rescaled(left, std::min(scale + right.scale, 37));
  if (!dividend) return std::nullopt;
  const Decimal quotient{RoundedQuotient(dividend->digits, right.digits), dividend->scale - right.scale};
  return Rescaled(quotient, scale);
}

int Compared(const Decimal& left, const Decimal& right) {
  const int scale = std::max(left.scale, right.scale);
  const std::optional<Decimal> a = Rescaled(left, scale), b = Rescaled(right, scale);
  // What cannot be rescaled is the larger by its size.
  if (!a || !b) return !a ? (left.digits < 0 ? -1 : 1) : (right.digits < 0 ? 1 : -1);
  return a->digits < b->digits ? -1 : a->digits > b->digits ? 1 : 0;
}

int WholeDigits(const Decimal& value) {
  __int128 whole = Absolute(value.digits) / PowerOfTen(value.scale);
  int count = 1;
  while (whole >= 10) {
    whole /= 10;
    ++count;
  }
  return count;
}

}  // namespace spcs::engine
