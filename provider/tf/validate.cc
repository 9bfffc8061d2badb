// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/validate.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/tf/validator_text.h"

namespace spcs::tf {
namespace {

using Visitor = std::function<void(const Attribute& attribute, const Value& value, const Path& path)>;

void VisitObject(const std::vector<Attribute>& attributes, const Value& value, const Path& path,
                 const Visitor& visitor);

void VisitNested(const NestedObject& nested, const Value& value, const Path& path, const Visitor& visitor) {
  if (nested.nesting == NestedObject::Nesting::kSingle) return VisitObject(nested.attributes, value, path, visitor);
  if (value.IsMap()) {
    for (const auto& [key, element] : value.AsMap()) VisitObject(nested.attributes, element, path.Key(key), visitor);
    return;
  }
  const bool is_list = nested.nesting == NestedObject::Nesting::kList;
  for (size_t i = 0; i < value.AsList().size(); ++i) {
    const Path place = is_list ? path.Index(static_cast<int64_t>(i)) : path;
    VisitObject(nested.attributes, value.AsList()[i], place, visitor);
  }
}

// Shows every attribute that has a known value, nested ones too, to the visitor.
void VisitObject(const std::vector<Attribute>& attributes, const Value& value, const Path& path,
                 const Visitor& visitor) {
  if (!value.IsMap()) return;
  for (const Attribute& attribute : attributes) {
    const Value& member = value.Get(attribute.name);
    if (!member.IsKnown()) continue;
    const Path place = path / attribute.name;
    visitor(attribute, member, place);
    if (attribute.nested != nullptr) VisitNested(*attribute.nested, member, place, visitor);
  }
}

}  // namespace

void ValidateAttributes(const Schema& schema, const Value& config, Diagnostics& diagnostics) {
  VisitObject(schema.attributes, config, Path(), [&](const Attribute& attribute, const Value& value, const Path& path) {
    for (const Validator& validator : attribute.validators) validator(value, path, diagnostics);
  });
}

void RefuseWriteOnly(const Schema& schema, const Value& config, Diagnostics& diagnostics) {
  VisitObject(schema.attributes, config, Path(), [&](const Attribute& attribute, const Value&, const Path& path) {
    if (!attribute.write_only) return;
    diagnostics.AddError(path, "Write-only attribute not supported by this client",
                         "The value would be stored in the state. Use Terraform or OpenTofu 1.11 or newer.");
  });
}

namespace {

// The common validators are types of their own, so that AllowedText can ask them what they allow.
struct OneOfCheck {
  std::vector<std::string> allowed;
  bool in_any_case;

  void operator()(const Value& value, const Path& path, Diagnostics& diagnostics) const {
    const std::string& text = value.AsString();
    const auto meant = std::find_if(allowed.begin(), allowed.end(),
                                    [&](const std::string& choice) { return absl::EqualsIgnoreCase(choice, text); });
    if (meant != allowed.end() && (in_any_case || *meant == text)) return;
    const std::string advice = meant == allowed.end() ? "" : absl::StrCat(" Case counts: write \"", *meant, "\".");
    diagnostics.AddError(path, "Invalid value",
                         absl::StrCat("\"", text, "\" is not one of ", absl::StrJoin(allowed, ", "), ".", advice));
  }
};

struct AtLeastCheck {
  int64_t minimum;

  void operator()(const Value& value, const Path& path, Diagnostics& diagnostics) const {
    if (value.AsNumber().IsInt() && value.AsNumber().AsInt() >= minimum) return;
    diagnostics.AddError(
        path, "Invalid value",
        absl::StrCat(value.AsNumber().ToString(), " is not a whole number of at least ", minimum, "."));
  }
};

struct BetweenCheck {
  int64_t minimum;
  int64_t maximum;

  void operator()(const Value& value, const Path& path, Diagnostics& diagnostics) const {
    const Number& number = value.AsNumber();
    if (number.IsInt() && number.AsInt() >= minimum && number.AsInt() <= maximum) return;
    diagnostics.AddError(
        path, "Invalid value",
        absl::StrCat(number.ToString(), " is not a whole number from ", minimum, " to ", maximum, "."));
  }
};

void CheckWholeNumber(const Value& value, const Path& path, Diagnostics& diagnostics) {
  if (value.AsNumber().IsInt()) return;
  diagnostics.AddError(path, "Invalid value", absl::StrCat(value.AsNumber().ToString(), " is not a whole number."));
}

void CheckNonEmpty(const Value& value, const Path& path, Diagnostics& diagnostics) {
  const bool empty = (value.IsString() && value.AsString().empty()) || (value.IsList() && value.AsList().empty()) ||
                     (value.IsMap() && value.AsMap().empty());
  if (empty) diagnostics.AddError(path, "Invalid value", "This must not be empty; leave it out or give a value.");
}

}  // namespace

Validator OneOf(std::vector<std::string> allowed) {
  return OneOfCheck{std::move(allowed), /*in_any_case=*/false};
}

Validator OneOfWords(std::vector<std::string> allowed) {
  return OneOfCheck{std::move(allowed), /*in_any_case=*/true};
}

Validator AtLeast(int64_t minimum) {
  return AtLeastCheck{minimum};
}

Validator Between(int64_t minimum, int64_t maximum) {
  return BetweenCheck{minimum, maximum};
}

Validator WholeNumber() {
  return CheckWholeNumber;
}

Validator NonEmpty() {
  return CheckNonEmpty;
}

Validator AtMostElements(size_t maximum) {
  return [maximum](const Value& value, const Path& path, Diagnostics& diagnostics) {
    if (value.AsList().size() <= maximum) return;
    diagnostics.AddError(path, "Too many elements",
                         absl::StrCat("There are ", value.AsList().size(), ", and at most ", maximum, " are allowed."));
  };
}

Validator NotNegative() {
  return [](const Value& value, const Path& path, Diagnostics& diagnostics) {
    if (value.AsNumber().AsDouble() >= 0) return;
    diagnostics.AddError(path, "Invalid value", absl::StrCat(value.AsNumber().ToString(), " is below 0."));
  };
}

Validator Each(Validator element) {
  return [element = std::move(element)](const Value& value, const Path& path, Diagnostics& diagnostics) {
    if (value.IsMap()) {
      for (const auto& [key, part] : value.AsMap()) {
        if (part.IsKnown()) element(part, path.Key(key), diagnostics);
      }
      return;
    }
    for (const Value& part : value.AsList()) {
      if (part.IsKnown()) element(part, path, diagnostics);
    }
  };
}

bool TakesAnyCase(const Validator& validator) {
  const auto* one_of = validator.target<OneOfCheck>();
  return one_of != nullptr && one_of->in_any_case;
}

std::string AllowedText(const Validator& validator) {
  if (const auto* one_of = validator.target<OneOfCheck>()) {
    const std::string choices = absl::StrCat("`", absl::StrJoin(one_of->allowed, "`, `"), "`");
    return absl::StrCat(one_of->allowed.size() == 1 ? "Only " : "One of ", choices, ".");
  }
  if (const auto* between = validator.target<BetweenCheck>()) {
    return absl::StrCat("From ", between->minimum, " to ", between->maximum, ".");
  }
  if (const auto* at_least = validator.target<AtLeastCheck>()) return absl::StrCat("At least ", at_least->minimum, ".");
  return "";
}

}  // namespace spcs::tf
