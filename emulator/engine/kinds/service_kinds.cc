// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service_kinds.h"

#include <memory>

#include "emulator/engine/kinds/compute_pool.h"
#include "emulator/engine/kinds/compute_pool_fleet.h"
#include "emulator/engine/kinds/image.h"
#include "emulator/engine/kinds/ingress.h"
#include "emulator/engine/kinds/job.h"
#include "emulator/engine/kinds/service.h"
#include "emulator/engine/kinds/service_show.h"
#include "emulator/runtime/process/runtime.h"
#include "provider/base/status.h"

namespace spcs::engine {

absl::Status RegisterServiceKinds(Registry& registry, const EngineOptions& options) {
  ASSIGN_OR_RETURN(runtime::Scenarios scenarios, runtime::Scenarios::Load(options.scenarios_dir));
  if (options.processes != nullptr) scenarios.RunAsProcesses(options.processes->Images());
  ASSIGN_OR_RETURN(ImageCatalog catalog, ImageCatalog::Load(options.images));
  const auto images = std::make_shared<const ImageCatalog>(std::move(catalog));
  const auto fleet = std::make_shared<const Fleet>(std::move(scenarios), images, options);
  registry.AddKind(MakeComputePoolHandler(fleet));
  RegisterInstanceFamilies(registry);
  registry.AddKind(MakeServiceHandler(fleet));
  RegisterServiceShows(registry, fleet);
  RegisterServiceRoles(registry);
  RegisterServiceFunctions(registry, fleet);
  RegisterIngress(registry, fleet);
  RegisterJobs(registry, fleet);
  RegisterImages(registry, images);
  return absl::OkStatus();
}

}  // namespace spcs::engine
