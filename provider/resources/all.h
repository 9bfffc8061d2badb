// SPDX-License-Identifier: MPL-2.0
// The resources of the provider: one line each. A new one is a file beside this and a line in both all.h and all.cc.
#pragma once

#include <memory>
#include <vector>

#include "provider/tf/resource.h"

namespace spcs::resources {

class Account;

std::unique_ptr<tf::Resource> MakeDatabase(Account& account);
std::unique_ptr<tf::Resource> MakeSchema(Account& account);
std::unique_ptr<tf::Resource> MakeStage(Account& account);
std::unique_ptr<tf::Resource> MakeStageFile(Account& account);
std::unique_ptr<tf::Resource> MakeImageRepository(Account& account);
std::unique_ptr<tf::Resource> MakeImage(Account& account);
std::unique_ptr<tf::Resource> MakeComputePool(Account& account);
std::unique_ptr<tf::Resource> MakeService(Account& account);
std::unique_ptr<tf::Resource> MakeJob(Account& account);
std::unique_ptr<tf::Resource> MakeTable(Account& account);
std::unique_ptr<tf::Resource> MakeSecret(Account& account);
std::unique_ptr<tf::Resource> MakeNetworkRule(Account& account);
std::unique_ptr<tf::Resource> MakeExternalAccessIntegration(Account& account);
std::unique_ptr<tf::Resource> MakeServiceRoleGrant(Account& account);
std::unique_ptr<tf::Resource> MakeGrant(Account& account);
std::unique_ptr<tf::Resource> MakeRayServeModel(Account& account);

// All of them. `account` outlives them.
std::vector<std::unique_ptr<tf::Resource>> MakeAll(Account& account);

}  // namespace spcs::resources
