// SPDX-License-Identifier: MPL-2.0
// The data sources of the provider: one file each.
#pragma once

#include <memory>
#include <vector>

#include "provider/tf/resource.h"

namespace spcs::resources {
class Account;
}

namespace spcs::data_sources {

std::unique_ptr<tf::DataSource> MakeAccount(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeComputePools(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeImages(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeInstanceFamilies(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeJobStatus(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeRayCluster(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeServiceEndpoints(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeServiceLogs(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeServiceStatus(resources::Account& account);
std::unique_ptr<tf::DataSource> MakeServices(resources::Account& account);

// All of them. `account` outlives them.
std::vector<std::unique_ptr<tf::DataSource>> MakeAll(resources::Account& account);

}  // namespace spcs::data_sources
