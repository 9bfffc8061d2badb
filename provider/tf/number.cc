// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/number.h"

#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace spcs::tf {
namespace {

constexpr int kMaxExponent = 1000;
// The smallest float64 has this many digits behind the point; none has more.
constexpr int kMaxFractionDigits = 1074;

// digits * 10^exponent. The digits begin and end with none that is 0; zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
};

std::string TakeDigits(absl::string_view& text) {
  size_t length = 0;
  while (length < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[length]))) ++length;
  std::string digits(text.substr(0, length));
  text.remove_prefix(length);
  return digits;
}

bool TakeChar(absl::string_view& text, char lower) {
  if (text.empty() || absl::ascii_tolower(static_cast<unsigned char>(text[0])) != lower) return false;
  text.remove_prefix(1);
  return true;
}

// Takes [e[+-]digits]; false when it is there but malformed or too large.
bool TakeExponent(absl::string_view& text, int64_t& exponent) {
  if (!TakeChar(text, 'e')) return true;
  const bool negative = TakeChar(text, '-');
  if (!negative) TakeChar(text, '+');
  if (!absl::SimpleAtoi(TakeDigits(text), &exponent) || exponent > kMaxExponent) return false;
  if (negative) exponent = -exponent;
  return true;
}

// Reads [+-]digits[.digits][e[+-]digits], as JSON and the clients write numbers.
bool ReadDecimal(absl::string_view text, Decimal& decimal) {
  decimal.negative = TakeChar(text, '-');
  if (!decimal.negative) TakeChar(text, '+');
  decimal.digits = TakeDigits(text);
  if (decimal.digits.empty()) return false;
  std::string fraction;
  if (TakeChar(text, '.')) {
    fraction = TakeDigits(text);
    if (fraction.empty()) return false;
  }
  if (!TakeExponent(text, decimal.exponent) || !text.empty()) return false;
  decimal.exponent -= static_cast<int64_t>(fraction.size());
  decimal.digits += fraction;
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  const size_t used = decimal.digits.find_last_not_of('0') + 1;
  decimal.exponent += static_cast<int64_t>(decimal.digits.size() - used);
  decimal.digits.resize(used);
  if (decimal.digits.empty()) decimal = Decimal();
  return true;
}

// The decimal without an exponent: the one spelling of each number.
std::string Plain(const Decimal& decimal) {
  if (decimal.digits.empty()) return "0";
  std::string text = decimal.digits;
  if (decimal.exponent >= 0) {
    text.append(static_cast<size_t>(decimal.exponent), '0');
  } else {
    const auto behind = static_cast<size_t>(-decimal.exponent);
    if (text.size() <= behind) text.insert(0, behind - text.size() + 1, '0');
    text.insert(text.size() - behind, 1, '.');
  }
  return decimal.negative ? "-" + text : text;
}

// All digits of a finite float64.
std::string ExactText(double value) {
  Decimal decimal;
  ReadDecimal(absl::StrFormat("%.*f", kMaxFractionDigits, value), decimal);
  return Plain(decimal);
}

double Nearest(absl::string_view text) {
  double nearest = 0;
  absl::from_chars(text.data(), text.data() + text.size(), nearest);
  return nearest;
}

std::string ShortestText(double value) {
  for (int digits = 1; digits < std::numeric_limits<double>::max_digits10; ++digits) {
    std::string text = absl::StrFormat("%.*g", digits, value);
    if (Nearest(text) == value) return text;
  }
  return absl::StrFormat("%.17g", value);
}

}  // namespace

Number::Number(double value) : value_(value) {
  if (std::isfinite(value)) Parse(ShortestText(value), *this);
}

Number Number::FromBinary(double value) {
  Number number;
  number.value_ = value;
  if (std::isfinite(value)) Parse(ExactText(value), number);
  return number;
}

bool Number::Parse(absl::string_view text, Number& number) {
  Decimal decimal;
  if (!ReadDecimal(text, decimal)) return false;
  std::string plain = Plain(decimal);
  if (decimal.exponent >= 0) {
    if (int64_t integer = 0; absl::SimpleAtoi(plain, &integer)) {
      number.value_ = integer;
    } else {
      number.value_ = std::move(plain);
    }
    return true;
  }
  // A float64 that is no integer is a sum of negative powers of two, so its last digit is 5.
  const bool may_be_exact = plain.back() == '5' && decimal.exponent >= -kMaxFractionDigits;
  const double nearest = may_be_exact ? Nearest(plain) : 0;
  if (may_be_exact && std::isfinite(nearest) && ExactText(nearest) == plain) {
    number.value_ = nearest;
  } else {
    number.value_ = std::move(plain);
  }
  return true;
}

double Number::AsDouble() const {
  if (const auto* integer = std::get_if<int64_t>(&value_)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value_)) return *real;
  return Nearest(std::get<std::string>(value_));
}

std::string Number::ToString() const {
  if (const auto* integer = std::get_if<int64_t>(&value_)) return absl::StrCat(*integer);
  if (const auto* text = std::get_if<std::string>(&value_)) return *text;
  const double real = std::get<double>(value_);
  return std::isfinite(real) ? ExactText(real) : absl::StrCat(real);
}

}  // namespace spcs::tf
