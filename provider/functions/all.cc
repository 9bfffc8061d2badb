// SPDX-License-Identifier: MPL-2.0
#include "provider/functions/all.h"

namespace spcs::functions {

std::vector<std::unique_ptr<tf::Function>> MakeAll() {
  std::vector<std::unique_ptr<tf::Function>> all;
  all.push_back(MakeParseServiceSpec());
  all.push_back(MakeInstanceFamily());
  return all;
}

}  // namespace spcs::functions
