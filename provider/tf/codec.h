// SPDX-License-Identifier: MPL-2.0
// Values to and from the bytes of the protocol. Untrusted bytes pass here and nowhere else: SAX parsing without
// recursion of ours, a depth cap, a UTF-8 check, and then the shape of the expected type.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/tf/server.h"
#include "provider/tf/type.h"
#include "provider/tf/value.h"

namespace spcs::tf {

// Values nested deeper than this are refused.
inline constexpr int kMaxValueDepth = 100;

enum class Shape {
  kExact,    // objects have exactly the attributes of their type, as the wire format demands
  kLenient,  // state of an earlier version: missing attributes are null, surplus ones are dropped
};

// Decodes a value of the given type. Refinements of unknown values are dropped, sets are sorted and freed of
// duplicates. InvalidArgument names the path, never the bytes.
absl::StatusOr<Value> Decode(const DynamicValue& encoded, const Type& type, Shape shape = Shape::kExact);
absl::StatusOr<Value> DecodeMsgpack(absl::string_view bytes, const Type& type, Shape shape = Shape::kExact);
absl::StatusOr<Value> DecodeJson(absl::string_view text, const Type& type, Shape shape = Shape::kExact);

// Encodes a value that has the shape of its type; what an object lacks is written as null.
DynamicValue Encode(const Value& value, const Type& type);

}  // namespace spcs::tf
