// SPDX-License-Identifier: MPL-2.0
#include "provider/ephemeral/all.h"

namespace spcs::ephemeral {

std::vector<std::unique_ptr<tf::EphemeralResource>> MakeAll(resources::Account& account) {
  std::vector<std::unique_ptr<tf::EphemeralResource>> all;
  all.push_back(MakeAccessToken(account));
  all.push_back(MakeRegistryCredentials(account));
  return all;
}

}  // namespace spcs::ephemeral
