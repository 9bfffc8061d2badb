// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/instance_family.h"

#include "absl/strings/match.h"

namespace spcs::snowflake {
namespace {

using Clouds = std::vector<std::string>;

const Clouds& All() {
  static const Clouds& clouds = *new Clouds{"aws", "azure", "gcp"};
  return clouds;
}
const Clouds& Aws() {
  static const Clouds& clouds = *new Clouds{"aws"};
  return clouds;
}
const Clouds& Azure() {
  static const Clouds& clouds = *new Clouds{"azure"};
  return clouds;
}
const Clouds& Gcp() {
  static const Clouds& clouds = *new Clouds{"gcp"};
  return clouds;
}
const Clouds& AwsAzure() {
  static const Clouds& clouds = *new Clouds{"aws", "azure"};
  return clouds;
}

std::vector<InstanceFamily> CpuFamilies() {
  return {
      {"CPU_X64_XS", All(), 1, 6},
      {"CPU_X64_S", All(), 3, 13},
      {"CPU_X64_M", All(), 6, 28},
      {"CPU_X64_SL", All(), 14, 58},
      {"CPU_X64_L", All(), 28, 116},
      {"HIGHMEM_X64_S", All(), 6, 58},
      {"HIGHMEM_X64_M", All(), 28, 240},
      {"HIGHMEM_X64_L", Aws(), 124, 984},
      // Azure documents 60 vCPU and 492 GiB (older pages 92 and 654), Google 92 and 654.
      {"HIGHMEM_X64_SL", {"azure", "gcp"}, 92, 654},
      {"GEN_X64_G2_2", AwsAzure(), 1, 6},
      {"GEN_X64_G2_4", AwsAzure(), 3, 13},
      {"GEN_X64_G2_8", AwsAzure(), 6, 28},
      {"GEN_X64_G2_16", Azure(), 14, 58},
      {"GEN_X64_G2_32", AwsAzure(), 28, 116},
      {"GEN_ARM_G1_2", Aws(), 1, 6},
      {"GEN_ARM_G1_4", Aws(), 3, 13},
      {"GEN_ARM_G1_8", Aws(), 6, 28},
      {"GEN_ARM_G1_16", Aws(), 14, 58},
      {"GEN_ARM_G1_32", Aws(), 28, 116},
      {"MEM_X64_G2_8", AwsAzure(), 6, 58},
      {"MEM_X64_G2_32", AwsAzure(), 28, 240},
      {"MEM_X64_G2_64", AwsAzure(), 60, 492},
      {"MEM_X64_G2_96", Azure(), 92, 652},
      {"MEM_X64_G2_192", Aws(), 188, 1436},
  };
}

std::vector<InstanceFamily> GpuFamilies() {
  return {
      {"GPU_NV_S", Aws(), 6, 28, 1, "NVIDIA A10G 24 GB"},
      {"GPU_NV_M", Aws(), 44, 178, 4, "NVIDIA A10G 24 GB"},
      {"GPU_NV_L", Aws(), 92, 1112, 8, "NVIDIA A100 40 GB"},
      {"GPU_NV_XS", Azure(), 3, 26, 1, "NVIDIA T4"},
      {"GPU_NV_SM", Azure(), 32, 424, 1, "NVIDIA A10"},
      {"GPU_NV_2M", Azure(), 68, 858, 2, "NVIDIA A10"},
      {"GPU_NV_3M", Azure(), 44, 424, 2, "NVIDIA A100 80 GB"},
      {"GPU_NV_SL", Azure(), 92, 858, 4, "NVIDIA A100 80 GB"},
      {"GPU_GCP_NV_L4_1_24G", Gcp(), 6, 28, 1, "NVIDIA L4 24 GB"},
      {"GPU_GCP_NV_L4_4_24G", Gcp(), 44, 178, 4, "NVIDIA L4 24 GB"},
      {"GPU_GCP_NV_A100_8_40G", Gcp(), 92, 654, 8, "NVIDIA A100 40 GB"},
      {"GPU_A100_G1_12", Gcp(), 10, 77, 1, "NVIDIA A100 40 GB"},
      {"GPU_A100_G1_48", Gcp(), 44, 324, 4, "NVIDIA A100 40 GB"},
      {"GPU_L40S_G1_8", Aws(), 6, 58, 1, "NVIDIA L40S 48 GB"},
      {"GPU_L40S_G1_16", Aws(), 14, 116, 1, "NVIDIA L40S 48 GB"},
      {"GPU_L40S_G1_48", Aws(), 44, 368, 4, "NVIDIA L40S 48 GB"},
      {"GPU_L40S_G1_192", Aws(), 188, 1436, 8, "NVIDIA L40S 48 GB"},
      {"GPU_R6K_G1_8", Aws(), 6, 58, 1, "NVIDIA RTX PRO 6000 96 GB"},
      {"GPU_R6K_G1_16", Aws(), 14, 116, 1, "NVIDIA RTX PRO 6000 96 GB"},
      {"GPU_R6K_G1_32", Aws(), 28, 240, 1, "NVIDIA RTX PRO 6000 96 GB"},
      {"GPU_R6K_G1_48", Aws(), 44, 490, 2, "NVIDIA RTX PRO 6000 96 GB"},
      {"GPU_R6K_G1_96", Aws(), 92, 984, 4, "NVIDIA RTX PRO 6000 96 GB"},
      {"GPU_R6K_G1_192", Aws(), 188, 1843, 8, "NVIDIA RTX PRO 6000 96 GB"},
  };
}

// GPU counts of the legacy families are documented by the service's own Python package; CPU families by order of size.
const std::vector<LegacyFamily>& LegacyFamilies() {
  using C = LegacyFamily::Confidence;
  static const auto& families = *new std::vector<LegacyFamily>{
      {"GPU_3", "GPU_NV_S", C::kHigh},
      {"GPU_7", "GPU_NV_M", C::kHigh},
      {"GPU_10", "GPU_NV_L", C::kHigh},
      {"GPU_5", "GPU_NV_S", C::kLow},
      {"STANDARD_1", "CPU_X64_XS", C::kMedium},
      {"STANDARD_2", "CPU_X64_S", C::kLow},
      {"STANDARD_3", "CPU_X64_M", C::kLow},
      {"STANDARD_4", "CPU_X64_SL", C::kLow},
      {"STANDARD_5", "CPU_X64_L", C::kLow},
      {"HIGH_MEMORY_2", "HIGHMEM_X64_S", C::kLow},
      {"HIGH_MEMORY_5", "HIGHMEM_X64_M", C::kLow},
  };
  return families;
}

}  // namespace

const std::vector<InstanceFamily>& KnownInstanceFamilies() {
  static const auto& families = *[] {
    auto* all = new std::vector<InstanceFamily>(CpuFamilies());
    for (InstanceFamily& family : GpuFamilies()) all->push_back(std::move(family));
    return all;
  }();
  return families;
}

std::optional<InstanceFamily> FindInstanceFamily(absl::string_view name) {
  for (const InstanceFamily& family : KnownInstanceFamilies()) {
    if (absl::EqualsIgnoreCase(family.name, name)) return family;
  }
  return std::nullopt;
}

std::optional<LegacyFamily> FindLegacyFamily(absl::string_view name) {
  for (const LegacyFamily& family : LegacyFamilies()) {
    if (absl::EqualsIgnoreCase(family.name, name)) return family;
  }
  return std::nullopt;
}

absl::string_view ConfidenceName(LegacyFamily::Confidence confidence) {
  switch (confidence) {
    case LegacyFamily::Confidence::kHigh: return "high";
    case LegacyFamily::Confidence::kMedium: return "medium";
    case LegacyFamily::Confidence::kLow: break;
  }
  return "low";
}

}  // namespace spcs::snowflake
