// SPDX-License-Identifier: MPL-2.0
// What the values of a network rule look like, by the rule's type. Only what is wrong for certain is refused: the
// service has limits of its own for each region and feature.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace spcs::resources {

// Why `value` cannot be a value of a rule of `type` (any case); "" when it may be one.
std::string NetworkValueFault(absl::string_view type, const std::string& value);

// Why a rule of `type` cannot have `mode`; "" when it may. Source: the service's reference of CREATE NETWORK RULE and
// of the network of its Postgres instances.
std::string NetworkModeFault(absl::string_view type, absl::string_view mode);

}  // namespace spcs::resources
