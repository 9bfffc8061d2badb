// SPDX-License-Identifier: MPL-2.0
// The attribute `spec` of services and jobs: nested attributes derived from the one table of the specification
// (provider/snowflake/service_spec_fields.h), and the way between them and snowflake::ServiceSpec.
//
// In a plan parts of a specification may be unknown, which ServiceSpec cannot say: the models hold it as a tree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/snowflake/service_spec.h"
#include "provider/tf/model.h"

namespace spcs::resources {

// A specification as it travels, unknown parts included.
struct SpecValue {
  tf::Value value{};
  bool operator==(const SpecValue&) const = default;
};

// Unknown parts are left out. The tree has the shape of SpecAttributes().
snowflake::ServiceSpec ToServiceSpec(const tf::Value& value);

// What is not written is null.
tf::Value FromServiceSpec(const snowflake::ServiceSpec& spec);

// The attributes of `spec`.
const std::vector<tf::Attribute>& SpecAttributes();

// The same as one nested object, which all users share: it is large.
std::shared_ptr<const tf::NestedObject> SpecObject();

// The object type of `spec`, for functions that return one.
tf::Type SpecType();

// What a node of the family offers; nullopt when it is null, unknown or no family that is known here.
std::optional<snowflake::FamilyLimits> LimitsOfFamily(const tf::String& instance_family);

// Adds what is wrong with `spec`, at its attribute's path. Problems that an unknown part may still solve are left out.
// `instance_family` may be null or unknown: then nothing is compared with a family.
void CheckSpec(const tf::Value& spec, const tf::String& instance_family, tf::Diagnostics& diagnostics);

// Whether two wholly known trees ask the service for the same.
bool SameSpec(const tf::Value& a, const tf::Value& b);

}  // namespace spcs::resources

namespace spcs::tf::internal {

template <>
struct Codec<resources::SpecValue> {
  static void Describe(Attribute& attribute) { attribute.nested = resources::SpecObject(); }
  static Value ToValue(const resources::SpecValue& spec) { return spec.value; }
  static absl::Status FromValue(const Value& value, resources::SpecValue& spec) {
    spec.value = value;
    return absl::OkStatus();
  }
};

}  // namespace spcs::tf::internal
