// SPDX-License-Identifier: MPL-2.0
#include "provider/data_sources/all.h"

namespace spcs::data_sources {

std::vector<std::unique_ptr<tf::DataSource>> MakeAll(resources::Account& account) {
  std::vector<std::unique_ptr<tf::DataSource>> all;
  all.push_back(MakeServiceEndpoints(account));
  return all;
}

}  // namespace spcs::data_sources
