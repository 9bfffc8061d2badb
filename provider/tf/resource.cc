// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/resource.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/tf/registry.h"

namespace spcs::tf {

PrivateState PrivateState::Parse(const std::string& bytes) {
  PrivateState state;
  const auto json = ParseJson(bytes);
  if (!json.ok() || !json->is_object()) return state;
  for (const auto& [key, value] : json->items()) {
    if (value.is_string()) state.values_[key] = value.get<std::string>();
  }
  return state;
}

std::string PrivateState::Serialize() const {
  if (values_.empty()) return "";
  return DumpJson(nlohmann::json(values_));
}

std::string PrivateState::Get(const std::string& key) const {
  const auto value = values_.find(key);
  return value == values_.end() ? "" : value->second;
}

void Resource::Validate(const Value&, Diagnostics&) const {}

absl::Status Resource::ModifyPlan(PlanContext&, const Value&, const Value&, Value&) {
  return absl::OkStatus();
}

void Resource::ReviewPlan(PlanContext&, const Value&, const Value&, bool) {}

void Resource::PlanDestroy(PlanContext&, const Value&) {}

absl::StatusOr<Value> Resource::ImportIdentity(Context&, const Value&) {
  return absl::UnimplementedError(absl::StrCat("a ", noun(), " cannot be imported by identity; use its id"));
}

absl::Status Resource::Upgrade(int64_t, nlohmann::json&) {
  return absl::OkStatus();
}

absl::StatusOr<Value> Resource::Move(const std::string& source_type, const std::string&) {
  return absl::UnimplementedError(absl::StrCat("a ", source_type, " cannot be moved to a ", type_name()));
}

void DataSource::Validate(const Value&, Diagnostics&) const {}

void EphemeralResource::Validate(const Value&, Diagnostics&) const {}

absl::StatusOr<std::optional<absl::Time>> EphemeralResource::Renew(Context&) {
  return std::optional<absl::Time>();
}

absl::Status EphemeralResource::Close(Context&) {
  return absl::OkStatus();
}

void EphemeralResource::GiveBack(Context&) {}

void ListResource::Validate(const Value&, Diagnostics&) const {}

void Action::Validate(const Value&, Diagnostics&) const {}

absl::Status Action::Plan(Context&, const Value&) {
  return absl::OkStatus();
}

IdentitySchema IdentityOf(const Schema& schema) {
  IdentitySchema identity;
  for (const Attribute& attribute : schema.attributes) {
    if (!attribute.identity) continue;
    identity.attributes.push_back({.name = attribute.name,
                                   .type = attribute.type,
                                   .required_for_import = attribute.required,
                                   .optional_for_import = !attribute.required,
                                   .doc = attribute.doc});
  }
  if (identity.attributes.empty()) return identity;
  identity.attributes.push_back({.name = "account",
                                 .type = Type::String(),
                                 .optional_for_import = true,
                                 .doc = "Locator of the account that holds the object."});
  return identity;
}

}  // namespace spcs::tf
