// SPDX-License-Identifier: MPL-2.0
// Makes texts of Ray fit for a log: without colours, without links, and without values that are secret.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::ray {

// Without ANSI escape sequences.
std::string StripColours(absl::string_view text);

// The answer 400 of Serve's validation, as sentences: without links and without the values that were given.
std::string ValidationText(absl::string_view text);

// Replaces values that may be secret. Thread-safe once made.
class Mask {
 public:
  Mask() = default;
  // Hides the values of every "env_vars" in the JSON, and `others`. Short values stay: they are words such as "info".
  Mask(const nlohmann::json& json, const std::vector<std::string>& others);

  std::string operator()(std::string text) const;

 private:
  void Collect(const nlohmann::json& json, bool hide);

  std::vector<std::string> hidden_;  // longest first
};

}  // namespace spcs::ray
