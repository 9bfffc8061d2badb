// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/type.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::tf {
namespace {

absl::StatusOr<Type> FromJson(const nlohmann::json& json);

absl::StatusOr<Type> Primitive(absl::string_view name) {
  if (name == "string") return Type::String();
  if (name == "number") return Type::Number();
  if (name == "bool") return Type::Bool();
  if (name == "dynamic") return Type::Dynamic();
  return absl::InvalidArgumentError(absl::StrCat("unknown type \"", name, "\""));
}

absl::StatusOr<Type> ObjectType(const nlohmann::json& members) {
  if (!members.is_object()) return absl::InvalidArgumentError("an object type needs its attributes");
  std::map<std::string, Type> attributes;
  for (const auto& [name, member] : members.items()) {
    ASSIGN_OR_RETURN(attributes[name], FromJson(member));
  }
  return Type::Object(std::move(attributes));
}

absl::StatusOr<Type> TupleType(const nlohmann::json& members) {
  if (!members.is_array()) return absl::InvalidArgumentError("a tuple type needs its elements");
  std::vector<Type> elements;
  for (const auto& member : members) {
    ASSIGN_OR_RETURN(Type element, FromJson(member));
    elements.push_back(std::move(element));
  }
  return Type::Tuple(std::move(elements));
}

absl::StatusOr<Type> FromJson(const nlohmann::json& json) {
  if (json.is_string()) return Primitive(json.get<std::string>());
  if (!json.is_array() || json.size() < 2 || !json[0].is_string()) {
    return absl::InvalidArgumentError("a type is a name or an array of a name and its parameter");
  }
  const std::string name = json[0].get<std::string>();
  if (name == "object") return ObjectType(json[1]);
  if (name == "tuple") return TupleType(json[1]);
  ASSIGN_OR_RETURN(Type element, FromJson(json[1]));
  if (name == "list") return Type::List(std::move(element));
  if (name == "set") return Type::Set(std::move(element));
  if (name == "map") return Type::Map(std::move(element));
  return absl::InvalidArgumentError(absl::StrCat("unknown type \"", name, "\""));
}

nlohmann::json AsJson(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::kDynamic: return "dynamic";
    case Type::Kind::kBool: return "bool";
    case Type::Kind::kNumber: return "number";
    case Type::Kind::kString: return "string";
    case Type::Kind::kList: return nlohmann::json::array({"list", AsJson(type.element())});
    case Type::Kind::kSet: return nlohmann::json::array({"set", AsJson(type.element())});
    case Type::Kind::kMap: return nlohmann::json::array({"map", AsJson(type.element())});
    case Type::Kind::kObject: {
      nlohmann::json members = nlohmann::json::object();
      for (const auto& [name, member] : type.attributes()) members[name] = AsJson(member);
      return nlohmann::json::array({"object", members});
    }
    case Type::Kind::kTuple: {
      nlohmann::json members = nlohmann::json::array();
      for (const Type& member : type.elements()) members.push_back(AsJson(member));
      return nlohmann::json::array({"tuple", members});
    }
  }
  return nullptr;
}

}  // namespace

Type Type::Object(std::map<std::string, Type> attributes) {
  Type type(Kind::kObject);
  type.attributes_ = std::make_shared<std::map<std::string, Type>>(std::move(attributes));
  return type;
}

Type Type::Tuple(std::vector<Type> elements) {
  Type type(Kind::kTuple);
  type.elements_ = std::make_shared<std::vector<Type>>(std::move(elements));
  return type;
}

absl::StatusOr<Type> Type::Parse(absl::string_view text) {
  ASSIGN_OR_RETURN(const nlohmann::json json, ParseJson(text));
  return FromJson(json);
}

std::string Type::ToJson() const {
  return DumpJson(AsJson(*this));
}

}  // namespace spcs::tf
