// SPDX-License-Identifier: MPL-2.0
// The list resources of the provider, for import in bulk: one file each.
#pragma once

#include <memory>
#include <vector>

#include "provider/tf/list_resource.h"

namespace spcs::resources {
class Account;
}

namespace spcs::lists {

std::unique_ptr<tf::ListResource> MakeComputePoolList(resources::Account& account);
std::unique_ptr<tf::ListResource> MakeImageRepositoryList(resources::Account& account);
std::unique_ptr<tf::ListResource> MakeServiceList(resources::Account& account);

// All of them. `account` outlives them.
std::vector<std::unique_ptr<tf::ListResource>> MakeAll(resources::Account& account);

}  // namespace spcs::lists
