// SPDX-License-Identifier: MPL-2.0
// The part of ProviderServer before any resource is touched: validation, the provider block, stored state made current.
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/logger.h"
#include "provider/base/status.h"
#include "provider/tf/codec.h"
#include "provider/tf/provider_server.h"
#include "provider/tf/server_text.h"
#include "provider/tf/validate_config.h"

namespace spcs::tf {
namespace {

// Stored state in the present shape. Text of the present version is never parsed and written again, so that its
// numbers stay exact.
absl::StatusOr<Value> CurrentState(Resource& resource, int64_t version, const std::string& json) {
  const Type type = resource.schema().WireType();
  if (version == resource.schema().version) return DecodeJson(json, type, Shape::kLenient);
  ASSIGN_OR_RETURN(nlohmann::json state, ParseJson(json));
  if (!state.is_object()) return absl::InvalidArgumentError("the stored state is no object");
  RETURN_IF_ERROR(resource.Upgrade(version, state));
  return DecodeJson(DumpJson(state), type, Shape::kLenient);
}

}  // namespace

ValidateResponse ProviderServer::ValidateProvider(const ValidateRequest& request) {
  ValidateResponse response;
  const Schema& schema = catalog().config().schema();
  const auto config = Decode(request.config, schema.WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok() || !config->IsMap()) return response;
  ValidateAttributes(schema, *config, response.diagnostics);
  if (!response.diagnostics.HasErrors()) catalog().config().Validate(*config, response.diagnostics);
  return response;
}

ValidateResponse ProviderServer::ValidateResource(const ValidateRequest& request) {
  ValidateResponse response;
  const Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  const auto config = Decode(request.config, resource->schema().WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok() || !config->IsMap()) return response;
  if (!request.write_only_allowed) RefuseWriteOnly(resource->schema(), *config, response.diagnostics);
  ValidateAttributes(resource->schema(), *config, response.diagnostics);
  if (!response.diagnostics.HasErrors()) resource->Validate(*config, response.diagnostics);
  return response;
}

ValidateResponse ProviderServer::ValidateDataSource(const ValidateRequest& request) {
  ValidateResponse response;
  const DataSource* source = FindDataSource(request.type_name, response.diagnostics);
  if (source != nullptr) ValidateConfig(*source, request.config, response.diagnostics);
  return response;
}

ConfigureResponse ProviderServer::Configure(const ConfigureRequest& request) {
  ConfigureResponse response;
  const auto config = Decode(request.config, catalog().config().schema().WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (config.ok()) catalog().config().Configure(*config, request.client_version, response.diagnostics);
  return response;
}

UpgradeStateResponse ProviderServer::UpgradeState(const UpgradeStateRequest& request) {
  UpgradeStateResponse response;
  Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  if (request.version > resource->schema().version) {
    response.diagnostics.AddError(
        Path(), "State of a newer provider",
        absl::StrCat("The state was written by schema version ", request.version, " of ", request.type_name,
                     "; this provider knows up to ", resource->schema().version, ". Upgrade the provider."));
    return response;
  }
  if (request.raw_state.json.empty()) {
    response.diagnostics.AddError(Path(), Cannot("upgrade the state of", *resource),
                                  "The state is in the format of a client older than 0.12, which nothing here wrote.");
    return response;
  }
  const absl::StatusOr<Value> state = CurrentState(*resource, request.version, request.raw_state.json);
  response.diagnostics.AddStatus(Cannot("upgrade the state of", *resource), state.status());
  if (state.ok()) response.upgraded_state = Encode(*state, resource->schema().WireType());
  return response;
}

UpgradeIdentityResponse ProviderServer::UpgradeIdentity(const UpgradeIdentityRequest& request) {
  UpgradeIdentityResponse response;
  const IdentitySchema* identity = catalog().FindIdentity(request.type_name);
  if (identity == nullptr) return response;
  const Type type = identity->WireType();
  const auto value = DecodeJson(request.raw_identity.json, type, Shape::kLenient);
  response.diagnostics.AddStatus("Cannot upgrade the identity", value.status());
  if (value.ok()) response.upgraded_identity = Encode(*value, type);
  return response;
}

MoveResponse ProviderServer::Move(const MoveRequest& request) {
  MoveResponse response;
  Resource* resource = FindResource(request.target_type_name, response.diagnostics);
  if (resource == nullptr) return response;
  logger_.Debug("moving a state", {{"provider", request.source_provider_address},
                                   {"from", request.source_type_name},
                                   {"to", request.target_type_name}});
  const auto state = resource->Move(request.source_type_name, request.source_state.json);
  response.diagnostics.AddStatus("Cannot move the state", state.status());
  if (state.ok()) response.target_state = Encode(*state, resource->schema().WireType());
  return response;
}

}  // namespace spcs::tf
