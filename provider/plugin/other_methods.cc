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

// `run` answers a request with any number of messages: absl::Status not OK is for broken requests only.
template <typename Request, typename Run>
void AddStream(MethodTable& table, absl::string_view name, Run run) {
  table.Add(absl::StrCat(kProviderService, name),
            {.unary = nullptr,
             .streaming = [name = std::string(name), run](absl::string_view bytes, std::stop_token stop,
                                                          const SendMessage& send) -> absl::Status {
               Request request;
               if (absl::Status status = ParseRequest(name, bytes, request); !status.ok()) return status;
               run(request, std::move(stop), send);
               return absl::OkStatus();
             }});
}

tf::Diagnostics BugOf(absl::string_view name) {
  tf::Diagnostics diagnostics;
  AddBug(name, diagnostics);
  return diagnostics;
}

ListResource_Event EventMessage(tf::ListEvent event) {
  ListResource_Event message;
  if (event.identity) ToMessage(*std::move(event.identity), message.mutable_identity()->mutable_identity_data());
  message.set_display_name(ToValidUtf8(event.display_name));
  if (event.object) ToMessage(*std::move(event.object), message.mutable_resource_object());
  ToMessages(event.diagnostics, message.mutable_diagnostic());
  return message;
}

void StreamList(tf::ServerInterface& server, ListResource_Request& in, std::stop_token stop, const SendMessage& send) {
  try {
    server.List({.type_name = in.type_name(),
                 .config = FromMessage(*in.mutable_config()),
                 .include_object = in.include_resource_object(),
                 .limit = in.limit()},
                std::move(stop),
                [&](tf::ListEvent event) { return send(EventMessage(std::move(event)).SerializeAsString()); });
  } catch (...) {
    ListResource_Event failed;
    ToMessages(BugOf("ListResource"), failed.mutable_diagnostic());
    send(failed.SerializeAsString());
  }
}

void AddLists(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<ValidateListResourceConfig_Request, ValidateListResourceConfig_Response>(
      table, "ValidateListResourceConfig", [&](auto& in, auto& out, std::stop_token) {
        const auto result =
            server.ValidateList({.type_name = in.type_name(), .config = FromMessage(*in.mutable_config())});
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddStream<ListResource_Request>(table, "ListResource", [&](auto& in, std::stop_token stop, const SendMessage& send) {
    StreamList(server, in, std::move(stop), send);
  });
}

void StreamAction(tf::ServerInterface& server, InvokeAction_Request& in, std::stop_token stop,
                  const SendMessage& send) {
  InvokeAction_Event last;
  DiagnosticMessages* diagnostics = last.mutable_completed()->mutable_diagnostics();
  try {
    const auto result =
        server.InvokeAction({.type_name = in.action_type(), .config = FromMessage(*in.mutable_config())},
                            std::move(stop), [&](const std::string& message) {
                              InvokeAction_Event event;
                              event.mutable_progress()->set_message(ToValidUtf8(message));
                              // Whether it arrived does not matter: the action goes on.
                              send(event.SerializeAsString());
                            });
    ToMessages(result.diagnostics, diagnostics);
  } catch (...) {
    ToMessages(BugOf("InvokeAction"), diagnostics);
  }
  send(last.SerializeAsString());
}

void AddActions(MethodTable& table, tf::ServerInterface& server) {
  AddUnary<ValidateActionConfig_Request, ValidateActionConfig_Response>(
      table, "ValidateActionConfig", [&](auto& in, auto& out, std::stop_token) {
        const auto result =
            server.ValidateAction({.type_name = in.action_type(), .config = FromMessage(*in.mutable_config())});
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<PlanAction_Request, PlanAction_Response>(
      table, "PlanAction", [&](auto& in, auto& out, std::stop_token stop) {
        const auto result = server.PlanAction(
            {.type_name = in.action_type(), .config = FromMessage(*in.mutable_config())}, std::move(stop));
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddStream<InvokeAction_Request>(table, "InvokeAction", [&](auto& in, std::stop_token stop, const SendMessage& send) {
    StreamAction(server, in, std::move(stop), send);
  });
}

}  // namespace

void AddOtherMethods(MethodTable& table, tf::ServerInterface& server) {
  AddFunctions(table, server);
  AddEphemeral(table, server);
  AddLists(table, server);
  AddActions(table, server);
}

}  // namespace spcs::plugin
