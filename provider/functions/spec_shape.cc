// SPDX-License-Identifier: MPL-2.0
#include "provider/functions/spec_shape.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"

namespace spcs::functions {
namespace {

using tf::Attribute;
using tf::NestedObject;
using tf::Number;
using tf::Path;
using tf::Type;
using tf::Value;

std::string KindOf(const Value& value) {
  if (value.IsBool()) return "a boolean";
  if (value.IsNumber()) return "a number";
  if (value.IsString()) return "text";
  return value.IsList() ? "a list" : "an object";
}

absl::Status Wrong(const Path& path, absl::string_view wanted, const Value& value) {
  return absl::InvalidArgumentError(absl::StrCat(path.ToString(), ": must be ", wanted, ", not ", KindOf(value)));
}

absl::StatusOr<Value> ShapePrimitive(Type::Kind kind, const Value& value, const Path& path) {
  if (kind == Type::Kind::kString) {
    if (value.IsString()) return value;
    if (value.IsNumber()) return Value(value.AsNumber().ToString());
    if (value.IsBool()) return Value(value.AsBool() ? "true" : "false");
    return Wrong(path, "text", value);
  }
  if (kind == Type::Kind::kBool) {
    if (value.IsBool()) return value;
    if (value == Value("true")) return Value(true);
    if (value == Value("false")) return Value(false);
    return Wrong(path, "true or false", value);
  }
  Number number;
  if (value.IsNumber()) return value;
  if (value.IsString() && Number::Parse(value.AsString(), number)) return Value(number);
  return Wrong(path, "a number", value);
}

// The elements of a list or map, each through `shape`.
template <class Shape>
absl::StatusOr<Value> ShapeElements(bool map, const Value& value, const Path& path, const Shape& shape) {
  if (map) {
    if (!value.IsMap()) return Wrong(path, "a map", value);
    Value::Map elements;
    for (const auto& [key, element] : value.AsMap()) {
      ASSIGN_OR_RETURN(elements[key], shape(element, path.Key(key)));
    }
    return Value(std::move(elements));
  }
  if (!value.IsList()) return Wrong(path, "a list", value);
  Value::List elements;
  for (const Value& element : value.AsList()) {
    ASSIGN_OR_RETURN(Value shaped, shape(element, path.Index(static_cast<int64_t>(elements.size()))));
    elements.push_back(std::move(shaped));
  }
  return Value(std::move(elements));
}

absl::StatusOr<Value> ShapeElement(const Value& value, const Path& path,
                                   const std::function<absl::StatusOr<Value>()>& shape) {
  if (value.IsNull()) return absl::InvalidArgumentError(absl::StrCat(path.ToString(), ": must not be null"));
  return value.IsUnknown() ? value : shape();
}

absl::StatusOr<Value> ShapeNested(const NestedObject& nested, const Value& value, const Path& path) {
  if (nested.nesting == NestedObject::Nesting::kSingle) return ShapeObject(nested.attributes, value, path);
  return ShapeElements(
      nested.nesting == NestedObject::Nesting::kMap, value, path, [&](const Value& element, const Path& place) {
        return ShapeElement(element, place, [&] { return ShapeObject(nested.attributes, element, place); });
      });
}

absl::StatusOr<Value> ShapePlain(const Type& type, const Value& value, const Path& path) {
  const bool map = type.kind() == Type::Kind::kMap;
  if (!map && type.kind() != Type::Kind::kList) return ShapePrimitive(type.kind(), value, path);
  return ShapeElements(map, value, path, [&](const Value& element, const Path& place) {
    return ShapeElement(element, place, [&] { return ShapePlain(type.element(), element, place); });
  });
}

absl::StatusOr<Value> ShapeMember(const Attribute& attribute, const Value& value, const Path& path) {
  if (value.IsUnknown()) return value;
  if (value.IsNull()) {
    if (!attribute.required) return value;
    return absl::InvalidArgumentError(absl::StrCat(path.ToString(), ": is missing; it is required"));
  }
  return attribute.nested != nullptr ? ShapeNested(*attribute.nested, value, path)
                                     : ShapePlain(attribute.type, value, path);
}

absl::Status RefuseSurplus(const std::vector<Attribute>& attributes, const Value& value, const Path& path) {
  std::vector<std::string> names;
  for (const Attribute& attribute : attributes) names.push_back(attribute.name);
  for (const auto& [name, member] : value.AsMap()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        (path / name).ToString(), ": there is no such attribute; here stand ", absl::StrJoin(names, ", ")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Value> ShapeObject(const std::vector<Attribute>& attributes, const Value& value, const Path& path) {
  if (!value.IsMap()) return Wrong(path, "an object", value);
  RETURN_IF_ERROR(RefuseSurplus(attributes, value, path));
  Value::Map members;
  for (const Attribute& attribute : attributes) {
    ASSIGN_OR_RETURN(members[attribute.name], ShapeMember(attribute, value.Get(attribute.name), path / attribute.name));
  }
  return Value(std::move(members));
}

}  // namespace spcs::functions
