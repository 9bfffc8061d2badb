// SPDX-License-Identifier: MPL-2.0
// The check of one entry of a network rule's VALUE_LIST.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace spcs::engine {

// Fails when the value is not what a rule of the type may hold: HOST_PORT and PRIVATE_HOST_PORT take host[:port] with
// port 22, 80, 443 or 1024 and above, no wildcards, 0.0.0.0 (anywhere) with 80 and 443 only.
absl::Status CheckRuleValue(absl::string_view type, const std::string& value);

}  // namespace spcs::engine
