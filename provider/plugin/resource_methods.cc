// SPDX-License-Identifier: MPL-2.0
// Resources and data sources.
#include "provider/plugin/provider_methods.h"

namespace spcs::plugin {
namespace {

using namespace tfplugin6;  // NOLINT: this file is about nothing else

// Leaves the field out when there is no identity. `mutable_identity` makes the field.
template <class Mutable>
void GiveIdentity(std::optional<tf::DynamicValue> identity, Mutable mutable_identity) {
  if (identity) ToMessage(*std::move(identity), mutable_identity()->mutable_identity_data());
}

// What a read and an apply answer alike.
template <class Result, class Response>
void GiveNewState(Result result, Response& out) {
  ToMessage(std::move(result.new_state), out.mutable_new_state());
  out.set_private_(std::move(result.private_state));
  GiveIdentity(std::move(result.new_identity), [&] { return out.mutable_new_identity(); });
  ToMessages(result.diagnostics, out.mutable_diagnostics());
}

void AddUpgrades(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<UpgradeResourceState_Request, UpgradeResourceState_Response>(
      table, "UpgradeResourceState", [&](auto& in, auto& out, std::stop_token) {
        auto result = server.UpgradeState(
            {.type_name = in.type_name(), .version = in.version(), .raw_state = FromMessage(*in.mutable_raw_state())});
        ToMessage(std::move(result.upgraded_state), out.mutable_upgraded_state());
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<UpgradeResourceIdentity_Request, UpgradeResourceIdentity_Response>(
      table, "UpgradeResourceIdentity", [&](auto& in, auto& out, std::stop_token) {
        auto result = server.UpgradeIdentity({.type_name = in.type_name(),
                                              .version = in.version(),
                                              .raw_identity = FromMessage(*in.mutable_raw_identity())});
        ToMessage(std::move(result.upgraded_identity), out.mutable_upgraded_identity()->mutable_identity_data());
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
}

void AddRead(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<ReadResource_Request, ReadResource_Response>(
      table, "ReadResource", [&](auto& in, auto& out, std::stop_token stop) {
        auto result = server.Read({.type_name = in.type_name(),
                                   .current_state = FromMessage(*in.mutable_current_state()),
                                   .private_state = std::move(*in.mutable_private_()),
                                   .current_identity = TakeIdentity(in.mutable_current_identity())},
                                  std::move(stop));
        GiveNewState(std::move(result), out);
      });
  AddUnary<ReadDataSource_Request, ReadDataSource_Response>(
      table, "ReadDataSource", [&](auto& in, auto& out, std::stop_token stop) {
        auto result = server.ReadData({.type_name = in.type_name(), .config = FromMessage(*in.mutable_config())},
                                      std::move(stop));
        ToMessage(std::move(result.state), out.mutable_state());
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
}

void AddPlan(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<PlanResourceChange_Request, PlanResourceChange_Response>(
      table, "PlanResourceChange", [&](auto& in, auto& out, std::stop_token stop) {
        auto result = server.Plan({.type_name = in.type_name(),
                                   .prior_state = FromMessage(*in.mutable_prior_state()),
                                   .proposed_new_state = FromMessage(*in.mutable_proposed_new_state()),
                                   .config = FromMessage(*in.mutable_config()),
                                   .prior_private = std::move(*in.mutable_prior_private()),
                                   .prior_identity = TakeIdentity(in.mutable_prior_identity())},
                                  std::move(stop));
        ToMessage(std::move(result.planned_state), out.mutable_planned_state());
        for (const tf::Path& path : result.requires_replace) ToMessage(path, out.add_requires_replace());
        out.set_planned_private(std::move(result.planned_private));
        GiveIdentity(std::move(result.planned_identity), [&] { return out.mutable_planned_identity(); });
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
}

void AddApply(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<ApplyResourceChange_Request, ApplyResourceChange_Response>(
      table, "ApplyResourceChange", [&](auto& in, auto& out, std::stop_token stop) {
        auto result = server.Apply({.type_name = in.type_name(),
                                    .prior_state = FromMessage(*in.mutable_prior_state()),
                                    .planned_state = FromMessage(*in.mutable_planned_state()),
                                    .config = FromMessage(*in.mutable_config()),
                                    .planned_private = std::move(*in.mutable_planned_private()),
                                    .planned_identity = TakeIdentity(in.mutable_planned_identity())},
                                   std::move(stop));
        GiveNewState(std::move(result), out);
      });
}

void AddImport(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<ImportResourceState_Request, ImportResourceState_Response>(
      table, "ImportResourceState", [&](auto& in, auto& out, std::stop_token stop) {
        auto result =
            server.Import({.type_name = in.type_name(), .id = in.id(), .identity = TakeIdentity(in.mutable_identity())},
                          std::move(stop));
        for (tf::ImportedResource& resource : result.resources) {
          ImportResourceState_ImportedResource* message = out.add_imported_resources();
          message->set_type_name(resource.type_name);
          ToMessage(std::move(resource.state), message->mutable_state());
          message->set_private_(std::move(resource.private_state));
          GiveIdentity(std::move(resource.identity), [&] { return message->mutable_identity(); });
        }
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
}

void AddMove(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<MoveResourceState_Request, MoveResourceState_Response>(
      table, "MoveResourceState", [&](auto& in, auto& out, std::stop_token) {
        auto result = server.Move({.source_provider_address = in.source_provider_address(),
                                   .source_type_name = in.source_type_name(),
                                   .source_schema_version = in.source_schema_version(),
                                   .source_state = FromMessage(*in.mutable_source_state()),
                                   .source_private = std::move(*in.mutable_source_private()),
                                   .source_identity = FromMessage(*in.mutable_source_identity()),
                                   .target_type_name = in.target_type_name()});
        ToMessage(std::move(result.target_state), out.mutable_target_state());
        out.set_target_private(std::move(result.target_private));
        GiveIdentity(std::move(result.target_identity), [&] { return out.mutable_target_identity(); });
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
}

}  // namespace

void AddResourceMethods(MethodTable& table, tf::ServerInterface& server) {
  AddUpgrades(table, server);
  AddRead(table, server);
  AddPlan(table, server);
  AddApply(table, server);
  AddImport(table, server);
  AddMove(table, server);
}

}  // namespace spcs::plugin
