// SPDX-License-Identifier: MPL-2.0
// Reading: nlohmann's SAX parsers feed TreeBuilder, which builds an untyped tree; Conform gives it the expected shape.
#include "provider/tf/codec.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/base/utf8.h"
#include "provider/tf/msgpack_writer.h"
#include "provider/tf/path.h"

namespace spcs::tf {
namespace {

using Json = nlohmann::json;

// Builds a Value from parse events. Each callback returns false to stop the parser.
class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Add(Value::Null()); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(int64_t value) override { return Add(value); }
  bool number_unsigned(uint64_t value) override {
    Number number;
    return Number::Parse(absl::StrCat(value), number) && Add(number);
  }
  bool number_float(double value, const std::string& text) override {
    if (std::isnan(value)) return Fail("a number is malformed");
    Number number = Number::FromBinary(value);  // msgpack; JSON gives the text
    if (!text.empty() && !Number::Parse(text, number)) return Fail("a number is malformed");
    return Add(number);
  }
  bool string(std::string& value) override {
    if (!IsValidUtf8(value)) return Fail("a string is not valid UTF-8");
    return Add(std::move(value));
  }
  // Bytes with a type are extensions, and every extension means unknown. Bytes without one carry the type of a dynamic
  // value.
  bool binary(Json::binary_t& value) override {
    if (value.has_subtype()) return Add(Value::Unknown());
    std::string bytes(value.begin(), value.end());
    return string(bytes);
  }
  bool start_object(std::size_t) override { return Open(Value(Value::Map())); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Value(Value::List())); }
  bool end_array() override { return Close(); }
  bool key(std::string& value) override {
    if (!IsValidUtf8(value)) return Fail("a key is not valid UTF-8");
    keys_.back() = value;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return Fail("malformed"); }

  bool Fail(const char* reason) {
    if (error_ == nullptr) error_ = reason;
    return false;
  }
  const char* error() const { return error_; }
  Value Take() { return std::move(root_); }

 private:
  bool Add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().IsList()) {
      open_.back().AsList().push_back(std::move(value));
    } else {
      open_.back().AsMap()[keys_.back()] = std::move(value);
    }
    return true;
  }
  bool Open(Value container) {
    if (static_cast<int>(open_.size()) >= kMaxValueDepth) return Fail("nested too deeply");
    open_.push_back(std::move(container));
    keys_.emplace_back();
    return true;
  }
  bool Close() {
    Value container = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    return Add(std::move(container));
  }

  Value root_;
  std::vector<Value> open_;        // the containers around the place of the parser, outermost first
  std::vector<std::string> keys_;  // the key that waits for its value, one for each open container
  const char* error_ = nullptr;
};

absl::StatusOr<Value> Parse(absl::string_view bytes, Json::input_format_t format) {
  TreeBuilder builder;
  bool ok = false;
  try {
    ok = Json::sax_parse(bytes.begin(), bytes.end(), &builder, format);
  } catch (const std::exception&) {
    ok = builder.Fail("malformed");
  }
  if (!ok) return absl::InvalidArgumentError(builder.error() == nullptr ? "malformed" : builder.error());
  return builder.Take();
}

absl::Status WrongShape(const Path& path, absl::string_view expected) {
  return WithFact(absl::InvalidArgumentError(absl::StrCat("expected ", expected)), kAttributePath, path.ToString());
}

absl::StatusOr<Value> Conform(Value value, const Type& type, Shape shape, const Path& path);

absl::StatusOr<Value> ConformNumber(Value value, const Path& path) {
  Number number;
  if (value.IsNumber()) return value;
  if (value.IsString() && Number::Parse(value.AsString(), number)) return Value(number);
  return WrongShape(path, "a number");
}

absl::StatusOr<Value> ConformList(Value value, const Type& type, Shape shape, const Path& path) {
  if (!value.IsList()) return WrongShape(path, "a list");
  Value::List& elements = value.AsList();
  const bool tuple = type.kind() == Type::Kind::kTuple;
  if (tuple && elements.size() != type.elements().size()) return WrongShape(path, "a tuple of another length");
  for (size_t i = 0; i < elements.size(); ++i) {
    const Type& element_type = tuple ? type.elements()[i] : type.element();
    const Path place = type.kind() == Type::Kind::kSet ? path : path.Index(static_cast<int64_t>(i));
    ASSIGN_OR_RETURN(elements[i], Conform(std::move(elements[i]), element_type, shape, place));
  }
  if (type.kind() == Type::Kind::kSet) NormalizeSet(elements);
  return value;
}

absl::StatusOr<Value> ConformObject(Value value, const Type& type, Shape shape, const Path& path) {
  if (!value.IsMap()) return WrongShape(path, "an object");
  if (shape == Shape::kExact && value.AsMap().size() != type.attributes().size()) {
    return WrongShape(path, absl::StrCat("an object with ", type.attributes().size(), " attributes"));
  }
  Value::Map members;
  for (const auto& [name, member_type] : type.attributes()) {
    const auto member = value.AsMap().find(name);
    if (member == value.AsMap().end()) {
      if (shape == Shape::kExact) return WrongShape(path / name, "a value");
      members[name] = Value::Null();
      continue;
    }
    ASSIGN_OR_RETURN(members[name], Conform(std::move(member->second), member_type, shape, path / name));
  }
  return Value(std::move(members));
}

// The JSON text of a type that was parsed as part of a document.
Json TypeJson(const Value& value) {
  if (value.IsString()) return value.AsString();
  Json json = value.IsList() ? Json::array() : Json::object();
  if (value.IsList()) {
    for (const Value& element : value.AsList()) json.push_back(TypeJson(element));
  }
  if (value.IsMap()) {
    for (const auto& [key, element] : value.AsMap()) json[key] = TypeJson(element);
  }
  return json;
}

// A dynamic value travels with its type: [type as JSON text, value] in msgpack, {"type":…, "value":…} in JSON.
absl::StatusOr<Value> ConformDynamic(Value value, Shape shape, const Path& path) {
  std::string type_text;
  Value inner;
  if (value.IsList() && value.AsList().size() == 2 && value.AsList()[0].IsString()) {
    type_text = value.AsList()[0].AsString();
    inner = std::move(value.AsList()[1]);
  } else if (value.IsMap() && value.AsMap().size() == 2 && !value.Get("type").IsNull()) {
    type_text = DumpJson(TypeJson(value.Get("type")));
    inner = value.Get("value");
  } else {
    return WrongShape(path, "a dynamic value with its type");
  }
  auto type = Type::Parse(type_text);
  if (!type.ok()) return WrongShape(path, "a dynamic value whose type exists");
  ASSIGN_OR_RETURN(inner, Conform(std::move(inner), *type, shape, path));
  inner.set_dynamic_type(std::make_shared<Type>(*std::move(type)));
  return inner;
}

absl::StatusOr<Value> Conform(Value value, const Type& type, Shape shape, const Path& path) {
  if (!value.IsKnown()) return value;
  switch (type.kind()) {
    case Type::Kind::kDynamic: return ConformDynamic(std::move(value), shape, path);
    case Type::Kind::kBool: return value.IsBool() ? absl::StatusOr<Value>(value) : WrongShape(path, "true or false");
    case Type::Kind::kNumber: return ConformNumber(std::move(value), path);
    case Type::Kind::kString: return value.IsString() ? absl::StatusOr<Value>(value) : WrongShape(path, "a string");
    case Type::Kind::kList:
    case Type::Kind::kSet:
    case Type::Kind::kTuple: return ConformList(std::move(value), type, shape, path);
    case Type::Kind::kObject: return ConformObject(std::move(value), type, shape, path);
    case Type::Kind::kMap: break;
  }
  if (!value.IsMap()) return WrongShape(path, "a map");
  for (auto& [key, element] : value.AsMap()) {
    ASSIGN_OR_RETURN(element, Conform(std::move(element), type.element(), shape, path.Key(key)));
  }
  return value;
}

absl::StatusOr<Value> ParseAndConform(absl::string_view bytes, Json::input_format_t format, const Type& type,
                                      Shape shape) {
  ASSIGN_OR_RETURN(Value value, Parse(bytes, format));
  return Conform(std::move(value), type, shape, Path());
}

}  // namespace

absl::StatusOr<Value> DecodeMsgpack(absl::string_view bytes, const Type& type, Shape shape) {
  return ParseAndConform(bytes, Json::input_format_t::msgpack, type, shape);
}

absl::StatusOr<Value> DecodeJson(absl::string_view text, const Type& type, Shape shape) {
  return ParseAndConform(text, Json::input_format_t::json, type, shape);
}

absl::StatusOr<Value> Decode(const DynamicValue& encoded, const Type& type, Shape shape) {
  if (!encoded.msgpack.empty()) return DecodeMsgpack(encoded.msgpack, type, shape);
  if (!encoded.json.empty()) return DecodeJson(encoded.json, type, shape);
  return Value::Null();
}

DynamicValue Encode(const Value& value, const Type& type) {
  MsgpackWriter writer;
  writer.Write(value, type);
  return DynamicValue{.msgpack = writer.Take(), .json = ""};
}

}  // namespace spcs::tf
