// SPDX-License-Identifier: MPL-2.0
// What the methods of tfplugin6.Provider have in common, for the files of that service: provider_service.cc (provider),
// resource_methods.cc (resources and data sources), other_methods.cc (ephemeral, functions, lists, actions).
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "provider/plugin/messages.h"
#include "provider/plugin/method.h"
#include "provider/plugin/stop_hub.h"

namespace spcs::plugin {

void AddResourceMethods(MethodTable& table, tf::ServerInterface& server);
void AddOtherMethods(MethodTable& table, tf::ServerInterface& server);

inline constexpr absl::string_view kProviderService = "/tfplugin6.Provider/";

template <typename Request>
absl::Status ParseRequest(absl::string_view name, absl::string_view bytes, Request& request) {
  if (request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the request of ", name, " is not a message of protocol 6"));
}

// What the user is told when a method threw.
inline void AddBug(absl::string_view name, tf::Diagnostics& diagnostics) {
  diagnostics.AddError({}, "The provider failed internally",
                       absl::StrCat("An unexpected error came up in ", name,
                                    ". This is a bug of the provider: please report it with the log that "
                                    "TF_LOG_PROVIDER=DEBUG writes."));
}

// Tells it in the way the response allows.
template <typename Response>
void ReportBug(absl::string_view name, Response& response) {
  tf::Diagnostics diagnostics;
  AddBug(name, diagnostics);
  ToMessages(diagnostics, response.mutable_diagnostics());
}
inline void ReportBug(absl::string_view name, tfplugin6::CallFunction_Response& response) {
  response.mutable_error()->set_text(absl::StrCat("The provider failed internally in ", name, "."));
}

// Adds the method `name`, answered by `call`: void(Request&, Response&, std::stop_token).
template <typename Request, typename Response, typename Call>
void AddUnary(MethodTable& table, absl::string_view name, Call call) {
  Method::Unary unary = [name = std::string(name), call](absl::string_view bytes,
                                                         std::stop_token stop) -> absl::StatusOr<std::string> {
    Request request;
    if (absl::Status status = ParseRequest(name, bytes, request); !status.ok()) return status;
    Response response;
    try {
      call(request, response, std::move(stop));
    } catch (...) {
      response.Clear();
      ReportBug(name, response);
    }
    return response.SerializeAsString();
  };
  table.Add(absl::StrCat(kProviderService, name), {.where = Method::Where::kWorker, .unary = std::move(unary)});
}

}  // namespace spcs::plugin
