// SPDX-License-Identifier: MPL-2.0
// Which members a specification may have, and of what type: one table, which reading walks through. Its order is the
// order in which the service prints the members.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace spcs::spec {

enum class Shape {
  kText,     // a string; a number or a boolean is taken as its text
  kInt,      // a whole number, also in quotes
  kBool,     // true or false
  kTexts,    // a list of strings
  kTextMap,  // names of the user's choice, with strings
  kObject,
  kObjects,       // a list of objects
  kTextOrObject,  // a string, or an object
};

struct Member {
  absl::string_view name;
  Shape shape;
  bool required = false;
  absl::Span<const Member> members = {};  // of an object
  bool printed_only = false;              // the service adds it; input must not have it
};

// The whole specification.
const Member& Root();

}  // namespace spcs::spec
