// SPDX-License-Identifier: MPL-2.0
#include "provider/functions/all.h"

namespace spcs::functions {

std::vector<std::unique_ptr<tf::Function>> MakeAll() {
  std::vector<std::unique_ptr<tf::Function>> all;
  all.push_back(MakeComputePoolCredits());
  all.push_back(MakeImageReference());
  all.push_back(MakeInstanceFamily());
  all.push_back(MakeParseServiceSpec());
  all.push_back(MakeServiceDnsName());
  all.push_back(MakeServiceSpec());
  return all;
}

}  // namespace spcs::functions
