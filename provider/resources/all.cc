// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/all.h"

namespace spcs::resources {

std::vector<std::unique_ptr<tf::Resource>> MakeAll(Account& account) {
  std::vector<std::unique_ptr<tf::Resource>> all;
  all.push_back(MakeDatabase(account));
  all.push_back(MakeSchema(account));
  all.push_back(MakeStage(account));
  all.push_back(MakeStageFile(account));
  all.push_back(MakeImageRepository(account));
  all.push_back(MakeImage(account));
  all.push_back(MakeComputePool(account));
  all.push_back(MakeService(account));
  all.push_back(MakeJob(account));
  all.push_back(MakeTable(account));
  all.push_back(MakeSecret(account));
  all.push_back(MakeNetworkRule(account));
  all.push_back(MakeExternalAccessIntegration(account));
  all.push_back(MakeServiceRoleGrant(account));
  all.push_back(MakeGrant(account));
  all.push_back(MakeRayServeModel(account));
  return all;
}

}  // namespace spcs::resources
