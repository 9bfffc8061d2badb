// SPDX-License-Identifier: MPL-2.0
// What is publicly known of the node types ("instance families") of compute pools, for checks at plan and for the
// function instance_family. Never a closed list: new families appear without a release of ours, so a family that is not
// here means silence, not an error. The account's own list (SHOW COMPUTE POOL INSTANCE FAMILIES) is the authority.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace spcs::snowflake {

// What one node of the family offers to containers. Where clouds differ, the larger node.
struct InstanceFamily {
  std::string name{};                 // in upper case
  std::vector<std::string> clouds{};  // of "aws", "azure", "gcp"
  int vcpu = 0;
  int memory_gib = 0;
  int gpu_count = 0;
  std::string gpu_model{};  // "" without a GPU
};

// A name of the private preview, which today's accounts are not documented to accept.
struct LegacyFamily {
  enum class Confidence { kLow, kMedium, kHigh };
  std::string name{};
  std::string successor{};  // today's family that comes closest
  Confidence confidence = Confidence::kLow;
};

// Case-insensitive. nullopt: not known here, which says nothing about the account.
std::optional<InstanceFamily> FindInstanceFamily(absl::string_view name);

// Case-insensitive. nullopt: no legacy name.
std::optional<LegacyFamily> FindLegacyFamily(absl::string_view name);

// Every family known here, in the order of the documentation.
const std::vector<InstanceFamily>& KnownInstanceFamilies();

// "low", "medium" or "high".
absl::string_view ConfidenceName(LegacyFamily::Confidence confidence);

}  // namespace spcs::snowflake
