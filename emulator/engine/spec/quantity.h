// SPDX-License-Identifier: MPL-2.0
// Amounts of CPU and memory as specifications write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace spcs::spec {

// "0.5", "2", "500m" in thousandths of a vCPU; nullopt when it is no such amount.
std::optional<int64_t> ParseCpu(absl::string_view text);

// "512M", "20.16Gi" in bytes. A unit (k, M, G, Ki, Mi, Gi) is required.
std::optional<int64_t> ParseMemory(absl::string_view text);

// As the service prints capacities: "6", "0.5"; "13Gi", "0.5Gi".
std::string PrintCpu(int64_t milli_cpu);
std::string PrintMemory(int64_t bytes);

}  // namespace spcs::spec
