// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/read.h"

#include <yaml-cpp/yaml.h>

#include <optional>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/spec/shape.h"
#include "provider/base/status.h"

namespace spcs::spec {
namespace {

constexpr size_t kMaxText = 1 << 20;
constexpr int kMaxNodes = 50'000;  // aliases can make a short text large

// "spec.containers[0]"; the root is "the specification".
std::string Child(const std::string& path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

std::string Shown(const std::string& path) {
  return path.empty() ? "service specification" : path;
}

class Reader {
 public:
  absl::StatusOr<Document> Object(const YAML::Node& node, absl::Span<const Member> members, const std::string& path) {
    RETURN_IF_ERROR(Count());
    if (!node.IsMap()) return Wrong(path, "an object");
    RETURN_IF_ERROR(CheckNames(node, members, path));
    Document object = Document::object();
    for (const Member& member : members) {
      const YAML::Node value = node[std::string(member.name)];
      if (!value.IsDefined() || value.IsNull()) {
        if (!member.required) continue;
        return Invalid(absl::StrCat("missing required option '", member.name, "' for '", Shown(path), "'"));
      }
      ASSIGN_OR_RETURN(object[std::string(member.name)], Any(value, member, Child(path, member.name)));
    }
    return object;
  }

 private:
  absl::Status Count() {
    if (++nodes_ > kMaxNodes) return Invalid("the specification is too large");
    return absl::OkStatus();
  }

  static absl::Status Wrong(const std::string& path, absl::string_view wanted) {
    return Invalid(absl::StrCat("invalid value for '", Shown(path), "': expected ", wanted));
  }

  static absl::Status CheckNames(const YAML::Node& node, absl::Span<const Member> members, const std::string& path) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return Wrong(path, "names as keys");
      const std::string& name = entry.first.Scalar();
      bool known = false;
      for (const Member& member : members) known |= member.name == name && !member.printed_only;
      if (!known) return Invalid(absl::StrCat("unknown option '", name, "' for '", Shown(path), "'"));
      if (!seen.insert(name).second) {
        return Invalid(absl::StrCat("duplicate option '", name, "' for '", Shown(path), "'"));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Document> Any(const YAML::Node& node, const Member& member, const std::string& path) {
    RETURN_IF_ERROR(Count());
    switch (member.shape) {
      case Shape::kText: return Text(node, path);
      case Shape::kInt: return Int(node, path);
      case Shape::kBool: return Bool(node, path);
      case Shape::kTexts: return Texts(node, path);
      case Shape::kTextMap: return TextMap(node, path);
      case Shape::kObject: return Object(node, member.members, path);
      case Shape::kObjects: return Objects(node, member.members, path);
      case Shape::kTextOrObject:
        if (node.IsScalar()) return Text(node, path);
        return Object(node, member.members, path);
    }
    return Wrong(path, "a value");
  }

  static absl::StatusOr<Document> Text(const YAML::Node& node, const std::string& path) {
    if (!node.IsScalar()) return Wrong(path, "a string");
    return Document(node.Scalar());
  }

  static absl::StatusOr<Document> Int(const YAML::Node& node, const std::string& path) {
    int64_t value = 0;
    if (!node.IsScalar() || !absl::SimpleAtoi(node.Scalar(), &value)) return Wrong(path, "a whole number");
    return Document(value);
  }

  static absl::StatusOr<Document> Bool(const YAML::Node& node, const std::string& path) {
    bool value = false;
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) return Wrong(path, "true or false");
    return Document(value);
  }

  absl::StatusOr<Document> Texts(const YAML::Node& node, const std::string& path) {
    if (!node.IsSequence()) return Wrong(path, "a list of strings");
    Document list = Document::array();
    for (size_t i = 0; i < node.size(); ++i) {
      RETURN_IF_ERROR(Count());
      ASSIGN_OR_RETURN(Document text, Text(node[i], absl::StrCat(path, "[", i, "]")));
      list.push_back(std::move(text));
    }
    return list;
  }

  absl::StatusOr<Document> TextMap(const YAML::Node& node, const std::string& path) {
    if (!node.IsMap()) return Wrong(path, "an object");
    Document map = Document::object();
    for (const auto& entry : node) {
      RETURN_IF_ERROR(Count());
      if (!entry.first.IsScalar()) return Wrong(path, "names as keys");
      const std::string& name = entry.first.Scalar();
      if (map.contains(name)) return Invalid(absl::StrCat("duplicate option '", name, "' for '", path, "'"));
      if (entry.second.IsNull()) {
        map[name] = "";
        continue;
      }
      ASSIGN_OR_RETURN(map[name], Text(entry.second, Child(path, name)));
    }
    return map;
  }

  absl::StatusOr<Document> Objects(const YAML::Node& node, absl::Span<const Member> members, const std::string& path) {
    if (!node.IsSequence()) return Wrong(path, "a list");
    Document list = Document::array();
    for (size_t i = 0; i < node.size(); ++i) {
      ASSIGN_OR_RETURN(Document object, Object(node[i], members, absl::StrCat(path, "[", i, "]")));
      list.push_back(std::move(object));
    }
    return list;
  }

  int nodes_ = 0;
};

}  // namespace

absl::StatusOr<Document> Read(absl::string_view text) {
  if (text.size() > kMaxText) return Invalid("the specification is too large");
  // yaml-cpp throws; nothing leaves this function.
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    if (root.IsNull()) return Invalid("the specification is empty");
    return Reader().Object(root, Root().members, "");
  } catch (const YAML::Exception& error) {
    return Invalid(absl::StrCat("not valid YAML at line ", error.mark.line + 1, ", column ", error.mark.column + 1,
                                ": ", error.msg));
  }
}

}  // namespace spcs::spec
