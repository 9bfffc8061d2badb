// SPDX-License-Identifier: MPL-2.0
#include "provider/provider.h"

#include <unistd.h>

#include "provider/actions/all.h"
#include "provider/base/clock.h"
#include "provider/base/logger.h"
#include "provider/data_sources/all.h"
#include "provider/ephemeral/all.h"
#include "provider/functions/all.h"
#include "provider/lists/all.h"
#include "provider/provider_config.h"
#include "provider/resources/account.h"
#include "provider/resources/all.h"
#include "provider/tf/provider_server.h"

namespace spcs {
namespace {

// What the server refers to lives as long as it does.
struct Surroundings {
  RealClock clock;
  FdLogger logger{STDERR_FILENO, LogLevelFromEnvironment()};
  resources::Account account{clock, logger};
};

tf::Registry MakeRegistry(resources::Account& account) {
  tf::Registry registry;
  registry.config = MakeProviderConfig(account);
  registry.resources = resources::MakeAll(account);
  registry.data_sources = data_sources::MakeAll(account);
  registry.functions = functions::MakeAll();
  registry.ephemerals = ephemeral::MakeAll(account);
  registry.lists = lists::MakeAll(account);
  registry.actions = actions::MakeAll(account);
  return registry;
}

class OwningServer : private Surroundings, public tf::ProviderServer {
 public:
  OwningServer() : tf::ProviderServer([this] { return MakeRegistry(account); }, clock, logger) {}
};

}  // namespace

std::unique_ptr<tf::ServerInterface> MakeServer() {
  return std::make_unique<OwningServer>();
}

}  // namespace spcs
