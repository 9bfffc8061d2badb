// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/spec_value.h"

#include <map>
#include <optional>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "provider/snowflake/service_spec_fields.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::Field;
using snowflake::StringList;
using snowflake::StringMap;
using tf::Attribute;
using tf::NestedObject;
using tf::Value;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

// --- the shape ---

template <class Struct>
std::vector<Attribute> AttributesOf();

template <class T>
struct Shape {  // a struct of the specification
  static void Set(Attribute& attribute, NestedObject::Nesting nesting) {
    attribute.nested = std::make_shared<NestedObject>(NestedObject{nesting, AttributesOf<T>()});
  }
  static void Set(Attribute& attribute) { Set(attribute, NestedObject::Nesting::kSingle); }
};
template <>
struct Shape<std::string> {
  static void Set(Attribute& attribute) { attribute.type = tf::Type::String(); }
};
template <>
struct Shape<int64_t> {
  static void Set(Attribute& attribute) {
    attribute.type = tf::Type::Number();
    attribute.validators.push_back(tf::WholeNumber());
  }
};
template <>
struct Shape<double> {
  static void Set(Attribute& attribute) { attribute.type = tf::Type::Number(); }
};
template <>
struct Shape<bool> {
  static void Set(Attribute& attribute) { attribute.type = tf::Type::Bool(); }
};
template <>
struct Shape<StringList> {
  static void Set(Attribute& attribute) { attribute.type = tf::Type::List(tf::Type::String()); }
};
template <>
struct Shape<StringMap> {
  static void Set(Attribute& attribute) { attribute.type = tf::Type::Map(tf::Type::String()); }
};
template <class T>
struct Shape<std::vector<T>> {
  static void Set(Attribute& attribute) { Shape<T>::Set(attribute, NestedObject::Nesting::kList); }
};
template <class T>
struct Shape<std::map<std::string, T>> {
  static void Set(Attribute& attribute) { Shape<T>::Set(attribute, NestedObject::Nesting::kMap); }
};

// What the field is, then what YAML users know it as, with its bounds and default.
std::string DocOf(const Field& field) {
  std::string doc(field.doc);
  if (!field.allowed.empty()) {
    absl::StrAppend(&doc, " One of `", absl::StrReplaceAll(field.allowed, {{"|", "`, `"}}), "`.");
  }
  if (field.default_value == "true" || field.default_value == "false") {
    absl::StrAppend(&doc, " The service takes `", field.default_value, "` when it is not given.");
  } else if (!field.default_value.empty() && field.attribute != "period_seconds") {  // its default depends on the probe
    absl::StrAppend(&doc, " The service takes ", field.default_value, " when it is not given.");
  }
  return absl::StrCat(doc, " In YAML: `", absl::StrReplaceAll(field.key, {{">", "."}}), "`.");
}

struct Describer {
  std::vector<Attribute> attributes;

  template <class S, class M>
  void operator()(const Field& field, M S::*) {
    Attribute attribute;
    attribute.name = std::string(field.attribute);
    attribute.required = field.required || !IsOptional<M>::value;
    attribute.optional = !attribute.required;
    attribute.doc = DocOf(field);
    if constexpr (IsOptional<M>::value) {
      Shape<typename M::value_type>::Set(attribute);
    } else {
      Shape<M>::Set(attribute);
    }
    attributes.push_back(std::move(attribute));
  }
};

template <class Struct>
std::vector<Attribute> AttributesOf() {
  Describer describer;
  VisitFields(static_cast<const Struct*>(nullptr), describer);
  return std::move(describer.attributes);
}

// --- values ---

Value ToValue(const std::string& text) {
  return Value(text);
}
Value ToValue(bool value) {
  return Value(value);
}
Value ToValue(int64_t value) {
  return Value(value);
}
Value ToValue(double value) {
  return Value(value);
}
template <class T>
Value ToValue(const std::optional<T>& value);
template <class T>
Value ToValue(const std::vector<T>& list);
template <class T>
Value ToValue(const std::map<std::string, T>& map);

template <class Struct>
struct Writer {
  const Struct& object;
  Value::Map members{};

  template <class S, class M>
  void operator()(const Field& field, M S::* member) {
    members[std::string(field.attribute)] = ToValue(object.*member);
  }
};

template <class Struct>
  requires std::is_class_v<Struct>
Value ToValue(const Struct& object) {
  Writer<Struct> writer{object};
  VisitFields(&object, writer);
  return Value(std::move(writer.members));
}
template <class T>
Value ToValue(const std::optional<T>& value) {
  return value ? ToValue(*value) : Value::Null();
}
template <class T>
Value ToValue(const std::vector<T>& list) {
  Value::List elements;
  for (const T& element : list) elements.push_back(ToValue(element));
  return Value(std::move(elements));
}
template <class T>
Value ToValue(const std::map<std::string, T>& map) {
  Value::Map elements;
  for (const auto& [key, element] : map) elements[key] = ToValue(element);
  return Value(std::move(elements));
}

void FromValue(const Value& value, std::string& text) {
  if (value.IsString()) text = value.AsString();
}
void FromValue(const Value& value, bool& result) {
  result = value.IsBool() && value.AsBool();
}
void FromValue(const Value& value, int64_t& result) {
  // A validator has reported fractions; without them the other checks have nothing to add.
  result = value.IsNumber() ? static_cast<int64_t>(value.AsNumber().AsDouble()) : 0;
}
void FromValue(const Value& value, double& result) {
  result = value.IsNumber() ? value.AsNumber().AsDouble() : 0;
}
template <class T>
void FromValue(const Value& value, std::optional<T>& result);
template <class T>
void FromValue(const Value& value, std::vector<T>& list);
template <class T>
void FromValue(const Value& value, std::map<std::string, T>& map);

struct Reader {
  const Value& value;
  void* object;

  template <class S, class M>
  void operator()(const Field& field, M S::* member) {
    const Value& part = value.Get(field.attribute);
    if (part.IsKnown()) FromValue(part, static_cast<S*>(object)->*member);
  }
};

template <class Struct>
  requires std::is_class_v<Struct>
void FromValue(const Value& value, Struct& object) {
  Reader reader{value, &object};
  VisitFields(static_cast<const Struct*>(&object), reader);
}
template <class T>
void FromValue(const Value& value, std::optional<T>& result) {
  FromValue(value, result.emplace());
}
template <class T>
void FromValue(const Value& value, std::vector<T>& list) {
  if (!value.IsList()) return;
  for (const Value& element : value.AsList()) FromValue(element, list.emplace_back());
}
template <class T>
void FromValue(const Value& value, std::map<std::string, T>& map) {
  if (!value.IsMap()) return;
  for (const auto& [key, element] : value.AsMap()) FromValue(element, map[key]);
}

// The paths of unknown parts, spelled as CheckServiceSpec does: keys of maps in brackets, attributes behind dots.
void FindUnknown(const std::vector<Attribute>& attributes, const Value& object, const std::string& path,
                 std::vector<std::string>& unknown);

// `nested` is null for plain values.
void FindUnknownElements(const NestedObject* nested, const Value& value, const std::string& path,
                         std::vector<std::string>& unknown) {
  const auto visit = [&](const Value& element, const std::string& place) {
    if (element.IsUnknown()) return unknown.push_back(place);
    if (nested != nullptr && element.IsMap()) FindUnknown(nested->attributes, element, place, unknown);
  };
  if (value.IsList()) {
    for (size_t i = 0; i < value.AsList().size(); ++i) visit(value.AsList()[i], snowflake::IndexedPath(path, i));
  }
  if (!value.IsMap()) return;
  for (const auto& [key, element] : value.AsMap()) visit(element, snowflake::NamedPath(path, key));
}

void FindUnknown(const std::vector<Attribute>& attributes, const Value& object, const std::string& path,
                 std::vector<std::string>& unknown) {
  for (const Attribute& attribute : attributes) {
    const Value& part = object.Get(attribute.name);
    const std::string place = snowflake::AttributePath(path, attribute.name);
    const bool single = attribute.nested != nullptr && attribute.nested->nesting == NestedObject::Nesting::kSingle;
    if (part.IsUnknown()) {
      unknown.push_back(place);
    } else if (single && part.IsMap()) {
      FindUnknown(attribute.nested->attributes, part, place, unknown);
    } else {
      FindUnknownElements(attribute.nested.get(), part, place, unknown);
    }
  }
}

}  // namespace

snowflake::ServiceSpec ToServiceSpec(const Value& value) {
  snowflake::ServiceSpec spec;
  if (value.IsKnown()) FromValue(value, spec);
  return spec;
}

Value FromServiceSpec(const snowflake::ServiceSpec& spec) {
  return ToValue(spec);
}

std::shared_ptr<const NestedObject> SpecObject() {
  static const auto object = std::make_shared<const NestedObject>(
      NestedObject{NestedObject::Nesting::kSingle, AttributesOf<snowflake::ServiceSpec>()});
  return object;
}

const std::vector<Attribute>& SpecAttributes() {
  return SpecObject()->attributes;
}

tf::Type SpecType() {
  tf::Attribute attribute;
  tf::internal::Codec<SpecValue>::Describe(attribute);
  return attribute.WireType();
}

std::optional<snowflake::FamilyLimits> LimitsOfFamily(const tf::String& instance_family) {
  if (!instance_family.IsKnown()) return std::nullopt;
  const auto family = snowflake::FindInstanceFamily(instance_family.value());
  return family ? std::optional(LimitsOf(*family)) : std::nullopt;
}

void CheckSpec(const Value& spec, const tf::String& instance_family, tf::Diagnostics& diagnostics) {
  if (!spec.IsKnown()) return;
  const std::optional<snowflake::FamilyLimits> limits = LimitsOfFamily(instance_family);
  std::vector<std::string> unknown;
  FindUnknown(SpecAttributes(), spec, "spec", unknown);
  for (const snowflake::SpecProblem& problem : CheckServiceSpec(ToServiceSpec(spec), limits, unknown)) {
    const std::string detail = absl::StrCat(problem.what, problem.advice.empty() ? "" : "\n\n", problem.advice);
    const tf::Path path = tf::Path::Parse(problem.path);
    if (problem.severity == snowflake::SpecProblem::Severity::kError) {
      diagnostics.AddError(path, "Invalid service specification", detail);
    } else {
      diagnostics.AddWarning(path, "Questionable service specification", detail);
    }
  }
}

bool SameSpec(const Value& a, const Value& b) {
  return SameMeaning(ToServiceSpec(a), ToServiceSpec(b));
}

}  // namespace spcs::resources
