// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/things_for_test.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "provider/base/status.h"
#include "provider/tf/typed_action.h"
#include "provider/tf/typed_ephemeral.h"
#include "provider/tf/typed_list_resource.h"
#include "provider/tf/typed_resource.h"
#include "provider/tf/validate.h"

namespace spcs::tf::things {
namespace {

class ThingResource : public TypedResource<Thing> {
 public:
  explicit ThingResource(Service& service) : TypedResource(ThingModel()), service_(service) {}
  std::string noun() const override { return "thing"; }

  // Version 1 called the comment `text`, and it was a number.
  absl::Status Upgrade(int64_t version, nlohmann::json& state) override {
    if (version == 0) return absl::UnimplementedError("version 0 was never released");
    state["comment"] = state["text"].dump();
    return absl::OkStatus();
  }
  absl::StatusOr<Value> ImportIdentity(Context& context, const Value& identity) override {
    return Import(context, identity.Get("name").AsString());
  }

 protected:
  void ValidateModel(const Thing& config, Diagnostics& diagnostics) const override {
    if (config.name.IsKnown() && config.name == config.comment) {
      diagnostics.AddError(Path("comment"), "Invalid value", "The comment repeats the name.");
    }
  }

  absl::Status ModifyPlanModel(PlanContext& context, const Thing&, const std::optional<Thing>& prior,
                               Thing& planned) override {
    if (!service_.plan_id.empty()) planned.id = service_.plan_id;
    if (service_.plan_replace && prior) context.requires_replace.push_back(Path("comment"));
    return absl::OkStatus();
  }

  void ReviewPlanModel(PlanContext& context, const std::optional<Thing>& prior, const Thing&, bool replaces) override {
    if (!service_.review) return;
    context.diagnostics.AddWarning(Path(), "Reviewed", replaces ? "replaces" : prior ? "changes" : "creates");
  }

  void PlanDestroyModel(PlanContext& context, const Thing&) override {
    if (service_.refuse_destroy) context.diagnostics.AddError(Path(), "Cannot delete thing", "It is full.");
  }

  absl::Status CreateModel(Context& context, const Thing& config, const Thing& planned,
                           std::optional<Thing>& state) override {
    RETURN_IF_ERROR(service_.fail_before_create);
    const std::string name = planned.name.value();
    service_.calls.push_back("create " + name);
    service_.comments[name] = planned.comment.value_or("");
    service_.secret = config.secret.value_or("");
    context.private_state.Set("account", "XY");
    state = planned;
    state->secret = config.secret;  // a fault that the server makes good
    RETURN_IF_ERROR(service_.fail_after_create);
    if (!service_.leave_unknown && !planned.id.IsKnown()) state->id = "id of " + name;
    state->digest = "digest of " + service_.comments[name];
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<Thing>> ReadModel(Context&, const Thing& state) override {
    RETURN_IF_ERROR(service_.fail_read);
    const auto found = service_.comments.find(state.name.value());
    if (found == service_.comments.end()) return std::nullopt;
    Thing now = state;
    now.comment = found->second;
    now.id = "id of " + found->first;
    now.digest = "digest of " + found->second;
    return now;
  }

  absl::Status UpdateModel(Context&, const Thing&, const Thing&, const Thing& planned, Thing& state) override {
    RETURN_IF_ERROR(service_.fail_update);
    const std::string name = planned.name.value();
    service_.calls.push_back("update " + name);
    service_.comments[name] = planned.comment.value_or("");
    state = planned;
    state.digest = "digest of " + service_.comments[name];
    return absl::OkStatus();
  }

  absl::Status DeleteModel(Context&, const Thing& state) override {
    RETURN_IF_ERROR(service_.fail_delete);
    service_.calls.push_back("delete " + state.name.value());
    service_.comments.erase(state.name.value());
    return absl::OkStatus();
  }

  absl::StatusOr<Thing> ImportModel(Context&, const std::string& id) override {
    if (service_.comments.count(id) == 0) return absl::NotFoundError("there is no such thing");
    Thing thing;
    thing.name = id;
    return thing;
  }

 private:
  Service& service_;
};

// A resource by hand, without an identity.
class PlainResource : public Resource {
 public:
  PlainResource() { schema_.attributes = {{.name = "name", .type = Type::String(), .required = true}}; }
  const std::string& type_name() const override { return name_; }
  std::string noun() const override { return "plain"; }
  const Schema& schema() const override { return schema_; }
  absl::Status Create(Context&, const Value&, const Value& planned, Value& state) override {
    state = planned;
    return absl::OkStatus();
  }
  absl::StatusOr<Value> Read(Context&, const Value& state) override { return state; }
  absl::Status Update(Context&, const Value&, const Value&, const Value& planned, Value& state) override {
    state = planned;
    return absl::OkStatus();
  }
  absl::Status Delete(Context&, const Value&) override { return absl::OkStatus(); }
  absl::StatusOr<Value> Import(Context&, const std::string&) override { return Value::Null(); }

 private:
  std::string name_ = "spcs_plain";
  Schema schema_;
};

class Block : public ProviderConfig {
 public:
  explicit Block(Service& service) : service_(service) {
    schema_.attributes = {{.name = "account", .type = Type::String(), .optional = true}};
    schema_.attributes[0].validators.push_back(NonEmpty());
  }
  const Schema& schema() const override { return schema_; }
  void Validate(const Value&, Diagnostics&) const override {}
  void Configure(const Value& config, const std::string& client_version, Diagnostics&) override {
    service_.configured = absl::StrCat(config.Get("account").AsString(), " for ", client_version);
  }

 private:
  Service& service_;
  Schema schema_;
};

// join(separator, parts...)
class Join : public Function {
 public:
  Join() {
    signature_.parameters = {{.name = "separator", .type = Type::String(), .doc = "Between the parts."}};
    signature_.variadic = FunctionParameter{.name = "parts", .type = Type::String(), .doc = "The parts."};
    signature_.result = Type::String();
  }
  const std::string& name() const override { return name_; }
  const FunctionSignature& signature() const override { return signature_; }
  absl::StatusOr<Value> Call(const std::vector<Value>& arguments) const override {
    std::vector<std::string> parts;
    for (size_t i = 1; i < arguments.size(); ++i) {
      if (arguments[i].AsString().empty()) {
        return WithFact(absl::InvalidArgumentError("an empty part"), kFunctionArgument, absl::StrCat(i));
      }
      parts.push_back(arguments[i].AsString());
    }
    return Value(absl::StrJoin(parts, arguments[0].AsString()));
  }

 private:
  std::string name_ = "join";
  FunctionSignature signature_;
};

class TicketEphemeral : public TypedEphemeral<Ticket> {
 public:
  explicit TicketEphemeral(Service& service) : TypedEphemeral(TicketModel()), service_(service) {}
  std::string noun() const override { return "ticket"; }

 protected:
  void ValidateModel(const Ticket& config, Diagnostics& diagnostics) const override {
    if (config.name.value_or("") == "bad") diagnostics.AddError(Path("name"), "Bad name", "Choose another.");
  }
  absl::StatusOr<std::optional<absl::Time>> OpenModel(Context& context, Ticket& ticket) override {
    service_.calls.push_back(absl::StrCat("open ", ticket.name.value()));
    context.private_state.Set("name", ticket.name.value());
    RETURN_IF_ERROR(service_.fail_open);
    ticket.value = absl::StrCat("value of ", ticket.name.value());
    return std::optional(absl::FromUnixSeconds(1000));
  }

 public:
  absl::StatusOr<std::optional<absl::Time>> Renew(Context& context) override {
    service_.calls.push_back(absl::StrCat("renew ", context.private_state.Get("name")));
    const bool renewed = !context.private_state.Get("renewed").empty();
    context.private_state.Set("renewed", "yes");
    return renewed ? std::optional<absl::Time>() : absl::FromUnixSeconds(2000);
  }
  absl::Status Close(Context& context) override {
    service_.calls.push_back(
        absl::StrCat("close ", context.private_state.Get("name"), context.private_state.Get("renewed")));
    return absl::OkStatus();
  }
  void GiveBack(Context&) override { service_.calls.push_back("give back"); }

 private:
  Service& service_;
};

class ThingList : public TypedListResource<ThingFilter> {
 public:
  explicit ThingList(Service& service) : TypedListResource(ThingFilterModel()), service_(service) {}
  std::string noun() const override { return "things"; }

 protected:
  absl::Status ListModel(Context&, const ThingFilter& filter, const ListSink& sink) override {
    for (const auto& [name, comment] : service_.comments) {
      if (name.find(filter.like.value_or("")) == std::string::npos) continue;
      service_.calls.push_back(absl::StrCat("list ", name));
      const bool more = sink({.import_id = name,
                              .display_name = absl::StrCat("Thing ", name),
                              .identity = Value(Value::Map{{"name", name}, {"account", "A"}})});
      if (!more) return absl::OkStatus();
    }
    return service_.fail_list;
  }

 private:
  Service& service_;
};

class PokeAction : public TypedAction<Poke> {
 public:
  explicit PokeAction(Service& service) : TypedAction(PokeModel()), service_(service) {}
  std::string verb() const override { return "poke thing"; }

 protected:
  absl::Status InvokeModel(Context&, const Poke& config, const Progress& progress) override {
    progress(absl::StrCat("Poking ", config.name.value(), "."));
    service_.calls.push_back(absl::StrCat("poke ", config.name.value()));
    return service_.fail_invoke;
  }

 private:
  Service& service_;
};

}  // namespace

const Model<Ticket>& TicketModel() {
  using M = Ticket;
  static const Model<M> model{"spcs_ticket",
                              "A ticket.",
                              {{"name", &M::name, Required{.validators = {NonEmpty()}, .doc = "Its name."}},
                               {"value", &M::value, Computed{.sensitive = true, .doc = "Its value."}}}};
  return model;
}

const Model<ThingFilter>& ThingFilterModel() {
  using M = ThingFilter;
  static const Model<M> model{
      "spcs_thing", "Finds things.", {{"like", &M::like, Optional{.validators = {NonEmpty()}, .doc = "A part."}}}};
  return model;
}

const Model<Poke>& PokeModel() {
  using M = Poke;
  static const Model<M> model{
      "spcs_poke", "Pokes.", {{"name", &M::name, Required{.validators = {NonEmpty()}, .doc = "Its name."}}}};
  return model;
}

const Model<Thing>& ThingModel() {
  using M = Thing;
  static const Model<M> model{
      "spcs_thing",
      "A thing.",
      {
          {"name", &M::name,
           Required{.replace = true, .identity = true, .validators = {NonEmpty()}, .doc = "Its name."}},
          {"comment", &M::comment, Optional{.doc = "Free text."}},
          {"secret", &M::secret, Optional{.sensitive = true, .write_only = true, .doc = "Its secret."}},
          {"force", &M::force,
           Optional{.default_value = false, .client_only = true, .doc = "Delete whatever is in it."}},
          {"id", &M::id, Computed{.doc = "Its id."}},
          {"digest", &M::digest, Computed{.changes_with = {"comment"}, .doc = "Follows the comment."}},
      },
      2};
  return model;
}

Value ThingConfig(Value name, Value comment) {
  Value config = ThingModel().Encode(Thing{});
  config.AsMap()["name"] = std::move(name);
  config.AsMap()["comment"] = std::move(comment);
  return config;
}

Registry MakeRegistry(Service& service) {
  Registry registry;
  registry.config = std::make_unique<Block>(service);
  registry.resources.push_back(std::make_unique<ThingResource>(service));
  registry.resources.push_back(std::make_unique<PlainResource>());
  registry.functions.push_back(std::make_unique<Join>());
  registry.ephemerals.push_back(std::make_unique<TicketEphemeral>(service));
  registry.lists.push_back(std::make_unique<ThingList>(service));
  registry.actions.push_back(std::make_unique<PokeAction>(service));
  return registry;
}

}  // namespace spcs::tf::things
