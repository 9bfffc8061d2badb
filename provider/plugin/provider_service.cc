// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/provider_service.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/plugin/messages.h"
#include "provider/plugin/provider_methods.h"

namespace spcs::plugin {
namespace {

// An answer that never changes: made and serialised at the first call, bytes from then on.
void AddConstant(MethodTable& table, absl::string_view name, std::function<std::string()> make) {
  struct Bytes {
    std::once_flag once;
    std::string bytes;
  };
  table.Add(absl::StrCat(kProviderService, name),
            {.where = Method::Where::kInline,
             .unary = [bytes = std::make_shared<Bytes>(), make = std::move(make)](
                          absl::string_view, std::stop_token) -> absl::StatusOr<std::string> {
               std::call_once(bytes->once, [&] { bytes->bytes = make(); });
               return bytes->bytes;
             }});
}

void AddDescriptions(MethodTable& table, tf::ServerInterface& server) {
  AddConstant(table, "GetMetadata", [&] { return MetadataResponse(server.GetSchema()).SerializeAsString(); });
  AddConstant(table, "GetProviderSchema", [&] { return SchemaResponse(server.GetSchema()).SerializeAsString(); });
  AddConstant(table, "GetResourceIdentitySchemas",
              [&] { return IdentityResponse(server.GetSchema()).SerializeAsString(); });
  AddConstant(table, "GetFunctions", [&] { return FunctionsResponse(server.GetSchema()).SerializeAsString(); });
}

void AddConfiguration(MethodTable& table, tf::ServerInterface& server) {
  using namespace tfplugin6;
  AddUnary<ValidateProviderConfig_Request, ValidateProviderConfig_Response>(
      table, "ValidateProviderConfig", [&](auto& in, auto& out, std::stop_token) {
        const auto result = server.ValidateProvider({.config = FromMessage(*in.mutable_config())});
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<ValidateResourceConfig_Request, ValidateResourceConfig_Response>(
      table, "ValidateResourceConfig", [&](auto& in, auto& out, std::stop_token) {
        const auto result =
            server.ValidateResource({.type_name = in.type_name(),
                                     .config = FromMessage(*in.mutable_config()),
                                     .write_only_allowed = in.client_capabilities().write_only_attributes_allowed()});
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<ValidateDataResourceConfig_Request, ValidateDataResourceConfig_Response>(
      table, "ValidateDataResourceConfig", [&](auto& in, auto& out, std::stop_token) {
        const auto result =
            server.ValidateDataSource({.type_name = in.type_name(), .config = FromMessage(*in.mutable_config())});
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<ValidateEphemeralResourceConfig_Request, ValidateEphemeralResourceConfig_Response>(
      table, "ValidateEphemeralResourceConfig", [&](auto& in, auto& out, std::stop_token) {
        const auto result =
            server.ValidateEphemeral({.type_name = in.type_name(), .config = FromMessage(*in.mutable_config())});
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
  AddUnary<ConfigureProvider_Request, ConfigureProvider_Response>(
      table, "ConfigureProvider", [&](auto& in, auto& out, std::stop_token) {
        const auto result =
            server.Configure({.client_version = in.terraform_version(), .config = FromMessage(*in.mutable_config())});
        ToMessages(result.diagnostics, out.mutable_diagnostics());
      });
}

}  // namespace

void AddProviderService(MethodTable& table, tf::ServerInterface& server, StopHub& hub) {
  AddDescriptions(table, server);
  AddConfiguration(table, server);
  AddResourceMethods(table, server);
  AddOtherMethods(table, server);
  table.Add(absl::StrCat(kProviderService, "StopProvider"),
            {.where = Method::Where::kInline,
             .unary = [&hub](absl::string_view, std::stop_token) -> absl::StatusOr<std::string> {
               hub.StopRunning();
               return tfplugin6::StopProvider_Response().SerializeAsString();
             }});
}

}  // namespace spcs::plugin
