// SPDX-License-Identifier: MPL-2.0
// The provider block: how to reach the account and as whom. Every attribute is optional.
#pragma once

#include <memory>

#include "provider/resources/account.h"
#include "provider/tf/resource.h"

namespace spcs {

// `account` is told the configuration and outlives the result.
std::unique_ptr<tf::ProviderConfig> MakeProviderConfig(resources::Account& account);

}  // namespace spcs
