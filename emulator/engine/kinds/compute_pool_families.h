// SPDX-License-Identifier: MPL-2.0
// The instance families that the account offers: what a node of each has and costs. One cloud's list (AWS), as the
// service documents it; other names are refused, those of the private preview too unless EngineOptions.legacy_families
// is set.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/runtime/compute.h"

namespace spcs::engine {

struct InstanceFamily {
  absl::string_view name, description;
  int vcpu = 0, memory_gib = 0;
  double credits = 0;                     // an hour of one node that runs; 0: not known
  absl::string_view gpu = "";             // "NVIDIA A10G"; "" without
  int gpu_count = 0, gpu_memory_gib = 0;  // memory of one GPU
  bool legacy = false;
};

// In the order of the listing.
const std::vector<InstanceFamily>& InstanceFamilies();

// nullptr when the account does not offer it. `name` in upper case.
const InstanceFamily* FindFamily(absl::string_view name, bool legacy_families);

// What one node can give to instances.
runtime::Resources CapacityOf(const InstanceFamily& family);

}  // namespace spcs::engine
