// SPDX-License-Identifier: MPL-2.0
// Values to msgpack in the dialect of the clients (cty): unknown is an extension, big numbers are decimal strings, a
// dynamic value is a pair of its type and itself.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "provider/tf/type.h"
#include "provider/tf/value.h"

namespace spcs::tf {

class MsgpackWriter {
 public:
  // Appends the value, which has the shape of its type; attributes that an object lacks are written as null. In a
  // dynamic place, a value that carries no type is written as what it looks like: lists as tuples, maps as objects.
  void Write(const Value& value, const Type& type);
  std::string Take() { return std::move(bytes_); }

 private:
  void WriteNumber(const Number& number);
  void WriteInt(int64_t value);
  void WriteString(absl::string_view text);
  void WriteElements(const Value& value, const Type& type);
  void WriteMembers(const Value& value, const Type& type);
  void WriteDynamic(const Value& value);
  // The head of an array, map or string of `size`: the short form below `short_limit`, else 16 or 32 bits.
  void WriteHead(size_t size, size_t short_limit, uint8_t short_code, uint8_t code16);
  void Byte(unsigned value) { bytes_ += static_cast<char>(value); }
  void BigEndian(uint64_t value, int count);

  std::string bytes_;
};

}  // namespace spcs::tf
