// SPDX-License-Identifier: MPL-2.0
// The provider-defined functions: one file each.
#pragma once

#include <memory>
#include <vector>

#include "provider/tf/resource.h"

namespace spcs::functions {

std::unique_ptr<tf::Function> MakeComputePoolCredits();
std::unique_ptr<tf::Function> MakeImageReference();
std::unique_ptr<tf::Function> MakeInstanceFamily();
std::unique_ptr<tf::Function> MakeParseServiceSpec();
std::unique_ptr<tf::Function> MakeServiceDnsName();
std::unique_ptr<tf::Function> MakeServiceSpec();

std::vector<std::unique_ptr<tf::Function>> MakeAll();

}  // namespace spcs::functions
