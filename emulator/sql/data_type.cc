// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/data_type.h"

#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

enum class Family { kText, kNumber, kTime, kPlain, kBinary };

struct TypeWord {
  absl::string_view word;
  Family family;
  absl::string_view canonical;
  int64_t length;  // default length, precision or fraction digits
};

constexpr int64_t kMaxText = 16777216, kMaxBinary = 8388608;

constexpr TypeWord kTypes[] = {
    {"VARCHAR", Family::kText, "VARCHAR", kMaxText},
    {"STRING", Family::kText, "VARCHAR", kMaxText},
    {"TEXT", Family::kText, "VARCHAR", kMaxText},
    {"NVARCHAR", Family::kText, "VARCHAR", kMaxText},
    {"CHAR", Family::kText, "VARCHAR", 1},
    {"CHARACTER", Family::kText, "VARCHAR", 1},
    {"NUMBER", Family::kNumber, "NUMBER", 38},
    {"DECIMAL", Family::kNumber, "NUMBER", 38},
    {"NUMERIC", Family::kNumber, "NUMBER", 38},
    {"INT", Family::kPlain, "NUMBER(38,0)", 0},
    {"INTEGER", Family::kPlain, "NUMBER(38,0)", 0},
    {"BIGINT", Family::kPlain, "NUMBER(38,0)", 0},
    {"SMALLINT", Family::kPlain, "NUMBER(38,0)", 0},
    {"TINYINT", Family::kPlain, "NUMBER(38,0)", 0},
    {"BYTEINT", Family::kPlain, "NUMBER(38,0)", 0},
    {"FLOAT", Family::kPlain, "FLOAT", 0},
    {"FLOAT4", Family::kPlain, "FLOAT", 0},
    {"FLOAT8", Family::kPlain, "FLOAT", 0},
    {"DOUBLE", Family::kPlain, "FLOAT", 0},
    {"REAL", Family::kPlain, "FLOAT", 0},
    {"BOOLEAN", Family::kPlain, "BOOLEAN", 0},
    {"DATE", Family::kPlain, "DATE", 0},
    {"VARIANT", Family::kPlain, "VARIANT", 0},
    {"OBJECT", Family::kPlain, "OBJECT", 0},
    {"ARRAY", Family::kPlain, "ARRAY", 0},
    {"BINARY", Family::kBinary, "BINARY", kMaxBinary},
    {"VARBINARY", Family::kBinary, "BINARY", kMaxBinary},
    {"TIME", Family::kTime, "TIME", 9},
    {"TIMESTAMP", Family::kTime, "TIMESTAMP_NTZ", 9},
    {"DATETIME", Family::kTime, "TIMESTAMP_NTZ", 9},
    {"TIMESTAMP_NTZ", Family::kTime, "TIMESTAMP_NTZ", 9},
    {"TIMESTAMP_LTZ", Family::kTime, "TIMESTAMP_LTZ", 9},
    {"TIMESTAMP_TZ", Family::kTime, "TIMESTAMP_TZ", 9},
};

const TypeWord* FindType(absl::string_view word) {
  for (const TypeWord& type : kTypes) {
    if (type.word == word) return &type;
  }
  return nullptr;
}

// The numbers in parentheses, none when there are no parentheses.
absl::StatusOr<std::vector<int64_t>> ParseNumbers(TokenCursor& cursor, size_t most) {
  std::vector<int64_t> numbers;
  if (most == 0 || !cursor.TrySymbol("(")) return numbers;
  do {
    if (numbers.size() == most) return cursor.Unexpected();
    ASSIGN_OR_RETURN(const int64_t number, cursor.ExpectInt());
    numbers.push_back(number);
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  return numbers;
}

absl::Status CheckRange(int64_t number, int64_t low, int64_t high, absl::string_view word) {
  if (number >= low && number <= high) return absl::OkStatus();
  return InvalidValue(absl::StrCat(number), word);
}

}  // namespace

absl::StatusOr<std::string> ParseDataType(TokenCursor& cursor) {
  if (cursor.Peek().kind != TokenKind::kWord) return cursor.Unexpected();
  const std::string word = absl::AsciiStrToUpper(cursor.Peek().text);
  const TypeWord* type = FindType(word);
  if (type == nullptr) {
    return SqlError(absl::StatusCode::kInvalidArgument, "002040", "42601",
                    absl::StrCat("SQL compilation error:\nUnsupported data type '", word, "'."));
  }
  cursor.Next();
  if (word == "DOUBLE") cursor.Try("PRECISION");
  const size_t most = type->family == Family::kPlain ? 0 : type->family == Family::kNumber ? 2 : 1;
  ASSIGN_OR_RETURN(const std::vector<int64_t> numbers, ParseNumbers(cursor, most));
  if (most == 0) return std::string(type->canonical);
  const int64_t length = numbers.empty() ? type->length : numbers[0];
  if (type->family == Family::kNumber) {
    const int64_t scale = numbers.size() > 1 ? numbers[1] : 0;
    RETURN_IF_ERROR(CheckRange(length, 1, 38, word));
    RETURN_IF_ERROR(CheckRange(scale, 0, std::min<int64_t>(length, 37), word));
    return absl::StrCat(type->canonical, "(", length, ",", scale, ")");
  }
  if (type->family == Family::kTime) RETURN_IF_ERROR(CheckRange(length, 0, 9, word));
  if (type->family == Family::kText) RETURN_IF_ERROR(CheckRange(length, 1, 134217728, word));
  if (type->family == Family::kBinary) RETURN_IF_ERROR(CheckRange(length, 1, 67108864, word));
  return absl::StrCat(type->canonical, "(", length, ")");
}

}  // namespace spcs::sql
