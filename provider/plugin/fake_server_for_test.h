// SPDX-License-Identifier: MPL-2.0
// A provider for tests of the transport and of the translation: it echoes, and by the type's name it also waits,
// throws or prints.
#pragma once

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "provider/tf/server.h"

namespace spcs::plugin {

class FakeServer : public tf::ServerInterface {
 public:
  FakeServer() {
    schema_.provider.doc = "Fake.";
    tf::Attribute name{.name = "name", .type = tf::Type::String()};
    name.required = true;
    schema_.resources["fake_thing"] = {.version = 3, .doc = "A thing.", .attributes = {name}};
  }

  tf::ProviderSchema& schema() { return schema_; }

  const tf::ProviderSchema& GetSchema() override {
    ++schema_calls;
    return schema_;
  }
  int schema_calls = 0;

  tf::ValidateResponse ValidateProvider(const tf::ValidateRequest& request) override {
    std::puts("stray print");
    std::fflush(stdout);
    return Validate("provider", request);
  }
  tf::ValidateResponse ValidateResource(const tf::ValidateRequest& request) override {
    return Validate("resource", request);
  }
  tf::ValidateResponse ValidateDataSource(const tf::ValidateRequest& request) override {
    return Validate("data source", request);
  }
  tf::ValidateResponse ValidateEphemeral(const tf::ValidateRequest& request) override {
    return Validate("ephemeral", request);
  }
  tf::ConfigureResponse Configure(const tf::ConfigureRequest& request) override {
    tf::ConfigureResponse response;
    response.diagnostics.AddWarning({}, "version", request.client_version);
    return response;
  }
  tf::UpgradeStateResponse UpgradeState(const tf::UpgradeStateRequest& request) override {
    return {.upgraded_state = {.msgpack = {}, .json = request.raw_state.json}, .diagnostics = {}};
  }
  tf::UpgradeIdentityResponse UpgradeIdentity(const tf::UpgradeIdentityRequest& request) override {
    return {.upgraded_identity = {.msgpack = {}, .json = request.raw_identity.json}, .diagnostics = {}};
  }
  tf::ReadResponse Read(const tf::ReadRequest& request, std::stop_token) override {
    if (request.type_name == "throws") throw std::runtime_error("a secret");
    return {.new_state = request.current_state,
            .private_state = request.private_state,
            .new_identity = request.current_identity,
            .diagnostics = {}};
  }
  tf::PlanResponse Plan(const tf::PlanRequest& request, std::stop_token) override {
    return {.planned_state = request.proposed_new_state,
            .requires_replace = {tf::Path("spec").Key("head").Index(7) / "image"},
            .planned_private = request.prior_private,
            .planned_identity = request.prior_identity,
            .diagnostics = {}};
  }
  // The type "waits" returns when it is stopped, and not before.
  tf::ApplyResponse Apply(const tf::ApplyRequest& request, std::stop_token stop) override {
    tf::ApplyResponse response{.new_state = request.planned_state,
                               .private_state = request.planned_private,
                               .new_identity = request.planned_identity,
                               .diagnostics = {}};
    if (request.type_name == "waits") {
      std::fputs("waiting\n", stderr);
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      never.wait(lock, stop, [] { return false; });
      response.diagnostics.AddError({}, "Interrupted", "The apply was stopped.");
    }
    return response;
  }
  tf::ImportResponse Import(const tf::ImportRequest& request, std::stop_token) override {
    return {.resources = {{.type_name = request.type_name,
                           .state = {.msgpack = request.id, .json = {}},
                           .private_state = "p",
                           .identity = request.identity}},
            .diagnostics = {}};
  }
  tf::MoveResponse Move(const tf::MoveRequest& request) override {
    return {.target_state = {.msgpack = {}, .json = request.source_state.json},
            .target_private = request.source_provider_address,
            .target_identity = std::nullopt,
            .diagnostics = {}};
  }
  tf::ReadDataResponse ReadData(const tf::ReadDataRequest& request, std::stop_token) override {
    return {.state = request.config, .diagnostics = {}};
  }
  tf::CallFunctionResponse CallFunction(const tf::CallFunctionRequest& request) override {
    if (request.name == "throws") throw std::runtime_error("a secret");
    if (request.arguments.empty()) return {.result = {}, .error = "too few", .error_argument = 0};
    return {.result = request.arguments.back(), .error = {}, .error_argument = {}};
  }
  tf::OpenEphemeralResponse OpenEphemeral(const tf::OpenEphemeralRequest& request, std::stop_token) override {
    return {.result = request.config,
            .renew_at = absl::FromUnixNanos(1'800'000'000'250'000'000),
            .private_state = "session",
            .diagnostics = {}};
  }
  tf::RenewEphemeralResponse RenewEphemeral(const tf::RenewEphemeralRequest& request, std::stop_token) override {
    return {.renew_at = std::nullopt, .private_state = request.private_state, .diagnostics = {}};
  }
  tf::CloseEphemeralResponse CloseEphemeral(const tf::CloseEphemeralRequest& request, std::stop_token) override {
    tf::CloseEphemeralResponse response;
    response.diagnostics.AddWarning({}, "closed", request.private_state);
    return response;
  }
  tf::ValidateResponse ValidateList(const tf::ValidateRequest& request) override { return Validate("list", request); }
  tf::ValidateResponse ValidateAction(const tf::ValidateRequest& request) override {
    return Validate("action", request);
  }
  // As many objects as the limit says, then a warning; the type "waits" lists until it is stopped.
  void List(const tf::ListRequest& request, std::stop_token stop, const tf::ListEventSink& sink) override {
    if (request.type_name == "throws") throw std::runtime_error("a secret");
    const bool forever = request.type_name == "waits";
    for (int64_t i = 0; !stop.stop_requested() && (forever || i < request.limit); ++i) {
      tf::ListEvent event{
          .identity = request.config, .display_name = std::to_string(i), .object = std::nullopt, .diagnostics = {}};
      if (request.include_object) event.object = request.config;
      if (!sink(std::move(event))) return;
    }
    tf::ListEvent last;
    last.diagnostics.AddWarning({}, "end", request.type_name);
    sink(std::move(last));
  }
  tf::PlanActionResponse PlanAction(const tf::ActionRequest& request, std::stop_token) override {
    tf::PlanActionResponse response;
    response.diagnostics.AddWarning({}, "planned " + request.type_name, request.config.msgpack);
    return response;
  }
  tf::InvokeActionResponse InvokeAction(const tf::ActionRequest& request, std::stop_token,
                                        const tf::ProgressSink& progress) override {
    if (request.type_name == "throws") throw std::runtime_error("a secret");
    progress("one");
    progress("two");
    tf::InvokeActionResponse response;
    response.diagnostics.AddWarning({}, "done", request.config.msgpack);
    return response;
  }

 private:
  // Shows what arrived.
  static tf::ValidateResponse Validate(const std::string& kind, const tf::ValidateRequest& request) {
    tf::ValidateResponse response;
    response.diagnostics.AddError(tf::Path("a") / "b", kind + " " + request.type_name, request.config.msgpack);
    if (request.write_only_allowed) response.diagnostics.AddWarning({}, "write-only", "");
    return response;
  }

  tf::ProviderSchema schema_;
};

}  // namespace spcs::plugin
