// SPDX-License-Identifier: MPL-2.0
// Everything that a provider consists of: put together by provider.cc, found by name in a Catalog.
#pragma once

#include <memory>
#include <vector>

#include "provider/tf/action.h"
#include "provider/tf/ephemeral.h"
#include "provider/tf/list_resource.h"
#include "provider/tf/resource.h"

namespace spcs::tf {

struct Registry {
  std::unique_ptr<ProviderConfig> config;
  std::vector<std::unique_ptr<Resource>> resources;
  std::vector<std::unique_ptr<DataSource>> data_sources;
  std::vector<std::unique_ptr<Function>> functions;
  std::vector<std::unique_ptr<EphemeralResource>> ephemerals;
  std::vector<std::unique_ptr<ListResource>> lists;  // each of a type that is among the resources
  std::vector<std::unique_ptr<Action>> actions;
};

}  // namespace spcs::tf
