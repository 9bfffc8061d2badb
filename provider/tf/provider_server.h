// SPDX-License-Identifier: MPL-2.0
// Serves a Registry: decodes, finds the resource, runs plan engine and verbs, encodes. The life of an RPC between the
// wire (provider/plugin) and a resource (provider/resources).
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "provider/tf/catalog.h"
#include "provider/tf/resource.h"
#include "provider/tf/server.h"

namespace spcs::tf {

// Thread-safe: resources are called from many threads at once.
class ProviderServer : public ServerInterface {
 public:
  // Clock and logger stay the caller's and outlive the server. `make` runs at the first call that needs what it makes.
  ProviderServer(MakeRegistry make, Clock& clock, Logger& logger);

  const ProviderSchema& GetSchema() override { return catalog().schema(); }
  ValidateResponse ValidateProvider(const ValidateRequest& request) override;
  ValidateResponse ValidateResource(const ValidateRequest& request) override;
  ValidateResponse ValidateDataSource(const ValidateRequest& request) override;
  ValidateResponse ValidateEphemeral(const ValidateRequest& request) override;
  ValidateResponse ValidateList(const ValidateRequest& request) override;
  ValidateResponse ValidateAction(const ValidateRequest& request) override;
  ConfigureResponse Configure(const ConfigureRequest& request) override;
  UpgradeStateResponse UpgradeState(const UpgradeStateRequest& request) override;
  UpgradeIdentityResponse UpgradeIdentity(const UpgradeIdentityRequest& request) override;
  ReadResponse Read(const ReadRequest& request, std::stop_token stop) override;
  PlanResponse Plan(const PlanRequest& request, std::stop_token stop) override;
  ApplyResponse Apply(const ApplyRequest& request, std::stop_token stop) override;
  ImportResponse Import(const ImportRequest& request, std::stop_token stop) override;
  MoveResponse Move(const MoveRequest& request) override;
  ReadDataResponse ReadData(const ReadDataRequest& request, std::stop_token stop) override;
  CallFunctionResponse CallFunction(const CallFunctionRequest& request) override;
  OpenEphemeralResponse OpenEphemeral(const OpenEphemeralRequest& request, std::stop_token stop) override;
  RenewEphemeralResponse RenewEphemeral(const RenewEphemeralRequest& request, std::stop_token stop) override;
  CloseEphemeralResponse CloseEphemeral(const CloseEphemeralRequest& request, std::stop_token stop) override;
  void List(const ListRequest& request, std::stop_token stop, const ListEventSink& sink) override;
  PlanActionResponse PlanAction(const ActionRequest& request, std::stop_token stop) override;
  InvokeActionResponse InvokeAction(const ActionRequest& request, std::stop_token stop,
                                    const ProgressSink& progress) override;
  void Shutdown() override;

 private:
  const Catalog& catalog() const { return catalog_.Get(); }
  // Null, with an error added, when there is no such type.
  Resource* FindResource(const std::string& type_name, Diagnostics& diagnostics) const;
  DataSource* FindDataSource(const std::string& type_name, Diagnostics& diagnostics) const;
  EphemeralResource* FindEphemeral(const std::string& type_name, Diagnostics& diagnostics) const;
  ListResource* FindList(const std::string& type_name, Diagnostics& diagnostics) const;
  Action* FindAction(const std::string& type_name, Diagnostics& diagnostics) const;
  Context MakeContext(std::stop_token stop, Diagnostics& diagnostics, const std::string& private_state) const;
  // The identity of an object with that state; nullopt for resources without one and for no object.
  std::optional<DynamicValue> IdentityFor(const Resource& resource, const Value& state,
                                          const PrivateState& private_state) const;
  absl::Status PlanResource(Resource& resource, const PlanRequest& request, std::stop_token stop,
                            PlanResponse& response) const;
  struct Change {
    Value prior, planned, config;
  };
  static absl::StatusOr<Change> DecodeChange(const Type& type, const ApplyRequest& request);
  // Runs the verb; `state` is the truth afterwards, also after an error.
  static absl::Status ApplyChange(Resource& resource, const Change& change, Context& context, Value& state);
  absl::StatusOr<Value> ImportState(Resource& resource, const ImportRequest& request, Context& context) const;
  // Reads the object of a listing as an import would.
  absl::Status AddObject(const ListItem& item, Resource& resource, std::stop_token stop, ListEvent& event) const;
  ListEvent MakeEvent(const ListItem& item, const ListRequest& request, Resource& resource, std::stop_token stop) const;

  const LazyCatalog catalog_;
  std::atomic<bool> opened_ephemerals_ = false;
  Clock& clock_;
  Logger& logger_;
};

}  // namespace spcs::tf
