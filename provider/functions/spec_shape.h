// SPDX-License-Identifier: MPL-2.0
// Brings an object of any type, as a configuration's expression gives it, into the shape of the attribute `spec`: what
// the clients do for an attribute, a function with optional members has to do by itself.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "provider/tf/path.h"
#include "provider/tf/schema.h"
#include "provider/tf/value.h"

namespace spcs::functions {

// Missing members become null, texts become numbers or booleans and the reverse, where the text is one. Unknown parts
// stay. InvalidArgument names the place and what belongs there.
absl::StatusOr<tf::Value> ShapeObject(const std::vector<tf::Attribute>& attributes, const tf::Value& value,
                                      const tf::Path& path);

}  // namespace spcs::functions
