// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/provider_service.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "provider/plugin/messages.h"
#include "provider/plugin/provider_methods.h"

namespace spcs::plugin {
namespace {

// The same bytes for the same message in every run, so that a build that carries them can be reproduced: maps would
// else be written in the order of their hashes, which differs from run to run.
std::string StableBytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return bytes;
}

using MakeBytes = std::string (*)(const tf::ProviderSchema&);

struct ConstantMethod {
  absl::string_view name;
  MakeBytes make;
};

constexpr ConstantMethod kConstantMethods[] = {
    {"GetMetadata", [](const tf::ProviderSchema& schema) { return StableBytes(MetadataResponse(schema)); }},
    {"GetProviderSchema", [](const tf::ProviderSchema& schema) { return StableBytes(SchemaResponse(schema)); }},
    {"GetResourceIdentitySchemas",
     [](const tf::ProviderSchema& schema) { return StableBytes(IdentityResponse(schema)); }},
    {"GetFunctions", [](const tf::ProviderSchema& schema) { return StableBytes(FunctionsResponse(schema)); }},
};

void AddInline(MethodTable& table, absl::string_view name, Method::Unary unary) {
  table.Add(absl::StrCat(kProviderService, name), {.where = Method::Where::kInline, .unary = std::move(unary)});
}

void AddReady(MethodTable& table, const ReadyAnswer& answer) {
  AddInline(table, answer.method, [bytes = answer.bytes](absl::string_view, std::stop_token) {
    return absl::StatusOr<std::string>(std::string(bytes));
  });
}

// Made and serialised at the first call, bytes from then on.
void AddMadeOnce(MethodTable& table, const ConstantMethod& method, tf::ServerInterface& server) {
  struct Bytes {
    std::once_flag once;
    std::string bytes;
  };
  AddInline(table, method.name,
            [bytes = std::make_shared<Bytes>(), make = method.make, &server](
                absl::string_view, std::stop_token) -> absl::StatusOr<std::string> {
              std::call_once(bytes->once, [&] { bytes->bytes = make(server.GetSchema()); });
              return bytes->bytes;
            });
}

void AddDescriptions(MethodTable& table, tf::ServerInterface& server, const ReadyAnswers& ready) {
  for (const ConstantMethod& method : kConstantMethods) {
    const auto answer = std::find_if(ready.begin(), ready.end(),
                                     [&](const ReadyAnswer& candidate) { return candidate.method == method.name; });
    if (answer == ready.end()) {
      AddMadeOnce(table, method, server);
    } else {
      AddReady(table, *answer);
    }
  }
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

std::vector<absl::string_view> ConstantMethods() {
  std::vector<absl::string_view> names;
  for (const ConstantMethod& method : kConstantMethods) names.push_back(method.name);
  return names;
}

std::string MakeConstantAnswer(absl::string_view name, const tf::ProviderSchema& schema) {
  for (const ConstantMethod& method : kConstantMethods) {
    if (method.name == name) return method.make(schema);
  }
  return "";
}

void AddProviderService(MethodTable& table, tf::ServerInterface& server, StopHub& hub, const ReadyAnswers& ready) {
  AddDescriptions(table, server, ready);
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
