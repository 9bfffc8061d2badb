// SPDX-License-Identifier: MPL-2.0
// Functions, ephemeral resources, lists and actions.
#include "provider/base/utf8.h"
#include "provider/plugin/provider_methods.h"

namespace spcs::plugin {
namespace {

using namespace tfplugin6;  // NOLINT: this file is about nothing else

void AddFunctions(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<CallFunction_Request, CallFunction_Response>(
      table, "CallFunction", [&](auto& in, auto& out, std::stop_token) {
        tf::CallFunctionRequest request{.name = in.name(), .arguments = {}};
        for (DynamicValue& argument : *in.mutable_arguments()) request.arguments.push_back(FromMessage(argument));
        auto result = server.CallFunction(request);
        if (!result.error.has_value()) return ToMessage(std::move(result.result), out.mutable_result());
        out.mutable_error()->set_text(ToValidUtf8(*result.error));
        if (result.error_argument.has_value()) out.mutable_error()->set_function_argument(*result.error_argument);
      });
}

void AddEphemeral(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<OpenEphemeralResource_Request, OpenEphemeralResource_Response>(
      table, "OpenEphemeralResource", [&](auto& in, auto& out, std::stop_token stop) {
        auto result = server.OpenEphemeral({.type_name = in.type_name(), .config = FromMessage(*in.mutable_config())},
                                           std::move(stop));
        ToMessage(std::move(result.result), out.mutable_result());
        if (result.renew_at.has_value()) ToMessage(*result.renew_at, out.mutable_renew_at());
        if (!result.private_state.empty()) out.set_private_(std::move(result.private_state));
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<RenewEphemeralResource_Request, RenewEphemeralResource_Response>(
      table, "RenewEphemeralResource", [&](auto& in, auto& out, std::stop_token stop) {
        auto result = server.RenewEphemeral(
            {.type_name = in.type_name(), .private_state = std::move(*in.mutable_private_())}, std::move(stop));
        if (result.renew_at.has_value()) ToMessage(*result.renew_at, out.mutable_renew_at());
        if (!result.private_state.empty()) out.set_private_(std::move(result.private_state));
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<CloseEphemeralResource_Request, CloseEphemeralResource_Response>(
      table, "CloseEphemeralResource", [&](auto& in, auto& out, std::stop_token stop) {
        const auto result = server.CloseEphemeral(
            {.type_name = in.type_name(), .private_state = std::move(*in.mutable_private_())}, std::move(stop));
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
}

// This provider has no lists or actions yet: whatever type is named is unknown.
tf::Diagnostics UnknownType(absl::string_view kind, absl::string_view type) {
  tf::Diagnostics diagnostics;
  diagnostics.AddError({}, absl::StrCat("Unknown ", kind, " type"),
                       absl::StrCat("The provider has no ", kind, " of type \"", type,
                                    "\". Check the spelling, and that the provider is recent enough."));
  return diagnostics;
}

template <typename Request, typename Event, typename Fill>
void AddStream(MethodTable& table, absl::string_view name, Fill fill) {
  table.Add(absl::StrCat(kProviderService, name),
            {.unary = nullptr,
             .streaming = [name = std::string(name), fill](absl::string_view bytes, std::stop_token,
                                                           const SendMessage& send) -> absl::Status {
               Request request;
               if (absl::Status status = ParseRequest(name, bytes, request); !status.ok()) return status;
               Event event;
               fill(request, event);
               send(event.SerializeAsString());  // nothing follows: whether it arrived does not matter
               return absl::OkStatus();
             }});
}

void AddListsAndActions(MethodTable& table) {
  AddUnary<ValidateListResourceConfig_Request, ValidateListResourceConfig_Response>(
      table, "ValidateListResourceConfig", [](auto& in, auto& out, std::stop_token) {
        ToMessages(UnknownType("list", in.type_name()), out.mutable_diagnostics());
      });
  AddUnary<ValidateActionConfig_Request, ValidateActionConfig_Response>(
      table, "ValidateActionConfig", [](auto& in, auto& out, std::stop_token) {
        ToMessages(UnknownType("action", in.action_type()), out.mutable_diagnostics());
      });
  AddUnary<PlanAction_Request, PlanAction_Response>(table, "PlanAction", [](auto& in, auto& out, std::stop_token) {
    ToMessages(UnknownType("action", in.action_type()), out.mutable_diagnostics());
  });
  AddStream<ListResource_Request, ListResource_Event>(table, "ListResource", [](auto& in, auto& out) {
    ToMessages(UnknownType("list", in.type_name()), out.mutable_diagnostic());
  });
  AddStream<InvokeAction_Request, InvokeAction_Event>(table, "InvokeAction", [](auto& in, auto& out) {
    ToMessages(UnknownType("action", in.action_type()), out.mutable_completed()->mutable_diagnostics());
  });
}

}  // namespace

void AddOtherMethods(MethodTable& table, tf::ServerInterface& server) {
  AddFunctions(table, server);
  AddEphemeral(table, server);
  AddListsAndActions(table);
}

}  // namespace spcs::plugin
