// SPDX-License-Identifier: MPL-2.0
// The options that each type of file format has, with their defaults. Source: the service's reference of CREATE FILE
// FORMAT.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace spcs::resources {

struct FormatOption {
  enum class Kind { kText, kWord, kInt, kBool };
  const char* name;  // as the attribute's map has it: lower case
  Kind kind;
  const char* fallback;
};

// CSV, JSON, AVRO, ORC, PARQUET, XML.
std::vector<std::string> FormatTypes();

// nullptr when the type (upper case) has no such option. NULL_IF is not among them: it is a list.
const FormatOption* FindFormatOption(absl::string_view type, absl::string_view name);
std::vector<std::string> FormatOptionNames(absl::string_view type);
bool TypeHasNullIf(absl::string_view type);

}  // namespace spcs::resources
