// SPDX-License-Identifier: MPL-2.0
// The one dynamic value of the framework: a tree of null, unknown and known parts, as configuration, plan and state
// travel over the protocol. Plan, validation, defaults and upgrades work on it; typed structs meet it in a Table.
//
// A Value does not know its type: lists, sets and tuples are all List, maps and objects are all Map. What a place means
// is the Schema's business (codec.h brings a decoded value into the shape of its type).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "provider/tf/number.h"

namespace spcs::tf {

class Type;

class Value {
 public:
  using List = std::vector<Value>;
  using Map = std::map<std::string, Value>;

  Value() = default;                                       // null
  Value(bool value) : data_(value) {}                      // NOLINT: literals convert
  Value(Number value) : data_(std::move(value)) {}         // NOLINT
  Value(int value) : data_(Number(int64_t{value})) {}      // NOLINT
  Value(int64_t value) : data_(Number(value)) {}           // NOLINT
  Value(double value) : data_(Number(value)) {}            // NOLINT
  Value(const char* value) : data_(std::string(value)) {}  // NOLINT
  Value(std::string value) : data_(std::move(value)) {}    // NOLINT
  Value(List value) : data_(std::move(value)) {}           // NOLINT
  Value(Map value) : data_(std::move(value)) {}            // NOLINT
  static Value Null() { return Value(); }
  static Value Unknown();

  bool IsNull() const { return std::holds_alternative<std::monostate>(data_); }
  bool IsUnknown() const { return std::holds_alternative<UnknownTag>(data_); }
  bool IsKnown() const { return !IsNull() && !IsUnknown(); }
  bool IsBool() const { return std::holds_alternative<bool>(data_); }
  bool IsNumber() const { return std::holds_alternative<Number>(data_); }
  bool IsString() const { return std::holds_alternative<std::string>(data_); }
  bool IsList() const { return std::holds_alternative<List>(data_); }
  bool IsMap() const { return std::holds_alternative<Map>(data_); }
  // True when nothing in the tree is unknown.
  bool IsWhollyKnown() const;

  // The caller has asked for the kind before.
  bool AsBool() const { return std::get<bool>(data_); }
  const Number& AsNumber() const { return std::get<Number>(data_); }
  const std::string& AsString() const { return std::get<std::string>(data_); }
  const List& AsList() const { return std::get<List>(data_); }
  List& AsList() { return std::get<List>(data_); }
  const Map& AsMap() const { return std::get<Map>(data_); }
  Map& AsMap() { return std::get<Map>(data_); }

  // The member of a map or object; null when this is no map or has no such member.
  const Value& Get(absl::string_view key) const;

  // The type that travels with a value of a place typed "dynamic"; null elsewhere.
  const std::shared_ptr<const Type>& dynamic_type() const { return dynamic_type_; }
  void set_dynamic_type(std::shared_ptr<const Type> type) { dynamic_type_ = std::move(type); }

  // Unknown equals unknown here: this is identity of trees, not of what they may become.
  bool operator==(const Value& other) const { return data_ == other.data_; }
  // Any total order; used to normalise sets.
  bool operator<(const Value& other) const { return data_ < other.data_; }

 private:
  struct UnknownTag {
    bool operator==(const UnknownTag&) const { return true; }
    bool operator<(const UnknownTag&) const { return false; }
  };

  std::variant<std::monostate, UnknownTag, bool, Number, std::string, List, Map> data_;
  std::shared_ptr<const Type> dynamic_type_;
};

// Brings the elements of a set into their one order and drops repeated ones. Elements with unknown parts all stay:
// each may become another value.
void NormalizeSet(Value::List& elements);

// The tree with every unknown part replaced by null: what may be stored after a failed apply.
Value UnknownsAsNull(const Value& value);

}  // namespace spcs::tf
