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
    {"CPU_X64_XS", 0.06},
    {"CPU_X64_S", 0.11},
    {"CPU_X64_M", 0.22},
    {"CPU_X64_SL", 0.41},
    {"CPU_X64_L", 0.83},
    {"HIGHMEM_X64_S", 0.28},
    {"HIGHMEM_X64_M", 1.11},
    {"HIGHMEM_X64_SL", 2.93},
    {"HIGHMEM_X64_L", 4.44},
    {"GPU_NV_XS", 0.25},
    {"GPU_NV_S", 0.57},
    {"GPU_NV_SM", 1.70},
    {"GPU_NV_M", 2.68},
    {"GPU_NV_2M", 3.50},
    {"GPU_NV_3M", 3.55},
    {"GPU_NV_SL", 13.50},
    {"GPU_NV_L", 14.12},
    {"GPU_GCP_NV_L4_1_24G", 0.43},
    {"GPU_GCP_NV_L4_4_24G", 1.94},
    {"GPU_GCP_NV_A100_8_40G", 11.68},
    {"GEN_ARM_G1_2", 0.084},
    {"GEN_ARM_G1_4", 0.168},
    {"GEN_ARM_G1_8", 0.336},
    {"GEN_ARM_G1_16", 0.672},
    {"GEN_ARM_G1_32", 1.344},
    // Azure: 0.086, 0.172, 0.344, 0.688 (only there) and 1.376.
    {"GEN_X64_G2_2", 0.092},
    {"GEN_X64_G2_4", 0.184},
    {"GEN_X64_G2_8", 0.368},
    {"GEN_X64_G2_16", 0.688},
    {"GEN_X64_G2_32", 1.472},
    // Azure: 0.311, 1.244, 2.486 and 3.732 (only there).
    {"MEM_X64_G2_8", 0.392},
    {"MEM_X64_G2_32", 1.568},
    {"MEM_X64_G2_64", 3.136},
    {"MEM_X64_G2_96", 3.732},
    {"MEM_X64_G2_192", 9.408},
    {"GPU_L40S_G1_8", 1.580},
    {"GPU_L40S_G1_16", 3.160},
    {"GPU_L40S_G1_48", 9.480},
    {"GPU_L40S_G1_192", 37.920},
    {"GPU_R6K_G1_8", 2.537},
    {"GPU_R6K_G1_16", 5.074},
    {"GPU_R6K_G1_32", 10.148},
    {"GPU_R6K_G1_48", 15.222},
    {"GPU_R6K_G1_96", 30.444},
    {"GPU_R6K_G1_192", 60.888},
    {"GPU_A100_G1_12", 5.051},
    {"GPU_A100_G1_48", 20.204},
};

}  // namespace

std::optional<double> CreditsOfNode(absl::string_view family) {
  for (const Credits& credits : kCredits) {
    if (absl::EqualsIgnoreCase(credits.family, family)) return credits.hourly;
  }
  return std::nullopt;
}

std::string CreditsText(double credits) {
  std::string text = absl::StrFormat("%.3f", credits);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace spcs::snowflake
