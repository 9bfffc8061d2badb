// SPDX-License-Identifier: MPL-2.0
#include "provider/actions/all.h"

namespace spcs::actions {

std::vector<std::unique_ptr<tf::Action>> MakeAll(resources::Account& account) {
  std::vector<std::unique_ptr<tf::Action>> all;
  all.push_back(MakeRestartService(account));
  all.push_back(MakeResumeComputePool(account));
  all.push_back(MakeResumeService(account));
  all.push_back(MakeStopAll(account));
  all.push_back(MakeSuspendComputePool(account));
  all.push_back(MakeSuspendService(account));
  return all;
}

}  // namespace spcs::actions
