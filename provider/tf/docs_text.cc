// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/docs_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace spcs::tf {
namespace {

const char* NestingLabel(NestedObject::Nesting nesting) {
  switch (nesting) {
    case NestedObject::Nesting::kSingle: return "Attributes";
    case NestedObject::Nesting::kList: return "Attributes List";
    case NestedObject::Nesting::kSet: return "Attributes Set";
    case NestedObject::Nesting::kMap: return "Attributes Map";
  }
  return "Attributes";
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}), "\"");
}

// A collection's type around the text of its elements' type.
std::string Around(const Type& type, const std::string& element) {
  switch (type.kind()) {
    case Type::Kind::kList: return absl::StrCat("list(", element, ")");
    case Type::Kind::kSet: return absl::StrCat("set(", element, ")");
    default: return absl::StrCat("map(", element, ")");
  }
}

}  // namespace

std::string TypeLabel(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::kDynamic: return "Dynamic";
    case Type::Kind::kBool: return "Boolean";
    case Type::Kind::kNumber: return "Number";
    case Type::Kind::kString: return "String";
    case Type::Kind::kList: return absl::StrCat("List of ", TypeLabel(type.element()));
    case Type::Kind::kSet: return absl::StrCat("Set of ", TypeLabel(type.element()));
    case Type::Kind::kMap: return absl::StrCat("Map of ", TypeLabel(type.element()));
    case Type::Kind::kObject: return "Object";
    case Type::Kind::kTuple: return "Tuple";
  }
  return "";
}

std::string TypeLabel(const Attribute& attribute) {
  return attribute.nested != nullptr ? NestingLabel(attribute.nested->nesting) : TypeLabel(attribute.type);
}

std::string ShortType(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::kDynamic: return "dynamic";
    case Type::Kind::kBool: return "bool";
    case Type::Kind::kNumber: return "number";
    case Type::Kind::kString: return "string";
    case Type::Kind::kObject: return "object";
    case Type::Kind::kTuple: return "tuple";
    default: return Around(type, ShortType(type.element()));
  }
}

std::string LongType(const Type& type, int indent) {
  switch (type.kind()) {
    case Type::Kind::kList:
    case Type::Kind::kSet:
    case Type::Kind::kMap: return Around(type, LongType(type.element(), indent));
    case Type::Kind::kObject: break;
    default: return ShortType(type);
  }
  const std::string margin(static_cast<size_t>(indent), ' ');
  std::string text = "object({\n";
  for (const auto& [name, member] : type.attributes()) {
    absl::StrAppend(&text, margin, "  ", name, " = ", LongType(member, indent + 2), "\n");
  }
  return absl::StrCat(text, margin, "})");
}

std::string ValueText(const Value& value) {
  if (value.IsNull()) return "null";
  if (value.IsBool()) return value.AsBool() ? "true" : "false";
  if (value.IsNumber()) return value.AsNumber().ToString();
  if (value.IsString()) return Quoted(value.AsString());
  std::vector<std::string> parts;
  if (value.IsList()) {
    for (const Value& element : value.AsList()) parts.push_back(ValueText(element));
    return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
  }
  if (!value.IsMap() || value.AsMap().empty()) return "{}";
  for (const auto& [key, member] : value.AsMap()) parts.push_back(absl::StrCat(key, " = ", ValueText(member)));
  return absl::StrCat("{ ", absl::StrJoin(parts, ", "), " }");
}

std::string OneLine(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, absl::ByAnyChar(" \n\t"), absl::SkipEmpty());
  return absl::StrJoin(words, " ");
}

std::string FirstSentence(absl::string_view text) {
  const std::string line = absl::StrReplaceAll(OneLine(text), {{"`", ""}});
  const size_t end = line.find(". ");
  return end == std::string::npos ? line : line.substr(0, end + 1);
}

}  // namespace spcs::tf
