// SPDX-License-Identifier: MPL-2.0
// Types, values and sentences as a reader of the documentation sees them. Used by the renderer (docs.h) only.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "provider/tf/schema.h"

namespace spcs::tf {

// "String", "List of Number", "Attributes Map": of an attribute, in the words of the registry's pages.
std::string TypeLabel(const Attribute& attribute);
std::string TypeLabel(const Type& type);

// The type as configurations write it: string, list(number), map(string), object.
std::string ShortType(const Type& type);
// The same with the members of objects, over several lines.
std::string LongType(const Type& type, int indent = 0);

// A value as configurations write it: true, 3, "text", ["a"], { a = 1 }.
std::string ValueText(const Value& value);

// The first sentence without Markdown's backquotes, on one line.
std::string FirstSentence(absl::string_view text);
// The text on one line.
std::string OneLine(absl::string_view text);

}  // namespace spcs::tf
