// SPDX-License-Identifier: MPL-2.0
// The part of ProviderServer for list resources and actions.
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/tf/codec.h"
#include "provider/tf/plan.h"
#include "provider/tf/provider_server.h"
#include "provider/tf/server_text.h"
#include "provider/tf/validate_config.h"

namespace spcs::tf {
namespace {

ListEvent FailedEvent(absl::string_view summary, const absl::Status& status) {
  ListEvent event;
  event.diagnostics.AddStatus(summary, status);
  return event;
}

}  // namespace

ValidateResponse ProviderServer::ValidateList(const ValidateRequest& request) {
  ValidateResponse response;
  const ListResource* list = FindList(request.type_name, response.diagnostics);
  if (list != nullptr) ValidateConfig(*list, request.config, response.diagnostics);
  return response;
}

absl::Status ProviderServer::AddObject(const ListItem& item, Resource& resource, std::stop_token stop,
                                       ListEvent& event) const {
  Context context = MakeContext(std::move(stop), event.diagnostics, "");
  ASSIGN_OR_RETURN(Value state, resource.Import(context, item.import_id));
  FillDefaults(resource.schema(), state);
  ASSIGN_OR_RETURN(const Value now, resource.Read(context, state));
  if (now.IsNull()) return absl::NotFoundError("it was there a moment ago and is gone");
  event.object = Encode(now, resource.schema().WireType());
  return absl::OkStatus();
}

ListEvent ProviderServer::MakeEvent(const ListItem& item, const ListRequest& request, Resource& resource,
                                    std::stop_token stop) const {
  ListEvent event;
  event.display_name = item.display_name;
  const IdentitySchema* identity = catalog().FindIdentity(request.type_name);
  if (identity != nullptr) event.identity = Encode(item.identity, identity->WireType());
  if (!request.include_object) return event;
  const absl::Status status = AddObject(item, resource, std::move(stop), event);
  // One object that cannot be read does not end the list: it is listed without its attributes.
  if (!status.ok()) {
    event.diagnostics.AddWarning(
        Path(), Cannot("read", resource),
        absl::StrCat(item.display_name, " is listed without its attributes: ", std::string(status.message())));
  }
  return event;
}

void ProviderServer::List(const ListRequest& request, std::stop_token stop, const ListEventSink& sink) {
  ListEvent failed;
  ListResource* list = FindList(request.type_name, failed.diagnostics);
  Resource* resource = list == nullptr ? nullptr : FindResource(request.type_name, failed.diagnostics);
  if (resource == nullptr) {
    sink(std::move(failed));
    return;
  }
  const auto config = Decode(request.config, list->schema().WireType());
  if (!config.ok()) {
    sink(FailedEvent(kMalformed, config.status()));
    return;
  }
  Context context = MakeContext(stop, failed.diagnostics, "");
  int64_t sent = 0;
  const absl::Status status = list->List(context, *config, [&](const ListItem& item) {
    const bool wanted = sink(MakeEvent(item, request, *resource, stop));
    ++sent;
    return wanted && (request.limit <= 0 || sent < request.limit) && !stop.stop_requested();
  });
  failed.diagnostics.AddStatus(Cannot("list", *list), status);
  if (!failed.diagnostics.empty()) sink(std::move(failed));
}

ValidateResponse ProviderServer::ValidateAction(const ValidateRequest& request) {
  ValidateResponse response;
  const Action* action = FindAction(request.type_name, response.diagnostics);
  if (action != nullptr) ValidateConfig(*action, request.config, response.diagnostics);
  return response;
}

PlanActionResponse ProviderServer::PlanAction(const ActionRequest& request, std::stop_token stop) {
  PlanActionResponse response;
  Action* action = FindAction(request.type_name, response.diagnostics);
  if (action == nullptr) return response;
  const auto config = Decode(request.config, action->schema().WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok()) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, "");
  response.diagnostics.AddStatus(absl::StrCat("Cannot ", action->verb()), action->Plan(context, *config));
  return response;
}

InvokeActionResponse ProviderServer::InvokeAction(const ActionRequest& request, std::stop_token stop,
                                                  const ProgressSink& progress) {
  InvokeActionResponse response;
  Action* action = FindAction(request.type_name, response.diagnostics);
  if (action == nullptr) return response;
  const auto config = Decode(request.config, action->schema().WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok()) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, "");
  const absl::Status status = action->Invoke(context, *config, progress);
  response.diagnostics.AddStatus(absl::StrCat("Cannot ", action->verb()), status);
  return response;
}

}  // namespace spcs::tf
