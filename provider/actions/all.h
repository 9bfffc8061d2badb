// SPDX-License-Identifier: MPL-2.0
// The actions of the provider.
#pragma once

#include <memory>
#include <vector>

#include "provider/tf/action.h"

namespace spcs::resources {
class Account;
}

namespace spcs::actions {

std::unique_ptr<tf::Action> MakeSuspendComputePool(resources::Account& account);
std::unique_ptr<tf::Action> MakeResumeComputePool(resources::Account& account);
std::unique_ptr<tf::Action> MakeStopAll(resources::Account& account);
std::unique_ptr<tf::Action> MakeSuspendService(resources::Account& account);
std::unique_ptr<tf::Action> MakeResumeService(resources::Account& account);
std::unique_ptr<tf::Action> MakeRestartService(resources::Account& account);

// All of them. `account` outlives them.
std::vector<std::unique_ptr<tf::Action>> MakeAll(resources::Account& account);

}  // namespace spcs::actions
