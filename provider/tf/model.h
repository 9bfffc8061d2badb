// SPDX-License-Identifier: MPL-2.0
// Typed structs meet the dynamic core in one table. The table is the only description of a resource: schema, decoding,
// encoding, plan behaviour and docs come from it.
//
//   struct Secret {
//     tf::String name{}, comment{};
//   };
//   const tf::Model<Secret>& SecretModel() {
//     static const tf::Model<Secret> model{"spcs_secret", "A secret.", {
//         {"name", &Secret::name, tf::Required{.replace = true, .doc = "Its name."}},
//         {"comment", &Secret::comment, tf::Optional{.doc = "Free text."}}}};
//     return model;
//   }
//
// A nested object is a struct with a table of its own: static const tf::Table<Probe>& Table().
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "provider/base/status.h"
#include "provider/tf/attr.h"
#include "provider/tf/field_count.h"
#include "provider/tf/schema.h"
#include "provider/tf/value.h"

namespace spcs::tf {

// The kinds of attribute. What makes no sense for a kind cannot be written. Meanings as in Attribute (schema.h).
struct Required {
  bool replace = false;
  bool identity = false;
  bool sensitive = false;
  bool write_only = false;
  SameMeaning same_meaning = nullptr;
  std::vector<Validator> validators = {};
  std::string doc;
};

struct Optional {
  std::optional<Value> default_value = std::nullopt;
  bool computed = false;  // the service or the resource fills it in when the configuration does not
  std::vector<std::string> changes_with = {};
  bool replace = false;
  bool identity = false;
  bool client_only = false;
  bool unreadable = false;
  bool sensitive = false;
  bool write_only = false;
  SameMeaning same_meaning = nullptr;
  std::vector<Validator> validators = {};
  std::string deprecation = "";
  std::string doc;
};

struct Computed {
  std::vector<std::string> changes_with = {};
  bool sensitive = false;
  std::string doc;
};

template <class S>
class Table;

namespace internal {

void Apply(const Required& kind, Attribute& attribute);
void Apply(const Optional& kind, Attribute& attribute);
void Apply(const Computed& kind, Attribute& attribute);

absl::Status Expected(absl::string_view what);
// The error, with the place it names moved below `step`: an attribute's name, ["key"] or [index].
absl::Status Below(absl::Status status, const std::string& step);

// Codec<T>: the type of T's values, and T to and from a known Value. Attr<T> adds null and unknown.
template <class T>
struct Codec {  // a nested struct
  static void Describe(Attribute& attribute) { DescribeAs(attribute, NestedObject::Nesting::kSingle); }
  static void DescribeAs(Attribute& attribute, NestedObject::Nesting nesting) {
    attribute.nested = std::make_shared<NestedObject>(NestedObject{nesting, T::Fields().attributes(), FieldCount<T>()});
  }
  static Value ToValue(const T& value) { return T::Fields().Encode(value); }
  static absl::Status FromValue(const Value& value, T& result) { return T::Fields().Decode(value, result); }
};

template <class T>
Value AttrToValue(const Attr<T>& attr) {
  if (attr.IsNull()) return Value::Null();
  if (attr.IsUnknown()) return Value::Unknown();
  return Codec<T>::ToValue(attr.value());
}

template <class T>
absl::Status AttrFromValue(const Value& value, Attr<T>& attr) {
  if (value.IsNull()) {
    attr = Attr<T>();
  } else if (value.IsUnknown()) {
    attr = Attr<T>::Unknown();
  } else {
    T known{};
    RETURN_IF_ERROR(Codec<T>::FromValue(value, known));
    attr = Attr<T>(std::move(known));
  }
  return absl::OkStatus();
}

template <>
struct Codec<std::string> {
  static void Describe(Attribute& attribute) { attribute.type = Type::String(); }
  static Value ToValue(const std::string& value) { return Value(value); }
  static absl::Status FromValue(const Value& value, std::string& result);
};
template <>
struct Codec<bool> {
  static void Describe(Attribute& attribute) { attribute.type = Type::Bool(); }
  static Value ToValue(bool value) { return Value(value); }
  static absl::Status FromValue(const Value& value, bool& result);
};
template <>
struct Codec<int64_t> {
  static void Describe(Attribute& attribute) { attribute.type = Type::Number(); }
  static Value ToValue(int64_t value) { return Value(value); }
  // Fails for a number that is no whole number of 64 bits.
  static absl::Status FromValue(const Value& value, int64_t& result);
};
template <>
struct Codec<double> {
  static void Describe(Attribute& attribute) { attribute.type = Type::Number(); }
  static Value ToValue(double value) { return Value(value); }
  static absl::Status FromValue(const Value& value, double& result);
};

// The attribute that describes an element, made into one that describes the collection.
template <class T>
void DescribeCollection(Attribute& attribute, NestedObject::Nesting nesting, Type (*of)(Type)) {
  Codec<T>::Describe(attribute);
  if (attribute.nested != nullptr) {
    attribute.nested = std::make_shared<NestedObject>(
        NestedObject{nesting, attribute.nested->attributes, attribute.nested->struct_members});
  } else {
    attribute.type = of(attribute.type);
  }
}

template <class T>
Value ElementsToValue(const std::vector<Attr<T>>& elements) {
  Value::List list;
  list.reserve(elements.size());
  for (const Attr<T>& element : elements) list.push_back(AttrToValue(element));
  return Value(std::move(list));
}

// Errors name the index in a list; elements of a set have no path of their own.
template <class T>
absl::Status ElementsFromValue(const Value& value, bool is_set, std::vector<Attr<T>>& elements) {
  if (!value.IsList()) return Expected("a list");
  for (const Value& element : value.AsList()) {
    const auto index = static_cast<int64_t>(elements.size());
    absl::Status status = AttrFromValue(element, elements.emplace_back());
    if (!status.ok() && is_set) return WithFact(std::move(status), kAttributePath, "");
    if (!status.ok()) return Below(std::move(status), Path().Index(index).ToString());
  }
  return absl::OkStatus();
}

template <class T>
struct Codec<std::vector<Attr<T>>> {
  static void Describe(Attribute& attribute) {
    DescribeCollection<T>(attribute, NestedObject::Nesting::kList, &Type::List);
  }
  static Value ToValue(const std::vector<Attr<T>>& value) { return ElementsToValue(value); }
  static absl::Status FromValue(const Value& value, std::vector<Attr<T>>& result) {
    return ElementsFromValue(value, /*is_set=*/false, result);
  }
};

// The list in the order of sets, without duplicates.
Value SortSet(Value list);

template <class T>
struct Codec<SetOf<Attr<T>>> {
  static void Describe(Attribute& attribute) {
    DescribeCollection<T>(attribute, NestedObject::Nesting::kSet, &Type::Set);
  }
  static Value ToValue(const SetOf<Attr<T>>& value) { return SortSet(ElementsToValue(value.elements)); }
  static absl::Status FromValue(const Value& value, SetOf<Attr<T>>& result) {
    return ElementsFromValue(value, /*is_set=*/true, result.elements);
  }
};

template <class T>
struct Codec<std::map<std::string, Attr<T>>> {
  static void Describe(Attribute& attribute) {
    DescribeCollection<T>(attribute, NestedObject::Nesting::kMap, &Type::Map);
  }
  static Value ToValue(const std::map<std::string, Attr<T>>& value) {
    Value::Map map;
    for (const auto& [key, element] : value) map[key] = AttrToValue(element);
    return Value(std::move(map));
  }
  static absl::Status FromValue(const Value& value, std::map<std::string, Attr<T>>& result) {
    if (!value.IsMap()) return Expected("a map");
    for (const auto& [key, element] : value.AsMap()) {
      absl::Status status = AttrFromValue(element, result[key]);
      if (!status.ok()) return Below(std::move(status), Path().Key(key).ToString());
    }
    return absl::OkStatus();
  }
};

}  // namespace internal

// One row of a table: the attribute, and how to reach the member.
template <class S>
struct Field {
  template <class T, class Kind>
  Field(const char* name, Attr<T> S::* member, const Kind& kind) {
    attribute.name = name;
    internal::Codec<T>::Describe(attribute);
    internal::Apply(kind, attribute);
    get = [member](const S& object) { return internal::AttrToValue(object.*member); };
    set = [member](const Value& value, S& object) { return internal::AttrFromValue(value, object.*member); };
  }

  Attribute attribute;
  std::function<Value(const S&)> get;
  std::function<absl::Status(const Value&, S&)> set;
};

template <class S>
class Table {
 public:
  Table(std::initializer_list<Field<S>> fields) : fields_(fields) {
    for (const Field<S>& field : fields_) attributes_.push_back(field.attribute);
  }

  const std::vector<Attribute>& attributes() const { return attributes_; }

  Value Encode(const S& object) const {
    Value::Map members;
    for (const Field<S>& field : fields_) members[field.attribute.name] = field.get(object);
    return Value(std::move(members));
  }

  // Members that `value` lacks become null. The error names the path of the member.
  absl::Status Decode(const Value& value, S& object) const {
    if (!value.IsMap()) return internal::Expected("an object");
    for (const Field<S>& field : fields_) {
      absl::Status status = field.set(value.Get(field.attribute.name), object);
      if (!status.ok()) return internal::Below(std::move(status), field.attribute.name);
    }
    return absl::OkStatus();
  }

 private:
  std::vector<Field<S>> fields_;
  std::vector<Attribute> attributes_;
};

// A table with the name and the text of a resource, data source or the like.
template <class M>
class Model {
 public:
  Model(std::string name, std::string doc, std::initializer_list<Field<M>> fields, int64_t version = 0)
      : name_(std::move(name)), table_(fields) {
    schema_.version = version;
    schema_.doc = std::move(doc);
    schema_.attributes = table_.attributes();
    schema_.struct_members = FieldCount<M>();
  }

  const std::string& name() const { return name_; }
  const Schema& schema() const { return schema_; }
  const Table<M>& table() const { return table_; }
  Value Encode(const M& object) const { return table_.Encode(object); }
  absl::StatusOr<M> Decode(const Value& value) const {
    M object{};
    RETURN_IF_ERROR(table_.Decode(value, object));
    return object;
  }

 private:
  std::string name_;
  Table<M> table_;
  Schema schema_;
};

}  // namespace spcs::tf
