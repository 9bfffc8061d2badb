// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/provider_server.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/tf/codec.h"
#include "provider/tf/plan.h"
#include "provider/tf/validate.h"

namespace spcs::tf {
namespace {

constexpr char kMalformed[] = "Malformed request from the client";

std::string Cannot(absl::string_view verb, const Resource& resource) {
  return absl::StrCat("Cannot ", verb, " ", resource.noun());
}

Type IdentityType(const IdentitySchema& identity) {
  std::map<std::string, Type> members;
  for (const IdentityAttribute& attribute : identity.attributes) members[attribute.name] = attribute.type;
  return Type::Object(std::move(members));
}

// An object that is imported has the client-only attributes at their defaults, so that an empty plan follows.
void FillClientOnlyDefaults(const Schema& schema, Value& state) {
  for (const Attribute& attribute : schema.attributes) {
    Value& member = state.AsMap()[attribute.name];
    if (attribute.client_only && attribute.default_value && member.IsNull()) member = *attribute.default_value;
  }
}

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

}  // namespace

ProviderServer::ProviderServer(Registry registry, Clock& clock, Logger& logger)
    : registry_(std::move(registry)), clock_(clock), logger_(logger) {
  schema_.provider = registry_.config->schema();
  for (const auto& resource : registry_.resources) {
    resources_[resource->type_name()] = resource.get();
    schema_.resources[resource->type_name()] = resource->schema();
    IdentitySchema identity = IdentityOf(resource->schema());
    if (!identity.attributes.empty()) schema_.identities[resource->type_name()] = std::move(identity);
  }
  for (const auto& source : registry_.data_sources) {
    data_sources_[source->type_name()] = source.get();
    schema_.data_sources[source->type_name()] = source->schema();
  }
  for (const auto& function : registry_.functions) {
    functions_[function->name()] = function.get();
    schema_.functions[function->name()] = function->signature();
  }
}

Resource* ProviderServer::FindResource(const std::string& type_name, Diagnostics& diagnostics) const {
  const auto resource = resources_.find(type_name);
  if (resource != resources_.end()) return resource->second;
  diagnostics.AddError(Path(), "Unknown resource type",
                       absl::StrCat("This version of the provider has no resource type \"", type_name, "\"."));
  return nullptr;
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
  const auto identity = schema_.identities.find(resource.type_name());
  if (identity == schema_.identities.end() || !state.IsKnown()) return std::nullopt;
  Value::Map members;
  for (const IdentityAttribute& attribute : identity->second.attributes) {
    members[attribute.name] = state.Get(attribute.name);
  }
  const std::string account = private_state.Get("account");
  if (account.empty()) return std::nullopt;
  members["account"] = account;
  return Encode(Value(std::move(members)), IdentityType(identity->second));
}

ValidateResponse ProviderServer::ValidateProvider(const ValidateRequest& request) {
  ValidateResponse response;
  const Schema& schema = registry_.config->schema();
  const auto config = Decode(request.config, schema.WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok() || !config->IsMap()) return response;
  ValidateAttributes(schema, *config, response.diagnostics);
  if (!response.diagnostics.HasErrors()) registry_.config->Validate(*config, response.diagnostics);
  return response;
}

ValidateResponse ProviderServer::ValidateResource(const ValidateRequest& request) {
  ValidateResponse response;
  const Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  const auto config = Decode(request.config, resource->schema().WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok() || !config->IsMap()) return response;
  if (!request.write_only_allowed) RefuseWriteOnly(resource->schema(), *config, response.diagnostics);
  ValidateAttributes(resource->schema(), *config, response.diagnostics);
  if (!response.diagnostics.HasErrors()) resource->Validate(*config, response.diagnostics);
  return response;
}

ValidateResponse ProviderServer::ValidateDataSource(const ValidateRequest& request) {
  ValidateResponse response;
  const auto source = data_sources_.find(request.type_name);
  if (source == data_sources_.end()) {
    response.diagnostics.AddError(Path(), "Unknown data source", absl::StrCat("There is no ", request.type_name, "."));
    return response;
  }
  const auto config = Decode(request.config, source->second->schema().WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok() || !config->IsMap()) return response;
  ValidateAttributes(source->second->schema(), *config, response.diagnostics);
  if (!response.diagnostics.HasErrors()) source->second->Validate(*config, response.diagnostics);
  return response;
}

ValidateResponse ProviderServer::ValidateEphemeral(const ValidateRequest& request) {
  ValidateResponse response;
  response.diagnostics.AddError(Path(), "Unknown ephemeral resource",
                                absl::StrCat("There is no ", request.type_name, "."));
  return response;
}

ConfigureResponse ProviderServer::Configure(const ConfigureRequest& request) {
  ConfigureResponse response;
  const auto config = Decode(request.config, registry_.config->schema().WireType());
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (config.ok()) registry_.config->Configure(*config, request.client_version, response.diagnostics);
  return response;
}

UpgradeStateResponse ProviderServer::UpgradeState(const UpgradeStateRequest& request) {
  UpgradeStateResponse response;
  Resource* resource = FindResource(request.type_name, response.diagnostics);
  if (resource == nullptr) return response;
  const Type type = resource->schema().WireType();
  if (request.version > resource->schema().version) {
    response.diagnostics.AddError(
        Path(), "State of a newer provider",
        absl::StrCat("The state was written by schema version ", request.version, " of ", request.type_name,
                     "; this provider knows up to ", resource->schema().version, ". Upgrade the provider."));
    return response;
  }
  if (request.raw_state.json.empty()) {
    response.diagnostics.AddError(Path(), Cannot("upgrade the state of", *resource),
                                  "The state is in the format of a client older than 0.12, which nothing here wrote.");
    return response;
  }
  absl::StatusOr<Value> state = DecodeJson(request.raw_state.json, type, Shape::kLenient);
  if (state.ok() && request.version < resource->schema().version) {
    state = resource->Upgrade(request.version, *std::move(state));
  }
  response.diagnostics.AddStatus(Cannot("upgrade the state of", *resource), state.status());
  if (state.ok()) response.upgraded_state = Encode(*state, type);
  return response;
}

UpgradeIdentityResponse ProviderServer::UpgradeIdentity(const UpgradeIdentityRequest& request) {
  UpgradeIdentityResponse response;
  const auto identity = schema_.identities.find(request.type_name);
  if (identity == schema_.identities.end()) return response;
  const Type type = IdentityType(identity->second);
  const auto value = DecodeJson(request.raw_identity.json, type, Shape::kLenient);
  response.diagnostics.AddStatus("Cannot upgrade the identity", value.status());
  if (value.ok()) response.upgraded_identity = Encode(*value, type);
  return response;
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
  response.planned_state = Encode(planned, type);
  response.planned_private = context.private_state.Serialize();
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
  const auto identity = schema_.identities.find(request.type_name);
  if (identity == schema_.identities.end()) {
    return absl::InvalidArgumentError(absl::StrCat("a ", resource.noun(), " has no identity; use its id"));
  }
  ASSIGN_OR_RETURN(const Value value, Decode(*request.identity, IdentityType(identity->second)));
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
  FillClientOnlyDefaults(resource->schema(), *state);
  response.resources.push_back({.type_name = request.type_name,
                                .state = Encode(*state, resource->schema().WireType()),
                                .private_state = context.private_state.Serialize(),
                                .identity = request.identity});
  return response;
}

MoveResponse ProviderServer::Move(const MoveRequest& request) {
  MoveResponse response;
  Resource* resource = FindResource(request.target_type_name, response.diagnostics);
  if (resource == nullptr) return response;
  const auto state = resource->Move(request.source_type_name, request.source_state.json);
  response.diagnostics.AddStatus("Cannot move the state", state.status());
  if (state.ok()) response.target_state = Encode(*state, resource->schema().WireType());
  return response;
}

ReadDataResponse ProviderServer::ReadData(const ReadDataRequest& request, std::stop_token stop) {
  ReadDataResponse response;
  const auto source = data_sources_.find(request.type_name);
  if (source == data_sources_.end()) {
    response.diagnostics.AddError(Path(), "Unknown data source", absl::StrCat("There is no ", request.type_name, "."));
    return response;
  }
  const Type type = source->second->schema().WireType();
  const auto config = Decode(request.config, type);
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok()) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, "");
  const auto state = source->second->Read(context, *config);
  response.diagnostics.AddStatus(absl::StrCat("Cannot read ", source->second->noun()), state.status());
  if (state.ok()) response.state = Encode(*state, type);
  return response;
}

CallFunctionResponse ProviderServer::CallFunction(const CallFunctionRequest& request) {
  CallFunctionResponse response;
  const auto function = functions_.find(request.name);
  if (function == functions_.end()) {
    response.error = absl::StrCat("There is no function \"", request.name, "\".");
    return response;
  }
  const FunctionSignature& signature = function->second->signature();
  const size_t fixed_count = signature.parameters.size();
  if (request.arguments.size() < fixed_count || (!signature.variadic && request.arguments.size() > fixed_count)) {
    response.error = absl::StrCat("The function takes ", signature.variadic ? "at least " : "", fixed_count,
                                  " arguments, not ", request.arguments.size(), ".");
    return response;
  }
  std::vector<Value> arguments;
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    const FunctionParameter& parameter = i < fixed_count ? signature.parameters[i] : *signature.variadic;
    auto argument = Decode(request.arguments[i], parameter.type);
    if (!argument.ok()) {
      response.error = std::string(argument.status().message());
      response.error_argument = static_cast<int64_t>(i);
      return response;
    }
    arguments.push_back(*std::move(argument));
  }
  const auto result = function->second->Call(arguments);
  if (result.ok()) {
    response.result = Encode(*result, signature.result);
    return response;
  }
  response.error = std::string(result.status().message());
  int64_t index = 0;
  if (absl::SimpleAtoi(FactOf(result.status(), kFunctionArgument).value_or(""), &index))
    response.error_argument = index;
  return response;
}

OpenEphemeralResponse ProviderServer::OpenEphemeral(const OpenEphemeralRequest& request, std::stop_token) {
  OpenEphemeralResponse response;
  response.diagnostics.AddError(Path(), "Unknown ephemeral resource",
                                absl::StrCat("There is no ", request.type_name, "."));
  return response;
}

RenewEphemeralResponse ProviderServer::RenewEphemeral(const RenewEphemeralRequest&, std::stop_token) {
  return {};
}

CloseEphemeralResponse ProviderServer::CloseEphemeral(const CloseEphemeralRequest&, std::stop_token) {
  return {};
}

}  // namespace spcs::tf
