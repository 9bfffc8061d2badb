// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/compute_pool_families.h"

namespace spcs::engine {
namespace {

constexpr absl::string_view kA10 = "NVIDIA A10G", kA100 = "NVIDIA A100", kL40 = "NVIDIA L40S",
                            kR6 = "NVIDIA RTX PRO 6000";
constexpr absl::string_view kCpu = "General purpose", kMemory = "Memory optimized", kGpu = "GPU",
                            kArm = "General purpose, Arm", kPreview = "Private preview";

}  // namespace

const std::vector<InstanceFamily>& InstanceFamilies() {
  static const std::vector<InstanceFamily>* families = new std::vector<InstanceFamily>{
      {"CPU_X64_XS", kCpu, 1, 6, 0.06},
      {"CPU_X64_S", kCpu, 3, 13, 0.11},
      {"CPU_X64_M", kCpu, 6, 28, 0.22},
      {"CPU_X64_SL", kCpu, 14, 58, 0.41},
      {"CPU_X64_L", kCpu, 28, 116, 0.83},
      {"HIGHMEM_X64_S", kMemory, 6, 58, 0.28},
      {"HIGHMEM_X64_M", kMemory, 28, 240, 1.11},
      {"HIGHMEM_X64_L", kMemory, 124, 984, 4.44},
      {"GEN_X64_G2_2", kCpu, 1, 6, 0.092},
      {"GEN_X64_G2_4", kCpu, 3, 13, 0.184},
      {"GEN_X64_G2_8", kCpu, 6, 28, 0.368},
      {"GEN_X64_G2_32", kCpu, 28, 116, 1.472},
      {"GEN_ARM_G1_2", kArm, 1, 6, 0.084},
      {"GEN_ARM_G1_4", kArm, 3, 13, 0.168},
      {"GEN_ARM_G1_8", kArm, 6, 28, 0.336},
      {"GEN_ARM_G1_16", kArm, 14, 58, 0.672},
      {"GEN_ARM_G1_32", kArm, 28, 116, 1.344},
      {"MEM_X64_G2_8", kMemory, 6, 58, 0.392},
      {"MEM_X64_G2_32", kMemory, 28, 240, 1.568},
      {"MEM_X64_G2_64", kMemory, 60, 492, 3.136},
      {"MEM_X64_G2_192", kMemory, 188, 1436, 9.408},
      {"GPU_NV_S", kGpu, 6, 27, 0.57, kA10, 1, 24},
      {"GPU_NV_M", kGpu, 44, 178, 2.68, kA10, 4, 24},
      {"GPU_NV_L", kGpu, 92, 1112, 14.12, kA100, 8, 40},
      {"GPU_L40S_G1_8", kGpu, 6, 58, 1.58, kL40, 1, 48},
      {"GPU_L40S_G1_16", kGpu, 14, 116, 3.16, kL40, 1, 48},
      {"GPU_L40S_G1_48", kGpu, 44, 368, 9.48, kL40, 4, 48},
      {"GPU_L40S_G1_192", kGpu, 188, 1436, 37.92, kL40, 8, 48},
      {"GPU_R6K_G1_8", kGpu, 6, 58, 2.537, kR6, 1, 96},
      {"GPU_R6K_G1_16", kGpu, 14, 116, 5.074, kR6, 1, 96},
      {"GPU_R6K_G1_32", kGpu, 28, 240, 10.148, kR6, 1, 96},
      {"GPU_R6K_G1_48", kGpu, 44, 490, 15.222, kR6, 2, 96},
      {"GPU_R6K_G1_96", kGpu, 92, 984, 30.444, kR6, 4, 96},
      {"GPU_R6K_G1_192", kGpu, 188, 1843, 60.888, kR6, 8, 96},
      {"STANDARD_1", kPreview, 1, 6, 0, "", 0, 0, true},
      {"STANDARD_2", kPreview, 3, 13, 0, "", 0, 0, true},
      {"STANDARD_3", kPreview, 6, 28, 0, "", 0, 0, true},
      {"STANDARD_4", kPreview, 14, 58, 0, "", 0, 0, true},
      {"STANDARD_5", kPreview, 28, 116, 0, "", 0, 0, true},
      {"HIGH_MEMORY_2", kPreview, 6, 58, 0, "", 0, 0, true},
      {"HIGH_MEMORY_5", kPreview, 28, 240, 0, "", 0, 0, true},
      {"GPU_3", kPreview, 6, 27, 0, kA10, 1, 24, true},
      {"GPU_5", kPreview, 14, 58, 0, kA10, 1, 24, true},
      {"GPU_7", kPreview, 44, 178, 0, kA10, 4, 24, true},
      {"GPU_10", kPreview, 92, 1112, 0, kA100, 8, 40, true},
  };
  return *families;
}

const InstanceFamily* FindFamily(absl::string_view name, bool legacy_families) {
  for (const InstanceFamily& family : InstanceFamilies()) {
    if (family.name == name && (legacy_families || !family.legacy)) return &family;
  }
  return nullptr;
}

runtime::Resources CapacityOf(const InstanceFamily& family) {
  return {.milli_cpu = family.vcpu * 1000LL,
          .memory = static_cast<int64_t>(family.memory_gib) << 30,
          .gpus = family.gpu_count};
}

}  // namespace spcs::engine
