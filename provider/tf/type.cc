// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/type.h"

#include <algorithm>

#include "absl/strings/ascii.h"
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

// Names of attributes are plain nearly always; the writer of JSON is called for the others only.
void AppendName(const std::string& name, std::string& json) {
  const bool plain =
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
  absl::StrAppend(&json, plain ? absl::StrCat("\"", name, "\"") : DumpJson(nlohmann::json(name)));
}

// Written by hand: it runs for each attribute of the schema at every start.
void AppendJson(const Type& type, std::string& json);

void AppendCollection(absl::string_view kind, const Type& element, std::string& json) {
  absl::StrAppend(&json, "[\"", kind, "\",");
  AppendJson(element, json);
  json += ']';
}

void AppendObject(const Type& type, std::string& json) {
  json += "[\"object\",{";
  bool first = true;
  for (const auto& [name, member] : type.attributes()) {
    if (!first) json += ',';
    first = false;
    AppendName(name, json);
    json += ':';
    AppendJson(member, json);
  }
  json += "}]";
}

void AppendTuple(const Type& type, std::string& json) {
  json += "[\"tuple\",[";
  bool first = true;
  for (const Type& member : type.elements()) {
    if (!first) json += ',';
    first = false;
    AppendJson(member, json);
  }
  json += "]]";
}

void AppendJson(const Type& type, std::string& json) {
  switch (type.kind()) {
    case Type::Kind::kDynamic: json += "\"dynamic\""; return;
    case Type::Kind::kBool: json += "\"bool\""; return;
    case Type::Kind::kNumber: json += "\"number\""; return;
    case Type::Kind::kString: json += "\"string\""; return;
    case Type::Kind::kList: return AppendCollection("list", type.element(), json);
    case Type::Kind::kSet: return AppendCollection("set", type.element(), json);
    case Type::Kind::kMap: return AppendCollection("map", type.element(), json);
    case Type::Kind::kObject: return AppendObject(type, json);
    case Type::Kind::kTuple: return AppendTuple(type, json);
  }
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
  std::string json;
  AppendJson(*this, json);
  return json;
}

}  // namespace spcs::tf
