// SPDX-License-Identifier: MPL-2.0
// The ephemeral resources of the provider: one file each.
#pragma once

#include <memory>
#include <vector>

#include "provider/tf/ephemeral.h"

namespace spcs::resources {
class Account;
}

namespace spcs::ephemeral {

std::unique_ptr<tf::EphemeralResource> MakeAccessToken(resources::Account& account);
std::unique_ptr<tf::EphemeralResource> MakeRegistryCredentials(resources::Account& account);

// All of them. `account` outlives them.
std::vector<std::unique_ptr<tf::EphemeralResource>> MakeAll(resources::Account& account);

}  // namespace spcs::ephemeral
