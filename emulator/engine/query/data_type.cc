// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/query/data_type.h"

#include <algorithm>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/query/decimal.h"

namespace spcs::engine {
namespace {

struct TypeName {
  Family family;
  absl::string_view sql, client;  // the word of SQL; the name in rowType
};

constexpr TypeName kNames[] = {
    {Family::kText, "VARCHAR", "text"},
    {Family::kNumber, "NUMBER", "fixed"},
    {Family::kReal, "FLOAT", "real"},
    {Family::kBoolean, "BOOLEAN", "boolean"},
    {Family::kDate, "DATE", "date"},
    {Family::kTime, "TIME", "time"},
    {Family::kNtz, "TIMESTAMP_NTZ", "timestamp_ntz"},
    {Family::kLtz, "TIMESTAMP_LTZ", "timestamp_ltz"},
    {Family::kTz, "TIMESTAMP_TZ", "timestamp_tz"},
    {Family::kVariant, "VARIANT", "variant"},
    {Family::kVariant, "OBJECT", "object"},
    {Family::kVariant, "ARRAY", "array"},
    {Family::kBinary, "BINARY", "binary"},
    {Family::kNull, "NULL", "text"},
};

const TypeName& NameOfFamily(const DataType& type) {
  return *absl::c_find_if(kNames, [&](const TypeName& name) {
    return name.family == type.family && (type.family != Family::kVariant || name.sql == type.variant);
  });
}

bool HasFraction(Family family) {
  return family == Family::kTime || family == Family::kNtz || family == Family::kLtz || family == Family::kTz;
}

template <typename T>
int Order(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

}  // namespace

DataType TypeOf(absl::string_view text) {
  const absl::string_view word = text.substr(0, text.find('('));
  std::vector<int64_t> numbers;
  if (word.size() < text.size()) {
    for (const absl::string_view part :
         absl::StrSplit(text.substr(word.size() + 1, text.size() - word.size() - 2), ',')) {
      int64_t number = 0;
      numbers.push_back(absl::SimpleAtoi(part, &number) ? number : 0);
    }
  }
  DataType type;
  const auto* name = absl::c_find_if(kNames, [&](const TypeName& candidate) { return candidate.sql == word; });
  if (name == std::end(kNames)) return type;
  type.family = name->family;
  if (type.family == Family::kVariant) type.variant = std::string(word);
  if (numbers.empty()) return type;
  if (type.family == Family::kNumber) {
    type.precision = static_cast<int>(numbers[0]);
    if (numbers.size() > 1) type.scale = static_cast<int>(numbers[1]);
  } else if (HasFraction(type.family)) {
    type.scale = static_cast<int>(numbers[0]);
  } else {
    type.length = numbers[0];
  }
  return type;
}

std::string TypeText(const DataType& type) {
  const absl::string_view word = NameOfFamily(type).sql;
  if (type.family == Family::kNumber) return absl::StrCat(word, "(", type.precision, ",", type.scale, ")");
  if (HasFraction(type.family)) return absl::StrCat(word, "(", type.scale, ")");
  if (type.family == Family::kText || type.family == Family::kBinary) return absl::StrCat(word, "(", type.length, ")");
  return std::string(word);
}

Column ResultColumn(absl::string_view name, const DataType& type, bool nullable) {
  Column column = Text(name);
  column.type = std::string(NameOfFamily(type).client);
  column.nullable = nullable;
  column.scale = type.scale;
  if (type.family == Family::kNumber) column.precision = type.precision;
  if (type.family == Family::kText || type.family == Family::kBinary) column.length = type.length;
  return column;
}

DataType TextType(int64_t length) {
  return {.family = Family::kText, .length = length};
}

DataType NumberType(int precision, int scale) {
  return {.family = Family::kNumber, .precision = std::min(precision, 38), .scale = std::min(scale, 37)};
}

DataType PlainType(Family family) {
  return {.family = family, .scale = HasFraction(family) ? 9 : 0};
}

int CompareCells(Family family, const std::string& left, const std::string& right) {
  if (family == Family::kReal) {
    double a = 0, b = 0;
    if (absl::SimpleAtod(left, &a) && absl::SimpleAtod(right, &b)) return Order(a, b);
  } else if (family == Family::kNumber || family == Family::kDate || HasFraction(family)) {
    // The offset of a TIMESTAMP_TZ has no part in its order.
    const auto a = ParseDecimal(left.substr(0, left.find(' '))), b = ParseDecimal(right.substr(0, right.find(' ')));
    if (a && b) return Compared(*a, *b);
  }
  return Order(left, right);
}

int64_t CharacterCount(absl::string_view text) {
  return absl::c_count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

}  // namespace spcs::engine
