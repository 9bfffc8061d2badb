// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/all.h"

#include "emulator/engine/kinds/kinds.h"
#include "emulator/engine/kinds/security_integration.h"
#include "emulator/engine/kinds/service_kinds.h"
#include "emulator/engine/kinds/table_keys.h"

namespace spcs::engine {

absl::Status RegisterAll(Registry& registry, const EngineOptions& options) {
  registry.AddKind(MakeDatabaseHandler());
  registry.AddKind(MakeSchemaHandler());
  registry.AddKind(MakeRoleHandler());
  registry.AddKind(MakeUserHandler());
  registry.AddKind(MakeWarehouseHandler());
  registry.AddKind(MakeStageHandler());
  registry.AddKind(MakeImageRepositoryHandler());
  registry.AddKind(MakeSecretHandler());
  registry.AddKind(MakeNetworkRuleHandler());
  registry.AddKind(MakeIntegrationHandler());
  registry.AddKind(MakeTableHandler());
  registry.AddKind(MakeTagHandler());
  registry.AddKind(MakeNamedHandler(Kind::kApplication));
  registry.AddKind(MakeNamedHandler(Kind::kFileFormat));
  RegisterSecurityIntegrations(registry);
  RegisterTableKeys(registry);
  RegisterAccessTokens(registry);
  RegisterSessions(registry);
  RegisterGrants(registry);
  RegisterShowGrants(registry);
  RegisterListings(registry);
  RegisterStageFiles(registry);
  RegisterQueries(registry);
  RegisterAccountFunctions(registry);
  return RegisterServiceKinds(registry, options);
}

}  // namespace spcs::engine
