// SPDX-License-Identifier: MPL-2.0
// The part of ProviderServer for ephemeral resources.
#include <stop_token>
#include <thread>

#include "provider/base/clock.h"
#include "provider/tf/codec.h"
#include "provider/tf/provider_server.h"
#include "provider/tf/server_text.h"
#include "provider/tf/validate_config.h"

namespace spcs::tf {
namespace {

// The client waits for two seconds before it kills.
constexpr absl::Duration kShutdownTime = absl::Milliseconds(1300);

}  // namespace

ValidateResponse ProviderServer::ValidateEphemeral(const ValidateRequest& request) {
  ValidateResponse response;
  const EphemeralResource* ephemeral = FindEphemeral(request.type_name, response.diagnostics);
  if (ephemeral != nullptr) ValidateConfig(*ephemeral, request.config, response.diagnostics);
  return response;
}

OpenEphemeralResponse ProviderServer::OpenEphemeral(const OpenEphemeralRequest& request, std::stop_token stop) {
  OpenEphemeralResponse response;
  EphemeralResource* ephemeral = FindEphemeral(request.type_name, response.diagnostics);
  if (ephemeral == nullptr) return response;
  const Type type = ephemeral->schema().WireType();
  const auto config = Decode(request.config, type);
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok()) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, "");
  opened_ephemerals_ = true;
  const auto opened = ephemeral->Open(context, *config);
  response.diagnostics.AddStatus(Cannot("open", *ephemeral), opened.status());
  // Also after an error: what was made before it has to be given back.
  response.private_state = context.private_state.Serialize();
  if (!opened.ok()) return response;
  response.result = Encode(opened->result, type);
  response.renew_at = opened->renew_at;
  return response;
}

RenewEphemeralResponse ProviderServer::RenewEphemeral(const RenewEphemeralRequest& request, std::stop_token stop) {
  RenewEphemeralResponse response;
  response.private_state = request.private_state;
  EphemeralResource* ephemeral = FindEphemeral(request.type_name, response.diagnostics);
  if (ephemeral == nullptr) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, request.private_state);
  const auto renew_at = ephemeral->Renew(context);
  response.diagnostics.AddStatus(Cannot("renew", *ephemeral), renew_at.status());
  response.private_state = context.private_state.Serialize();
  if (renew_at.ok()) response.renew_at = *renew_at;
  return response;
}

CloseEphemeralResponse ProviderServer::CloseEphemeral(const CloseEphemeralRequest& request, std::stop_token stop) {
  CloseEphemeralResponse response;
  EphemeralResource* ephemeral = FindEphemeral(request.type_name, response.diagnostics);
  if (ephemeral == nullptr) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, request.private_state);
  response.diagnostics.AddStatus(Cannot("close", *ephemeral), ephemeral->Close(context));
  return response;
}

void ProviderServer::Shutdown() {
  if (!opened_ephemerals_) return;
  // On the heap: GCC 12 takes one on the stack for uninitialized at -Os.
  const auto stop = std::make_unique<std::stop_source>();
  const std::jthread timer([&](std::stop_token ended) {
    if (clock_.Sleep(kShutdownTime, std::move(ended))) stop->request_stop();
  });
  Diagnostics nobody_reads;
  Context context = MakeContext(stop->get_token(), nobody_reads, "");
  for (const auto& ephemeral : catalog().ephemerals()) ephemeral->GiveBack(context);
}

}  // namespace spcs::tf
