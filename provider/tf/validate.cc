// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/validate.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace spcs::tf {
namespace {

void ValidateObject(const std::vector<Attribute>& attributes, const Value& value, const Path& path,
                    Diagnostics& diagnostics);

void ValidateNested(const NestedObject& nested, const Value& value, const Path& path, Diagnostics& diagnostics) {
  if (nested.nesting == NestedObject::Nesting::kSingle) {
    return ValidateObject(nested.attributes, value, path, diagnostics);
  }
  if (value.IsMap()) {
    for (const auto& [key, element] : value.AsMap()) {
      ValidateObject(nested.attributes, element, path.Key(key), diagnostics);
    }
    return;
  }
  for (size_t i = 0; i < value.AsList().size(); ++i) {
    const bool is_list = nested.nesting == NestedObject::Nesting::kList;
    ValidateObject(nested.attributes, value.AsList()[i], is_list ? path.Index(static_cast<int64_t>(i)) : path,
                   diagnostics);
  }
}

void ValidateObject(const std::vector<Attribute>& attributes, const Value& value, const Path& path,
                    Diagnostics& diagnostics) {
  if (!value.IsMap()) return;
  for (const Attribute& attribute : attributes) {
    const Value& member = value.Get(attribute.name);
    if (!member.IsKnown()) continue;
    const Path place = path / attribute.name;
    for (const Validator& validator : attribute.validators) validator(member, place, diagnostics);
    if (attribute.nested != nullptr) ValidateNested(*attribute.nested, member, place, diagnostics);
  }
}

}  // namespace

void ValidateAttributes(const Schema& schema, const Value& config, Diagnostics& diagnostics) {
  ValidateObject(schema.attributes, config, Path(), diagnostics);
}

Validator OneOf(std::vector<std::string> allowed) {
  return [allowed = std::move(allowed)](const Value& value, const Path& path, Diagnostics& diagnostics) {
    const bool known = std::any_of(allowed.begin(), allowed.end(), [&](const std::string& choice) {
      return absl::EqualsIgnoreCase(choice, value.AsString());
    });
    if (known) return;
    diagnostics.AddError(path, "Invalid value",
                         absl::StrCat("\"", value.AsString(), "\" is not one of ", absl::StrJoin(allowed, ", "), "."));
  };
}

Validator AtLeast(int64_t minimum) {
  return [minimum](const Value& value, const Path& path, Diagnostics& diagnostics) {
    if (value.AsNumber().IsInt() && value.AsNumber().AsInt() >= minimum) return;
    diagnostics.AddError(
        path, "Invalid value",
        absl::StrCat(value.AsNumber().ToString(), " is not a whole number of at least ", minimum, "."));
  };
}

Validator NonEmpty() {
  return [](const Value& value, const Path& path, Diagnostics& diagnostics) {
    const bool empty = (value.IsString() && value.AsString().empty()) || (value.IsList() && value.AsList().empty()) ||
                       (value.IsMap() && value.AsMap().empty());
    if (empty) diagnostics.AddError(path, "Invalid value", "This must not be empty; leave it out or give a value.");
  };
}

}  // namespace spcs::tf
