// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/provider_server.h"

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/tf/codec.h"
#include "provider/tf/plan.h"
#include "provider/tf/server_text.h"

namespace spcs::tf {
namespace {

// Write-only values are in the configuration alone: never in a plan or a state.
void RemoveWriteOnly(const Schema& schema, Value& state) {
  for (const Attribute& attribute : schema.attributes) {
    if (attribute.write_only && state.IsMap()) state.AsMap()[attribute.name] = Value::Null();
  }
}

// An update that only the state needs: nothing is sent.
bool IsClientSideUpdate(const Schema& schema, const Value& prior, const Value& planned) {
  return planned.IsWhollyKnown() && OnlyClientSideChanges(schema, prior, planned);
}

// A replacement is planned as a change and then, by the client, as a creation with the private state of the first plan.
constexpr char kReviewed[] = "reviewed_replacement";

void Review(Resource& resource, PlanContext& context, const Value& prior, const Value& planned, bool replaces) {
  const bool creates = prior.IsNull();
  const bool reviewed = creates && !context.private_state.Get(kReviewed).empty();
  context.private_state.Remove(kReviewed);
  if (reviewed || prior == planned) return;
  resource.ReviewPlan(context, prior, planned, replaces && !creates);
  if (replaces && !creates) context.private_state.Set(kReviewed, "yes");
}

// `found`; when it is null, an error says that there is no such thing.
template <class T>
T* OrUnknown(T* found, absl::string_view kind, const std::string& type_name, Diagnostics& diagnostics) {
  if (found == nullptr) {
    diagnostics.AddError(Path(), absl::StrCat("Unknown ", kind),
                         absl::StrCat("This version of the provider has no ", kind, " \"", type_name, "\"."));
  }
  return found;
}

}  // namespace

ProviderServer::ProviderServer(MakeRegistry make, Clock& clock, Logger& logger)
    : catalog_(std::move(make)), clock_(clock), logger_(logger) {}

Resource* ProviderServer::FindResource(const std::string& type_name, Diagnostics& diagnostics) const {
  return OrUnknown(catalog().FindResource(type_name), "resource type", type_name, diagnostics);
}
DataSource* ProviderServer::FindDataSource(const std::string& type_name, Diagnostics& diagnostics) const {
  return OrUnknown(catalog().FindDataSource(type_name), "data source", type_name, diagnostics);
}
EphemeralResource* ProviderServer::FindEphemeral(const std::string& type_name, Diagnostics& diagnostics) const {
  return OrUnknown(catalog().FindEphemeral(type_name), "ephemeral resource", type_name, diagnostics);
}
ListResource* ProviderServer::FindList(const std::string& type_name, Diagnostics& diagnostics) const {
  return OrUnknown(catalog().FindList(type_name), "list resource", type_name, diagnostics);
}
Action* ProviderServer::FindAction(const std::string& type_name, Diagnostics& diagnostics) const {
  return OrUnknown(catalog().FindAction(type_name), "action", type_name, diagnostics);
}

Context ProviderServer::MakeContext(std::stop_token stop, Diagnostics& diagnostics,
                                    const std::string& private_state) const {
  return Context{.stop = std::move(stop),
                 .clock = clock_,
                 .logger = logger_,
                 .diagnostics = diagnostics,
                 .private_state = PrivateState::Parse(private_state)};
}

std::optional<DynamicValue> ProviderServer::IdentityFor(const Resource& resource, const Value& state,
                                                        const PrivateState& private_state) const {
  const IdentitySchema* identity = catalog().FindIdentity(resource.type_name());
  if (identity == nullptr || !state.IsKnown()) return std::nullopt;
  Value::Map members;
  for (const IdentityAttribute& attribute : identity->attributes) {
    if (state.Get(attribute.name).IsUnknown()) return std::nullopt;
    members[attribute.name] = state.Get(attribute.name);
  }
  const std::string account = private_state.Get("account");
  if (account.empty()) return std::nullopt;
  members["account"] = account;
  return Encode(Value(std::move(members)), identity->WireType());
}

ReadResponse ProviderServer::Read(const ReadRequest& request, std::stop_token stop) {
  ReadResponse response;
  response.new_state = request.current_state;
  response.private_state = request.private_state;
  response.new_identity = request.current_identity;
  Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  const Type type = resource->schema().WireType();
  const auto state = Decode(request.current_state, type);
  response.diagnostics.AddStatus(kMalformed, state.status());
  if (!state.ok() || state->IsNull()) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, request.private_state);
  const auto now = resource->Read(context, *state);
  response.diagnostics.AddStatus(Cannot("read", *resource), now.status());
  if (!now.ok()) return response;
  response.new_state = Encode(*now, type);
  response.private_state = context.private_state.Serialize();
  if (now->IsNull()) response.new_identity.reset();
  if (auto identity = IdentityFor(*resource, *now, context.private_state)) response.new_identity = std::move(identity);
  return response;
}

absl::Status ProviderServer::PlanResource(Resource& resource, const PlanRequest& request, std::stop_token stop,
                                          PlanResponse& response) const {
  const Schema& schema = resource.schema();
  const Type type = schema.WireType();
  ASSIGN_OR_RETURN(const Value prior, Decode(request.prior_state, type));
  ASSIGN_OR_RETURN(const Value proposed, Decode(request.proposed_new_state, type));
  PlanContext context{.stop = std::move(stop),
                      .clock = clock_,
                      .diagnostics = response.diagnostics,
                      .private_state = PrivateState::Parse(request.prior_private),
                      .requires_replace = {}};
  if (proposed.IsNull()) {
    resource.PlanDestroy(context, prior);
    response.planned_state = Encode(Value::Null(), type);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Value config, Decode(request.config, type));
  const Value base = PlanChange(schema, config, prior).planned;
  Value planned = base;
  RETURN_IF_ERROR(resource.ModifyPlan(context, config, prior, planned));
  RemoveWriteOnly(schema, planned);
  MarkUnknown(schema, config, base, planned);
  response.requires_replace = ReplacedPaths(schema, prior, planned);
  for (const Path& path : context.requires_replace) response.requires_replace.push_back(path);
  Review(resource, context, prior, planned, !response.requires_replace.empty());
  response.planned_state = Encode(planned, type);
  response.planned_private = context.private_state.Serialize();
  // What is renamed in place gets another identity; a replaced object keeps its own to the end.
  if (response.planned_identity && response.requires_replace.empty()) {
    if (auto identity = IdentityFor(resource, planned, context.private_state)) response.planned_identity = identity;
  }
  return absl::OkStatus();
}

PlanResponse ProviderServer::Plan(const PlanRequest& request, std::stop_token stop) {
  PlanResponse response;
  response.planned_private = request.prior_private;
  response.planned_identity = request.prior_identity;
  Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  const absl::Status status = PlanResource(*resource, request, std::move(stop), response);
  response.diagnostics.AddStatus(Cannot("plan", *resource), status);
  return response;
}

absl::Status ProviderServer::ApplyChange(Resource& resource, const Change& change, Context& context, Value& state) {
  state = change.prior;
  if (change.planned.IsNull()) {
    RETURN_IF_ERROR(resource.Delete(context, change.prior));
    state = Value::Null();
    return absl::OkStatus();
  }
  if (change.prior.IsNull()) return resource.Create(context, change.config, change.planned, state);
  if (IsClientSideUpdate(resource.schema(), change.prior, change.planned)) {
    state = change.planned;
    return absl::OkStatus();
  }
  return resource.Update(context, change.config, change.prior, change.planned, state);
}

absl::StatusOr<ProviderServer::Change> ProviderServer::DecodeChange(const Type& type, const ApplyRequest& request) {
  Change change;
  ASSIGN_OR_RETURN(change.prior, Decode(request.prior_state, type));
  ASSIGN_OR_RETURN(change.planned, Decode(request.planned_state, type));
  ASSIGN_OR_RETURN(change.config, Decode(request.config, type));
  return change;
}

ApplyResponse ProviderServer::Apply(const ApplyRequest& request, std::stop_token stop) {
  ApplyResponse response;
  response.new_state = request.prior_state;
  response.private_state = request.planned_private;
  response.new_identity = request.planned_identity;
  Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  const Type type = resource->schema().WireType();
  const auto change = DecodeChange(type, request);
  response.diagnostics.AddStatus(kMalformed, change.status());
  if (!change.ok()) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, request.planned_private);
  Value state;
  const absl::Status status = ApplyChange(*resource, *change, context, state);
  const char* verb = change->planned.IsNull() ? "delete" : change->prior.IsNull() ? "create" : "update";
  response.diagnostics.AddStatus(Cannot(verb, *resource), status);
  if (status.ok() && !state.IsWhollyKnown()) {
    response.diagnostics.AddError(Path(), Cannot("finish", *resource),
                                  "A value is still unknown after the apply. This is a fault of the provider.");
  }
  state = UnknownsAsNull(state);
  RemoveWriteOnly(resource->schema(), state);
  response.new_state = Encode(state, type);
  response.private_state = context.private_state.Serialize();
  if (state.IsNull()) response.new_identity.reset();
  if (auto identity = IdentityFor(*resource, state, context.private_state)) response.new_identity = std::move(identity);
  return response;
}

absl::StatusOr<Value> ProviderServer::ImportState(Resource& resource, const ImportRequest& request,
                                                  Context& context) const {
  if (!request.id.empty() || !request.identity) return resource.Import(context, request.id);
  const IdentitySchema* identity = catalog().FindIdentity(request.type_name);
  if (identity == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("a ", resource.noun(), " has no identity; use its id"));
  }
  ASSIGN_OR_RETURN(const Value value, Decode(*request.identity, identity->WireType()));
  return resource.ImportIdentity(context, value);
}

ImportResponse ProviderServer::Import(const ImportRequest& request, std::stop_token stop) {
  ImportResponse response;
  Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, "");
  absl::StatusOr<Value> state = ImportState(*resource, request, context);
  if (state.ok() && !state->IsMap()) state = absl::NotFoundError("it does not exist");
  response.diagnostics.AddStatus(Cannot("import", *resource), state.status());
  if (!state.ok()) return response;
  FillDefaults(resource->schema(), *state);
  response.resources.push_back({.type_name = request.type_name,
                                .state = Encode(*state, resource->schema().WireType()),
                                .private_state = context.private_state.Serialize(),
                                .identity = request.identity});
  return response;
}

}  // namespace spcs::tf
