// SPDX-License-Identifier: MPL-2.0
// ServiceSpec to YAML tree to text, driven by the table in service_spec_fields.h.
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/base/status.h"
#include "provider/snowflake/service_spec.h"
#include "provider/snowflake/service_spec_fields.h"
#include "provider/snowflake/service_spec_yaml.h"

namespace spcs::snowflake {
namespace {

using Kind = YamlNode::Kind;

class Encoder {
 public:
  const absl::Status& status() const { return status_; }

  YamlNode Encode(const std::string& value, const std::string& path) {
    if (absl::StrContains(value, "$$")) Refuse(path);
    return Scalar(value, true);
  }
  YamlNode Encode(int64_t value, const std::string&) { return Scalar(absl::StrCat(value), false); }
  YamlNode Encode(double value, const std::string&) { return Scalar(absl::StrCat(value), false); }
  YamlNode Encode(bool value, const std::string&) { return Scalar(value ? "true" : "false", false); }

  YamlNode Encode(const StringMap& value, const std::string& path) {
    YamlNode node{.kind = Kind::kMap};
    for (const auto& [key, text] : value) {
      const std::string where = NamedPath(path, key);
      if (absl::StrContains(key, "$$")) Refuse(where);
      node.keys.push_back(key);
      node.items.push_back(Encode(text, where));
    }
    return node;
  }

  template <class T>
  YamlNode Encode(const std::vector<T>& value, const std::string& path) {
    YamlNode node{.kind = Kind::kList};
    for (size_t i = 0; i < value.size(); ++i) node.items.push_back(Encode(value[i], IndexedPath(path, i)));
    return node;
  }

  template <class T>
  YamlNode Encode(const std::map<std::string, T>& value, const std::string& path) {
    YamlNode node{.kind = Kind::kList};
    for (const auto& [name, element] : value) {
      const std::string where = NamedPath(path, name);
      YamlNode item = Encode(element, where);
      item.keys.insert(item.keys.begin(), "name");
      item.items.insert(item.items.begin(), Encode(name, where));
      node.items.push_back(std::move(item));
    }
    return node;
  }

  template <class S>
    requires kIsStruct<S>
  YamlNode Encode(const S& value, const std::string& path) {
    MemberEncoder<S> members{*this, value, path, YamlNode{.kind = Kind::kMap}};
    VisitFields(static_cast<const S*>(nullptr), members);
    return std::move(members.node);
  }

 private:
  template <class S>
  struct MemberEncoder {
    Encoder& encoder;
    const S& value;
    const std::string& path;
    YamlNode node;

    template <class T>
    void operator()(const Field& field, std::optional<T> S::* member) {
      if (!(value.*member).has_value()) return;
      Put(field, encoder.Encode(*(value.*member), AttributePath(path, field.attribute)));
    }
    template <class T>
    void operator()(const Field& field, std::map<std::string, T> S::* member) {
      Put(field, encoder.Encode(value.*member, AttributePath(path, field.attribute)));
    }

    void Put(const Field& field, YamlNode child) {
      const std::vector<std::string> steps = absl::StrSplit(field.key, '>');
      YamlNode* parent = &node;
      // Fields of one group stand together in the table.
      if (steps.size() == 2) {
        if (parent->keys.empty() || parent->keys.back() != steps.front()) {
          parent->keys.push_back(steps.front());
          parent->items.push_back(YamlNode{.kind = Kind::kMap});
        }
        parent = &parent->items.back();
      }
      parent->keys.push_back(steps.back());
      parent->items.push_back(std::move(child));
    }
  };

  static YamlNode Scalar(std::string text, bool quoted) {
    return YamlNode{.kind = Kind::kScalar, .text = std::move(text), .quoted = quoted};
  }

  void Refuse(const std::string& path) {
    if (!status_.ok()) return;
    absl::Status status = absl::InvalidArgumentError(
        absl::StrCat(path, " contains \"$$\", which ends the specification inside the SQL statement"));
    status = WithFact(std::move(status), kAttributePath, path);
    status_ = WithFact(std::move(status), kAdvice, "Write the text without two dollar signs in a row.");
  }

  absl::Status status_ = absl::OkStatus();
};

}  // namespace

absl::StatusOr<std::string> RenderServiceSpec(const ServiceSpec& spec) {
  Encoder encoder;
  const YamlNode root = encoder.Encode(spec, "spec");
  RETURN_IF_ERROR(encoder.status());
  return RenderYaml(root);
}

}  // namespace spcs::snowflake
