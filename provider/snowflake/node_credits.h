// SPDX-License-Identifier: MPL-2.0
// What a node of an instance family costs, in credits an hour: for the warning that a plan changes the cost, and for
// the function compute_pool_credits. The figures are those of the vendor's Service Consumption Table effective May 12,
// 2026 (tables 1(f) and 1(g)), taken from public transcriptions that agree, and never checked against a bill: an
// estimate for reviews, not for accounting. Where clouds differ, the higher figure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace spcs::snowflake {

// Credits an hour of one running node. Case-insensitive; nullopt: not known here.
std::optional<double> CreditsOfNode(absl::string_view family);

// Credits as people write them: "0.57", "12", at most three decimals.
std::string CreditsText(double credits);

}  // namespace spcs::snowflake
