// SPDX-License-Identifier: MPL-2.0
#include "provider/data_sources/all.h"

namespace spcs::data_sources {

std::vector<std::unique_ptr<tf::DataSource>> MakeAll(resources::Account& account) {
  std::vector<std::unique_ptr<tf::DataSource>> all;
  all.push_back(MakeAccount(account));
  all.push_back(MakeComputePools(account));
  all.push_back(MakeImages(account));
  all.push_back(MakeInstanceFamilies(account));
  all.push_back(MakeJobStatus(account));
  all.push_back(MakeRayCluster(account));
  all.push_back(MakeServiceEndpoints(account));
  all.push_back(MakeServiceLogs(account));
  all.push_back(MakeServiceStatus(account));
  all.push_back(MakeServices(account));
  return all;
}

}  // namespace spcs::data_sources
