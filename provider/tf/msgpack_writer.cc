// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/msgpack_writer.h"

#include <bit>

namespace spcs::tf {
namespace {

// The type of a value that was made without one for a place typed "dynamic".
Type InferredType(const Value& value) {
  if (value.dynamic_type() != nullptr) return *value.dynamic_type();
  if (value.IsBool()) return Type::Bool();
  if (value.IsNumber()) return Type::Number();
  if (value.IsString()) return Type::String();
  if (value.IsList()) {
    std::vector<Type> elements;
    for (const Value& element : value.AsList()) elements.push_back(InferredType(element));
    return Type::Tuple(std::move(elements));
  }
  if (value.IsMap()) {
    std::map<std::string, Type> attributes;
    for (const auto& [name, member] : value.AsMap()) attributes[name] = InferredType(member);
    return Type::Object(std::move(attributes));
  }
  return Type::Dynamic();
}

}  // namespace

void MsgpackWriter::Write(const Value& value, const Type& type) {
  if (value.IsNull()) return Byte(0xc0);
  if (value.IsUnknown()) return bytes_.append("\xd4\x00\x00", 3), void();
  switch (type.kind()) {
    case Type::Kind::kDynamic: return WriteDynamic(value);
    case Type::Kind::kBool: return Byte(value.AsBool() ? 0xc3 : 0xc2);
    case Type::Kind::kNumber: return WriteNumber(value.AsNumber());
    case Type::Kind::kString: return WriteString(value.AsString());
    case Type::Kind::kList:
    case Type::Kind::kSet:
    case Type::Kind::kTuple: return WriteElements(value, type);
    case Type::Kind::kMap:
    case Type::Kind::kObject: return WriteMembers(value, type);
  }
}

void MsgpackWriter::WriteElements(const Value& value, const Type& type) {
  const Value::List& elements = value.AsList();
  WriteHead(elements.size(), 16, 0x90, 0xdc);
  for (size_t i = 0; i < elements.size(); ++i) {
    Write(elements[i], type.kind() == Type::Kind::kTuple ? type.elements()[i] : type.element());
  }
}

void MsgpackWriter::WriteMembers(const Value& value, const Type& type) {
  if (type.kind() == Type::Kind::kObject) {
    WriteHead(type.attributes().size(), 16, 0x80, 0xde);
    for (const auto& [name, member_type] : type.attributes()) {
      WriteString(name);
      Write(value.Get(name), member_type);
    }
    return;
  }
  WriteHead(value.AsMap().size(), 16, 0x80, 0xde);
  for (const auto& [key, element] : value.AsMap()) {
    WriteString(key);
    Write(element, type.element());
  }
}

void MsgpackWriter::WriteDynamic(const Value& value) {
  const Type type = InferredType(value);
  const std::string json = type.ToJson();
  Byte(0x92);
  if (json.size() < 256) {
    Byte(0xc4);
    Byte(static_cast<unsigned>(json.size()));
  } else {
    Byte(0xc6);
    BigEndian(json.size(), 4);
  }
  bytes_ += json;
  Write(value, type);
}

void MsgpackWriter::WriteNumber(const Number& number) {
  if (number.IsInt()) return WriteInt(number.AsInt());
  if (const auto* text = std::get_if<std::string>(&number.raw())) return WriteString(*text);
  Byte(0xcb);
  BigEndian(std::bit_cast<uint64_t>(std::get<double>(number.raw())), 8);
}

void MsgpackWriter::WriteInt(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  if (value >= -32 && value < 128) return Byte(static_cast<unsigned>(bits & 0xff));
  if (value >= INT16_MIN && value <= INT16_MAX) {
    Byte(0xd1);
    return BigEndian(bits, 2);
  }
  if (value >= INT32_MIN && value <= INT32_MAX) {
    Byte(0xd2);
    return BigEndian(bits, 4);
  }
  Byte(0xd3);
  BigEndian(bits, 8);
}

void MsgpackWriter::WriteString(absl::string_view text) {
  if (text.size() >= 32 && text.size() < 256) {
    Byte(0xd9);
    Byte(static_cast<unsigned>(text.size()));
  } else {
    WriteHead(text.size(), 32, 0xa0, 0xda);
  }
  bytes_.append(text.data(), text.size());
}

void MsgpackWriter::WriteHead(size_t size, size_t short_limit, uint8_t short_code, uint8_t code16) {
  if (size < short_limit) return Byte(short_code | static_cast<unsigned>(size));
  if (size < 65536) {
    Byte(code16);
    return BigEndian(size, 2);
  }
  Byte(code16 + 1u);
  BigEndian(size, 4);
}

void MsgpackWriter::BigEndian(uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) Byte(static_cast<unsigned>((value >> (8 * i)) & 0xff));
}

}  // namespace spcs::tf
