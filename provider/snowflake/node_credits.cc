// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/node_credits.h"

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

namespace spcs::snowflake {
namespace {

struct Credits {
  absl::string_view family;
  double hourly;
};

constexpr Credits kCredits[] = {
    {"CPU_X64_XS", 0.06}, {"CPU_X64_S", 0.11},     {"CPU_X64_M", 0.22},     {"CPU_X64_SL", 0.41},
    {"CPU_X64_L", 0.83},  {"HIGHMEM_X64_S", 0.28}, {"HIGHMEM_X64_M", 1.11}, {"HIGHMEM_X64_L", 4.44},
    {"GPU_NV_S", 0.57},   {"GPU_NV_M", 2.68},      {"GPU_NV_L", 14.12},
};

}  // namespace

std::optional<double> CreditsOfNode(absl::string_view family) {
  for (const Credits& credits : kCredits) {
    if (absl::EqualsIgnoreCase(credits.family, family)) return credits.hourly;
  }
  return std::nullopt;
}

std::string CreditsText(double credits) {
  std::string text = absl::StrFormat("%.2f", credits);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace spcs::snowflake
