// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/value.h"

#include <cmath>
#include <limits>

#include "absl/strings/charconv.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace spcs::tf {
namespace {

// [-]digits[.digits][e[+-]digits], as JSON and the clients write numbers.
bool LooksLikeNumber(absl::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) ++i;
    return i > start;
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  if (!digits()) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

}  // namespace

Number::Number(double value) {
  const bool fits = value >= -9223372036854775808.0 && value < 9223372036854775808.0;
  if (fits && std::nearbyint(value) == value) {
    value_ = static_cast<int64_t>(value);
  } else if (std::isfinite(value) && std::nearbyint(value) == value) {
    value_ = absl::StrFormat("%.0f", value);
  } else {
    value_ = value;
  }
}

bool Number::Parse(absl::string_view text, Number& number) {
  if (!LooksLikeNumber(text)) return false;
  if (absl::StartsWith(text, "+")) text.remove_prefix(1);
  if (int64_t integer = 0; absl::SimpleAtoi(text, &integer)) {
    number = Number(integer);
    return true;
  }
  const bool integral = text.find_first_of(".eE") == absl::string_view::npos;
  double nearest = 0;
  const auto parsed = absl::from_chars(text.data(), text.data() + text.size(), nearest);
  if (!integral && parsed.ec == std::errc() && std::isfinite(nearest)) {
    number = Number(nearest);
    // Seventeen digits name every float64; a longer text may be a number that no float64 is.
    if (text.size() <= 17 || number.IsInt() || number.ToString() == text) return true;
  }
  number.value_ = std::string(text);
  return true;
}

double Number::AsDouble() const {
  if (const auto* integer = std::get_if<int64_t>(&value_)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value_)) return *real;
  const std::string& text = std::get<std::string>(value_);
  double nearest = 0;
  absl::from_chars(text.data(), text.data() + text.size(), nearest);
  return nearest;
}

std::string Number::ToString() const {
  if (const auto* integer = std::get_if<int64_t>(&value_)) return absl::StrCat(*integer);
  if (const auto* text = std::get_if<std::string>(&value_)) return *text;
  const double real = std::get<double>(value_);
  for (int digits = 1; digits < std::numeric_limits<double>::max_digits10; ++digits) {
    const std::string text = absl::StrFormat("%.*g", digits, real);
    double back = 0;
    absl::from_chars(text.data(), text.data() + text.size(), back);
    if (back == real) return text;
  }
  return absl::StrFormat("%.17g", real);
}

Value Value::Unknown() {
  Value value;
  value.data_ = UnknownTag{};
  return value;
}

bool Value::IsWhollyKnown() const {
  if (IsUnknown()) return false;
  if (IsList()) {
    for (const Value& element : AsList()) {
      if (!element.IsWhollyKnown()) return false;
    }
  }
  if (IsMap()) {
    for (const auto& [key, element] : AsMap()) {
      if (!element.IsWhollyKnown()) return false;
    }
  }
  return true;
}

const Value& Value::Get(absl::string_view key) const {
  static const Value kNull;
  if (!IsMap()) return kNull;
  const auto member = AsMap().find(std::string(key));
  return member == AsMap().end() ? kNull : member->second;
}

Value UnknownsAsNull(const Value& value) {
  if (value.IsUnknown()) return Value::Null();
  Value result = value;
  if (result.IsList()) {
    for (Value& element : result.AsList()) element = UnknownsAsNull(element);
  }
  if (result.IsMap()) {
    for (auto& [key, element] : result.AsMap()) element = UnknownsAsNull(element);
  }
  return result;
}

}  // namespace spcs::tf
