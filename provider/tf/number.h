// SPDX-License-Identifier: MPL-2.0
// A number of any size and precision, kept exactly, as the clients do: they compare numbers exactly, and 0.1 is to
// them the decimal fraction, not the float64 beside it. Part of Value.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"

namespace spcs::tf {

// int64 where it fits, else float64 where that is exactly the number and no integer, else plain decimal text.
// Construction brings every number into that form, so equal numbers compare equal. Never NaN.
class Number {
 public:
  Number() = default;
  Number(int64_t value) : value_(value) {}  // NOLINT: numbers convert
  // The number that a programmer means: the shortest decimal text that reads back as `value`. 0.1 is one tenth.
  Number(double value);  // NOLINT
  // Exactly the number that the bits stand for, as float64 travels in msgpack.
  static Number FromBinary(double value);
  // Reads decimal text ("12", "-1.5e3", "123456789012345678901234567890"). Returns false when it is not a number or
  // its exponent is beyond +-1000.
  static bool Parse(absl::string_view text, Number& number);

  bool IsInt() const { return std::holds_alternative<int64_t>(value_); }
  int64_t AsInt() const { return IsInt() ? std::get<int64_t>(value_) : 0; }
  // The nearest float64.
  double AsDouble() const;
  // Plain decimal text that reads back as the same number.
  std::string ToString() const;

  const std::variant<int64_t, double, std::string>& raw() const { return value_; }
  bool operator==(const Number&) const = default;
  // Any total order; not that of the numbers.
  bool operator<(const Number& other) const { return value_ < other.value_; }

 private:
  std::variant<int64_t, double, std::string> value_ = int64_t{0};
};

}  // namespace spcs::tf
