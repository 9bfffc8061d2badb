// SPDX-License-Identifier: MPL-2.0
// Types as the clients know them (cty): primitives, collections, objects, and "dynamic".
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::tf {

// Immutable and cheap to copy.
class Type {
 public:
  enum class Kind { kDynamic, kBool, kNumber, kString, kList, kSet, kMap, kObject, kTuple };

  Type() = default;  // dynamic
  static Type Dynamic() { return Type(); }
  static Type Bool() { return Type(Kind::kBool); }
  static Type Number() { return Type(Kind::kNumber); }
  static Type String() { return Type(Kind::kString); }
  static Type List(Type element) { return Type(Kind::kList, std::move(element)); }
  static Type Set(Type element) { return Type(Kind::kSet, std::move(element)); }
  static Type Map(Type element) { return Type(Kind::kMap, std::move(element)); }
  static Type Object(std::map<std::string, Type> attributes);
  static Type Tuple(std::vector<Type> elements);

  // Reads and writes the JSON form of the protocol: "string", ["list","string"], ["object",{"a":"bool"}].
  static absl::StatusOr<Type> Parse(absl::string_view json);
  std::string ToJson() const;

  Kind kind() const { return kind_; }
  // Of a list, set or map.
  const Type& element() const { return *element_; }
  // Of an object.
  const std::map<std::string, Type>& attributes() const { return *attributes_; }
  // Of a tuple.
  const std::vector<Type>& elements() const { return *elements_; }

  bool operator==(const Type& other) const { return ToJson() == other.ToJson(); }

 private:
  explicit Type(Kind kind) : kind_(kind) {}
  Type(Kind kind, Type element) : kind_(kind), element_(std::make_shared<Type>(std::move(element))) {}

  Kind kind_ = Kind::kDynamic;
  std::shared_ptr<const Type> element_;
  std::shared_ptr<const std::map<std::string, Type>> attributes_;
  std::shared_ptr<const std::vector<Type>> elements_;
};

}  // namespace spcs::tf
