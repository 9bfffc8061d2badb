// SPDX-License-Identifier: MPL-2.0
#include "provider/lists/all.h"

namespace spcs::lists {

std::vector<std::unique_ptr<tf::ListResource>> MakeAll(resources::Account& account) {
  std::vector<std::unique_ptr<tf::ListResource>> all;
  all.push_back(MakeComputePoolList(account));
  all.push_back(MakeImageRepositoryList(account));
  all.push_back(MakeServiceList(account));
  return all;
}

}  // namespace spcs::lists
