// SPDX-License-Identifier: MPL-2.0
// YAML text to a plain tree and back. The only user of yaml-cpp: no exception leaves service_spec_yaml.cc, and what
// makes YAML dangerous (depth, alias bombs, merge keys, tags, repeated keys, several documents) is refused there.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::snowflake {

inline constexpr size_t kMaxYamlBytes = 512 * 1024;
inline constexpr size_t kMaxYamlNodes = 50'000;  // after aliases are expanded
inline constexpr int kMaxYamlDepth = 32;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  std::string text{};               // of a scalar, as spelled, without quotes
  bool quoted = false;              // a scalar in quotes or a block: text whatever it looks like
  std::vector<std::string> keys{};  // of a map, in order, each once
  std::vector<YamlNode> items{};    // of a list, or the values of the keys
  int line = 0;                     // from 1; 0 when it was not read from text
};

// Reads one document. InvalidArgument with the line; an empty text is an error. Nulls (`~`, `null`, nothing) are kNull.
absl::StatusOr<YamlNode> ParseYaml(absl::string_view text);

// Block style, two spaces, map keys in the tree's order; scalars with `quoted` in double quotes, others as they are.
std::string RenderYaml(const YamlNode& node);

}  // namespace spcs::snowflake
