// SPDX-License-Identifier: MPL-2.0
// Amounts of CPU and memory as a service specification spells them. Users, we and the service spell the same amount
// differently ("0.5" and "500m"), so amounts are compared as numbers. Called by the checks and by the comparison.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace spcs::snowflake {

// CPU in thousandths of a core: "2", "0.5", "500m". InvalidArgument says what is allowed; finer than 1m is refused.
absl::StatusOr<int64_t> ParseCpu(absl::string_view text);

// Memory or storage in bytes: a decimal number and one of Ki, Mi, Gi, Ti (powers of 1024) or k, K, M, G, T (powers of
// 1000); the unit is required. A fraction of a byte counts as a byte. InvalidArgument says what is allowed.
absl::StatusOr<int64_t> ParseMemory(absl::string_view text);

// A period such as "1h30m", "7d" or "45s", in seconds: whole numbers with d, h, m, s, each at most once, in that order.
absl::StatusOr<int64_t> ParseDuration(absl::string_view text);

// The canonical spelling: whole cores, else millicores ("2", "500m").
std::string FormatCpu(int64_t millicores);

// The canonical spelling: the largest of Ti, Gi, Mi, Ki that divides the amount, else Gi with two decimals, for people.
std::string FormatMemory(int64_t bytes);

// Whether both spell the same amount. Text that is no amount is equal only to the same text.
bool SameCpu(absl::string_view a, absl::string_view b);
bool SameMemory(absl::string_view a, absl::string_view b);
bool SameDuration(absl::string_view a, absl::string_view b);

}  // namespace spcs::snowflake
