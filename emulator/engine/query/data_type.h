// SPDX-License-Identifier: MPL-2.0
// Types of columns and expressions, and the form in which their values are kept: the one in which they are answered.
//
//   kText      the text                      kDate       days since 1970-01-01
//   kNumber    decimals as the scale says    kTime       seconds since midnight, nine decimals
//   kReal      the shortest text             kNtz, kLtz  seconds since the epoch, nine decimals
//   kBoolean   "true" or "false"             kTz         the same, a blank, the offset in minutes plus 1440
//   kBinary    hexadecimal, upper case       kVariant    JSON in one line
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "emulator/engine/result.h"

namespace spcs::engine {

enum class Family { kNull, kText, kNumber, kReal, kBoolean, kDate, kTime, kNtz, kLtz, kTz, kVariant, kBinary };

struct DataType {
  Family family = Family::kNull;    // kNull: the type of NULL itself, which any type takes
  int precision = 38;               // kNumber
  int scale = 0;                    // kNumber: decimals; times: digits of the seconds' fraction
  int64_t length = 16777216;        // kText: characters; kBinary: bytes
  std::string variant = "VARIANT";  // kVariant: VARIANT, OBJECT or ARRAY

  bool IsTimestamp() const { return family == Family::kNtz || family == Family::kLtz || family == Family::kTz; }
  bool IsNumeric() const { return family == Family::kNumber || family == Family::kReal; }
};

// `text` as sql::ParseDataType() returns it.
DataType TypeOf(absl::string_view text);
// The type as the service writes it in messages: "NUMBER(38,0)".
std::string TypeText(const DataType& type);
// How the result of a statement names it to clients.
Column ResultColumn(absl::string_view name, const DataType& type, bool nullable = true);

DataType TextType(int64_t length = 16777216);
DataType NumberType(int precision, int scale);
DataType PlainType(Family family);  // times with nine digits of fraction

// -1, 0 or 1 of two values of one family. Semi-structured values compare by their text.
int CompareCells(Family family, const std::string& left, const std::string& right);

// Characters, not bytes.
int64_t CharacterCount(absl::string_view text);

}  // namespace spcs::engine
