// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service_kinds.h"

namespace spcs::engine {

absl::Status RegisterServiceKinds(Registry& registry, const EngineOptions& options) {
  (void)registry;
  (void)options;
  return absl::OkStatus();
}

}  // namespace spcs::engine
