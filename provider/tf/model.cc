// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/model.h"

#include "absl/strings/str_cat.h"

namespace spcs::tf::internal {

void Apply(const Required& kind, Attribute& attribute) {
  attribute.required = true;
  attribute.replace = kind.replace;
  attribute.identity = kind.identity;
  attribute.sensitive = kind.sensitive;
  attribute.write_only = kind.write_only;
  attribute.same_meaning = kind.same_meaning;
  attribute.validators = kind.validators;
  attribute.doc = kind.doc;
}

void Apply(const Optional& kind, Attribute& attribute) {
  attribute.optional = true;
  attribute.default_value = kind.default_value;
  attribute.computed = kind.computed || kind.default_value.has_value();
  attribute.changes_with = kind.changes_with;
  attribute.replace = kind.replace;
  attribute.identity = kind.identity;
  attribute.client_only = kind.client_only;
  attribute.unreadable = kind.unreadable;
  attribute.sensitive = kind.sensitive;
  attribute.write_only = kind.write_only;
  attribute.same_meaning = kind.same_meaning;
  attribute.validators = kind.validators;
  attribute.deprecation = kind.deprecation;
  attribute.doc = kind.doc;
}

void Apply(const Computed& kind, Attribute& attribute) {
  attribute.computed = true;
  attribute.changes_with = kind.changes_with;
  attribute.sensitive = kind.sensitive;
  attribute.doc = kind.doc;
}

absl::Status Expected(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("expected ", what));
}

absl::Status Below(absl::Status status, const std::string& step) {
  const std::string inner = FactOf(status, kAttributePath).value_or("");
  const bool direct = inner.empty() || inner[0] == '[';
  const std::string path = absl::StrCat(step, direct ? "" : ".", inner);
  return WithFact(std::move(status), kAttributePath, path);
}

absl::Status Codec<std::string>::FromValue(const Value& value, std::string& result) {
  if (!value.IsString()) return Expected("a string");
  result = value.AsString();
  return absl::OkStatus();
}

absl::Status Codec<bool>::FromValue(const Value& value, bool& result) {
  if (!value.IsBool()) return Expected("true or false");
  result = value.AsBool();
  return absl::OkStatus();
}

absl::Status Codec<int64_t>::FromValue(const Value& value, int64_t& result) {
  if (!value.IsNumber() || !value.AsNumber().IsInt()) return Expected("a whole number");
  result = value.AsNumber().AsInt();
  return absl::OkStatus();
}

absl::Status Codec<double>::FromValue(const Value& value, double& result) {
  if (!value.IsNumber()) return Expected("a number");
  result = value.AsNumber().AsDouble();
  return absl::OkStatus();
}

Value SortSet(Value list) {
  NormalizeSet(list.AsList());
  return list;
}

}  // namespace spcs::tf::internal
