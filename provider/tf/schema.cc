// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/schema.h"

namespace spcs::tf {
namespace {

Type ObjectOf(const std::vector<Attribute>& attributes) {
  std::map<std::string, Type> members;
  for (const Attribute& attribute : attributes) members[attribute.name] = attribute.WireType();
  return Type::Object(std::move(members));
}

}  // namespace

Type Attribute::WireType() const {
  if (nested == nullptr) return type;
  switch (nested->nesting) {
    case NestedObject::Nesting::kSingle: return ObjectOf(nested->attributes);
    case NestedObject::Nesting::kList: return Type::List(ObjectOf(nested->attributes));
    case NestedObject::Nesting::kSet: return Type::Set(ObjectOf(nested->attributes));
    case NestedObject::Nesting::kMap: return Type::Map(ObjectOf(nested->attributes));
  }
  return type;
}

const Attribute* Schema::Find(absl::string_view name) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

Type Schema::WireType() const {
  return ObjectOf(attributes);
}

Type IdentitySchema::WireType() const {
  std::map<std::string, Type> members;
  for (const IdentityAttribute& attribute : attributes) members[attribute.name] = attribute.type;
  return Type::Object(std::move(members));
}

}  // namespace spcs::tf
