// SPDX-License-Identifier: MPL-2.0
// What an object of configuration and state looks like, and how each attribute behaves in a plan. Written once per
// resource through a Table (model.h); read by the codecs, the plan engine, validation, upgrade and the docs renderer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provider/tf/diagnostics.h"
#include "provider/tf/path.h"
#include "provider/tf/type.h"
#include "provider/tf/value.h"

namespace spcs::tf {

struct Attribute;

// Attributes of a nested object, and how many of them there are.
struct NestedObject {
  enum class Nesting { kSingle, kList, kSet, kMap };
  Nesting nesting = Nesting::kSingle;
  std::vector<Attribute> attributes;
  size_t struct_members = 0;  // of the struct behind its table, so that a test can find a missing row
};

// Judges one known, non-null value. Adds an error at `path`: what is wrong, what is allowed.
using Validator = std::function<void(const Value& value, const Path& path, Diagnostics& diagnostics)>;

// True when two known values mean the same, so that no change is planned and the stored spelling stays.
using SameMeaning = std::function<bool(const Value& a, const Value& b)>;

struct Attribute {
  std::string name;
  Type type;                                   // ignored when `nested` is set
  std::shared_ptr<const NestedObject> nested;  // nested attributes; null for a plain type
  bool required = false;
  bool optional = false;
  bool computed = false;
  bool sensitive = false;
  bool write_only = false;
  std::string doc;
  std::string deprecation;  // what to use instead; "" when not deprecated

  std::optional<Value> default_value;  // of an optional attribute; makes it computed on the wire
  bool replace = false;                // a change plans a replacement
  bool client_only = false;            // kept in state only: a change sends nothing to the service
  bool unreadable = false;             // the service does not show it: an import takes the default for it
  bool identity = false;               // part of the resource's identity
  // Of a computed attribute: a change of one of these plans it as unknown; nothing else does. Empty: never.
  std::vector<std::string> changes_with;
  SameMeaning same_meaning;  // null: only equal values are
  std::vector<Validator> validators;

  // The type on the wire, nested or not.
  Type WireType() const;
};

struct Schema {
  int64_t version = 0;
  std::string doc;
  std::vector<Attribute> attributes;
  size_t struct_members = 0;  // as in NestedObject

  // The attribute of that name, or null.
  const Attribute* Find(absl::string_view name) const;
  // The object type of the whole.
  Type WireType() const;
};

// One attribute of an identity. A resource has at most one identity schema.
struct IdentityAttribute {
  std::string name;
  Type type;
  bool required_for_import = false;
  bool optional_for_import = false;
  std::string doc;
};

struct IdentitySchema {
  int64_t version = 0;
  std::vector<IdentityAttribute> attributes;

  // The object type of the whole.
  Type WireType() const;
};

// A provider-defined function.
struct FunctionParameter {
  std::string name;
  Type type;
  bool allow_null = false;
  bool allow_unknown = false;
  std::string doc;
};

struct FunctionSignature {
  std::string summary;
  std::string doc;
  std::vector<FunctionParameter> parameters;
  std::optional<FunctionParameter> variadic;
  Type result;
};

}  // namespace spcs::tf
