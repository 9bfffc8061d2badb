// SPDX-License-Identifier: MPL-2.0
// The provider as the protocol sees it: one method per RPC of protocol 6, with plain structs in and out.
// provider/plugin translates messages to these and calls; nothing here knows protobuf or gRPC.
//
// Every method is thread-safe and never throws; what goes wrong is in `diagnostics`. Values travel encoded
// (DynamicValue), because only the schema here knows how to read them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "provider/tf/diagnostics.h"
#include "provider/tf/path.h"
#include "provider/tf/schema.h"

namespace spcs::tf {

// An encoded value. Both empty: null.
struct DynamicValue {
  std::string msgpack;
  std::string json;
};

// State as stored by an earlier version: JSON, or the flat map of very old clients.
struct RawState {
  std::string json;
  std::map<std::string, std::string> flatmap;
};

// Everything that GetProviderSchema, GetResourceIdentitySchemas, GetFunctions and GetMetadata answer.
struct ProviderSchema {
  Schema provider;
  std::map<std::string, Schema> resources;
  std::map<std::string, Schema> data_sources;
  std::map<std::string, Schema> ephemeral_resources;
  std::map<std::string, Schema> lists;  // by the managed resource that they list
  std::map<std::string, Schema> actions;
  std::map<std::string, FunctionSignature> functions;
  std::map<std::string, IdentitySchema> identities;
};

struct ValidateRequest {  // the configuration of a provider (type_name is empty) or of any kind of thing
  std::string type_name;
  DynamicValue config;
  bool write_only_allowed = false;
};
struct ValidateResponse {
  Diagnostics diagnostics;
};

struct UpgradeStateRequest {
  std::string type_name;
  int64_t version = 0;
  RawState raw_state;
};
struct UpgradeStateResponse {
  DynamicValue upgraded_state;
  Diagnostics diagnostics;
};

struct UpgradeIdentityRequest {
  std::string type_name;
  int64_t version = 0;
  RawState raw_identity;
};
struct UpgradeIdentityResponse {
  DynamicValue upgraded_identity;
  Diagnostics diagnostics;
};

struct ConfigureRequest {
  std::string client_version;
  DynamicValue config;
};
struct ConfigureResponse {
  Diagnostics diagnostics;
};

struct ReadRequest {
  std::string type_name;
  DynamicValue current_state;
  std::string private_state;
  std::optional<DynamicValue> current_identity;
};
struct ReadResponse {
  DynamicValue new_state;
  std::string private_state;
  std::optional<DynamicValue> new_identity;
  Diagnostics diagnostics;
};

struct PlanRequest {
  std::string type_name;
  DynamicValue prior_state;
  DynamicValue proposed_new_state;
  DynamicValue config;
  std::string prior_private;
  std::optional<DynamicValue> prior_identity;
};
struct PlanResponse {
  DynamicValue planned_state;
  std::vector<Path> requires_replace;
  std::string planned_private;
  std::optional<DynamicValue> planned_identity;
  Diagnostics diagnostics;
};

struct ApplyRequest {
  std::string type_name;
  DynamicValue prior_state;
  DynamicValue planned_state;
  DynamicValue config;
  std::string planned_private;
  std::optional<DynamicValue> planned_identity;
};
struct ApplyResponse {
  DynamicValue new_state;
  std::string private_state;
  std::optional<DynamicValue> new_identity;
  Diagnostics diagnostics;
};

struct ImportRequest {
  std::string type_name;
  std::string id;  // "" when imported by identity
  std::optional<DynamicValue> identity;
};
struct ImportedResource {
  std::string type_name;
  DynamicValue state;
  std::string private_state;
  std::optional<DynamicValue> identity;
};
struct ImportResponse {
  std::vector<ImportedResource> resources;
  Diagnostics diagnostics;
};

struct MoveRequest {
  std::string source_provider_address;
  std::string source_type_name;
  int64_t source_schema_version = 0;
  RawState source_state;
  std::string source_private;
  RawState source_identity;
  std::string target_type_name;
};
struct MoveResponse {
  DynamicValue target_state;
  std::string target_private;
  std::optional<DynamicValue> target_identity;
  Diagnostics diagnostics;
};

struct ReadDataRequest {
  std::string type_name;
  DynamicValue config;
};
struct ReadDataResponse {
  DynamicValue state;
  Diagnostics diagnostics;
};

struct CallFunctionRequest {
  std::string name;
  std::vector<DynamicValue> arguments;
};
struct CallFunctionResponse {
  DynamicValue result;
  std::optional<std::string> error;
  std::optional<int64_t> error_argument;
};

struct OpenEphemeralRequest {
  std::string type_name;
  DynamicValue config;
};
struct OpenEphemeralResponse {
  DynamicValue result;
  std::optional<absl::Time> renew_at;
  std::string private_state;
  Diagnostics diagnostics;
};
struct RenewEphemeralRequest {
  std::string type_name;
  std::string private_state;
};
struct RenewEphemeralResponse {
  std::optional<absl::Time> renew_at;
  std::string private_state;
  Diagnostics diagnostics;
};
struct CloseEphemeralRequest {
  std::string type_name;
  std::string private_state;
};
struct CloseEphemeralResponse {
  Diagnostics diagnostics;
};

struct ListRequest {
  std::string type_name;
  DynamicValue config;
  bool include_object = false;
  int64_t limit = 0;  // 0: no limit
};
// An object that was found or, without an identity, what went wrong.
struct ListEvent {
  std::optional<DynamicValue> identity;
  std::string display_name;
  std::optional<DynamicValue> object;  // when it was asked for and could be read
  Diagnostics diagnostics;
};
// Takes the next event. False: the client is gone or has enough.
using ListEventSink = std::function<bool(ListEvent event)>;

struct ActionRequest {
  std::string type_name;
  DynamicValue config;
};
struct PlanActionResponse {
  Diagnostics diagnostics;
};
struct InvokeActionResponse {
  Diagnostics diagnostics;
};
using ProgressSink = std::function<void(const std::string& message)>;

class ServerInterface {
 public:
  virtual ~ServerInterface() = default;

  // The same object at each call; built once.
  virtual const ProviderSchema& GetSchema() = 0;

  virtual ValidateResponse ValidateProvider(const ValidateRequest& request) = 0;
  virtual ValidateResponse ValidateResource(const ValidateRequest& request) = 0;
  virtual ValidateResponse ValidateDataSource(const ValidateRequest& request) = 0;
  virtual ValidateResponse ValidateEphemeral(const ValidateRequest& request) = 0;
  virtual ValidateResponse ValidateList(const ValidateRequest& request) = 0;
  virtual ValidateResponse ValidateAction(const ValidateRequest& request) = 0;
  virtual ConfigureResponse Configure(const ConfigureRequest& request) = 0;

  virtual UpgradeStateResponse UpgradeState(const UpgradeStateRequest& request) = 0;
  virtual UpgradeIdentityResponse UpgradeIdentity(const UpgradeIdentityRequest& request) = 0;
  // Those below may take long: they end soon after `stop` is requested.
  virtual ReadResponse Read(const ReadRequest& request, std::stop_token stop) = 0;
  virtual PlanResponse Plan(const PlanRequest& request, std::stop_token stop) = 0;
  virtual ApplyResponse Apply(const ApplyRequest& request, std::stop_token stop) = 0;
  virtual ImportResponse Import(const ImportRequest& request, std::stop_token stop) = 0;
  virtual MoveResponse Move(const MoveRequest& request) = 0;
  virtual ReadDataResponse ReadData(const ReadDataRequest& request, std::stop_token stop) = 0;
  virtual CallFunctionResponse CallFunction(const CallFunctionRequest& request) = 0;
  virtual OpenEphemeralResponse OpenEphemeral(const OpenEphemeralRequest& request, std::stop_token stop) = 0;
  virtual RenewEphemeralResponse RenewEphemeral(const RenewEphemeralRequest& request, std::stop_token stop) = 0;
  virtual CloseEphemeralResponse CloseEphemeral(const CloseEphemeralRequest& request, std::stop_token stop) = 0;
  virtual void List(const ListRequest& request, std::stop_token stop, const ListEventSink& sink) = 0;
  virtual PlanActionResponse PlanAction(const ActionRequest& request, std::stop_token stop) = 0;
  virtual InvokeActionResponse InvokeAction(const ActionRequest& request, std::stop_token stop,
                                            const ProgressSink& progress) = 0;

  // The process is about to end: gives back what ephemeral resources still have open. Returns within two seconds.
  virtual void Shutdown() {}
};

}  // namespace spcs::tf
