// SPDX-License-Identifier: MPL-2.0
// A resource whose statements follow from its table and its SqlKind. What does not fit overrides one of the hooks, or a
// verb of TypedResource.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provider/resources/contents.h"
#include "provider/resources/ownership.h"
#include "provider/resources/peer.h"
#include "provider/resources/sql_object.h"
#include "provider/resources/sql_statements.h"
#include "provider/tf/typed_resource.h"

namespace spcs::resources {

// Name under which the private state remembers GivenAttributes().
inline constexpr char kPrivateGiven[] = "given";

// Plans `qualified_name` from the naming parts, as far as they are known.
void PlanQualifiedName(const SqlKind& kind, tf::Value& planned);

template <class M>
class SqlResource : public tf::TypedResource<M> {
 public:
  SqlResource(Account& account, SqlKind kind, const tf::Model<M>& model)
      : tf::TypedResource<M>(model), object_(account, std::move(kind), model.schema(), model.name()) {}

  std::string noun() const override { return object_.noun(); }

  absl::StatusOr<tf::Value> ImportIdentity(tf::Context& context, const tf::Value& identity) override {
    return StateFromIdentity(context, this->schema(), identity);
  }

  absl::StatusOr<tf::Value> Move(const std::string& source_type, const std::string& source_json) override {
    ASSIGN_OR_RETURN(const tf::Value value,
                     FromPeer(kind(), this->schema(), this->type_name(), source_type, source_json));
    ASSIGN_OR_RETURN(M state, this->model().Decode(value));
    RETURN_IF_ERROR(ExtendMove(source_json, state));
    return this->model().Encode(state);
  }

 protected:
  // Hooks; each does nothing by default.
  // Adds to CREATE what the convention does not say.
  virtual absl::Status ExtendCreate(const M&, const M&, snowflake::Statement&) const { return absl::OkStatus(); }
  // Adds statements behind the ALTER … SET and UNSET.
  virtual absl::Status ExtendUpdate(const M&, const M&, const M&, std::vector<snowflake::Statement>&) const {
    return absl::OkStatus();
  }
  // Completes a state that was the peer's with what has another form there. `source` is JSON text.
  virtual absl::Status ExtendMove(const std::string& /*source*/, M&) const { return absl::OkStatus(); }
  // Completes what the row has told: further reads, attributes with a form of their own.
  virtual absl::Status ExtendRead(tf::Context&, const ObjectRow&, M&) { return absl::OkStatus(); }
  // Waits until the object is what was planned. Called behind create and update; `state` is stored whatever it returns.
  virtual absl::Status Settle(tf::Context&, const M& /*planned*/, const std::optional<M>& /*prior*/, M& /*state*/) {
    return absl::OkStatus();
  }
  // Refuses a delete that would take more than the object.
  virtual absl::Status GuardDelete(tf::Context&, const M&) { return absl::OkStatus(); }
  // The attributes in which an object that exists differs from the plan, beyond what its row tells.
  virtual absl::StatusOr<std::vector<std::string>> CompareExisting(tf::Context&, const M& /*planned*/,
                                                                   const ObjectRow&) {
    return std::vector<std::string>();
  }
  // Takes away from what is planned for an object that was adopted what neither its row nor CompareExisting() tells and
  // the conventions do not know: what is null here is sent.
  virtual void ForgetUnreadable(M&) const {}
  // The last word on a plan.
  virtual absl::Status ExtendPlan(tf::PlanContext&, const M&, const std::optional<M>&, M&) { return absl::OkStatus(); }
  virtual absl::StatusOr<snowflake::Statement> MakeCreate(const M& config, const M& planned) const {
    return CreateStatement(kind(), this->schema(), this->model().Encode(planned), this->model().Encode(config));
  }

  const SqlKind& kind() const { return object_.kind(); }
  SqlObject& object() { return object_; }

  absl::Status ModifyPlanModel(tf::PlanContext& context, const M& config, const std::optional<M>& prior,
                               M& planned) override {
    tf::Value value = this->model().Encode(planned);
    PlanQualifiedName(kind(), value);
    if (prior) {
      PlanUnset(kind(), this->schema(), context.private_state.Get(kPrivateGiven), this->model().Encode(config), value);
    }
    ASSIGN_OR_RETURN(planned, this->model().Decode(value));
    return ExtendPlan(context, config, prior, planned);
  }

  absl::Status CreateModel(tf::Context& context, const M& config, const M& planned, std::optional<M>& state) override {
    ASSIGN_OR_RETURN(snowflake::Statement statement, MakeCreate(config, planned));
    RETURN_IF_ERROR(ExtendCreate(config, planned, statement));
    RETURN_IF_ERROR(AppendTags(this->model().Encode(planned), statement));
    tf::Value value;
    const auto compare = [&](const ObjectRow& row) { return CompareExisting(context, planned, row); };
    bool adopted = false;
    const absl::Status status =
        object_.Create(context, statement, this->model().Encode(planned), compare, value, adopted);
    if (value.IsNull()) return status;
    ASSIGN_OR_RETURN(state, this->model().Decode(value));
    RememberGiven(context, config);
    RETURN_IF_ERROR(status);
    if (adopted) return TakeOver(context, config, planned, *state);
    RETURN_IF_ERROR(Refresh(context, *state));
    return Settle(context, planned, std::nullopt, *state);
  }

  absl::StatusOr<std::optional<M>> ReadModel(tf::Context& context, const M& stored) override {
    std::optional<ObjectRow> row;
    ASSIGN_OR_RETURN(const tf::Value value, object_.Read(context, this->model().Encode(stored), &row));
    if (value.IsNull()) return std::optional<M>();
    ASSIGN_OR_RETURN(M state, this->model().Decode(value));
    if (row) RETURN_IF_ERROR(ExtendRead(context, *row, state));
    return std::optional<M>(std::move(state));
  }

  absl::Status UpdateModel(tf::Context& context, const M& config, const M& prior, const M& planned, M& state) override {
    RETURN_IF_ERROR(Rename(context, this->model().Encode(planned), state));
    return Alter(context, config, prior, planned, state);
  }

  absl::Status DeleteModel(tf::Context& context, const M& state) override {
    RETURN_IF_ERROR(RequireSameAccount(context));
    RETURN_IF_ERROR(GuardDelete(context, state));
    ASSIGN_OR_RETURN(const snowflake::Statement statement, object_.DropStatement(this->model().Encode(state)));
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), this->model().Encode(state)));
    return object_.Drop(context, name, statement);
  }

  absl::StatusOr<M> ImportModel(tf::Context&, const std::string& id) override {
    ASSIGN_OR_RETURN(const tf::Value state, StateFromId(kind(), this->schema(), id));
    return this->model().Decode(state);
  }

  // For verbs that talk to the account by themselves.
  absl::Status RequireSameAccount(tf::Context& context) {
    ASSIGN_OR_RETURN(Session * session, object_.account().Connect());
    return CheckSameAccount(context, *session);
  }

  // Brings `state` up to date; it stays as it is when the object is not there.
  absl::Status Refresh(tf::Context& context, M& state) {
    ASSIGN_OR_RETURN(std::optional<M> now, ReadModel(context, state));
    if (now) state = *std::move(now);
    return absl::OkStatus();
  }

 private:
  // Makes an object that is there under the planned name as planned.
  absl::Status Alter(tf::Context& context, const M& config, const M& prior, const M& planned, M& state) {
    const tf::Value planned_value = this->model().Encode(planned);
    ASSIGN_OR_RETURN(std::vector<snowflake::Statement> statements,
                     AlterStatements(kind(), this->schema(), this->model().Encode(prior), planned_value));
    RETURN_IF_ERROR(ExtendUpdate(config, prior, planned, statements));
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), planned_value));
    if (absl::Status status = object_.Execute(context, name, statements); !status.ok()) {
      // Some statements may have been carried out: what is there now is the state.
      (void)Refresh(context, state);
      return status;
    }
    ASSIGN_OR_RETURN(state, this->model().Decode(tf::UnknownsAsNull(planned_value)));
    RememberGiven(context, config);
    RETURN_IF_ERROR(Refresh(context, state));
    return Settle(context, planned, prior, state);
  }

  // An object that was adopted equals the plan as far as it can be read; the rest is sent.
  absl::Status TakeOver(tf::Context& context, const M& config, const M& planned, M& state) {
    ASSIGN_OR_RETURN(M prior,
                     this->model().Decode(WithoutUnreadable(kind(), this->schema(), this->model().Encode(planned))));
    ForgetUnreadable(prior);
    return Alter(context, config, prior, planned, state);
  }

  // Which attributes the configuration gave, among those that the service fills in otherwise.
  void RememberGiven(tf::Context& context, const M& config) {
    std::string given = GivenAttributes(kind(), this->schema(), this->model().Encode(config));
    if (given != context.private_state.Get(kPrivateGiven)) context.private_state.Set(kPrivateGiven, std::move(given));
  }

  // Gives the object of `state` the planned name, in place.
  absl::Status Rename(tf::Context& context, const tf::Value& planned, M& state) {
    tf::Value value = this->model().Encode(state);
    ASSIGN_OR_RETURN(const snowflake::ObjectName from, NameOf(kind(), value));
    ASSIGN_OR_RETURN(const snowflake::ObjectName to, NameOf(kind(), planned));
    if (from == to) return absl::OkStatus();
    RETURN_IF_ERROR(object_.Rename(context, from, to));
    value.AsMap()["name"] = planned.Get("name");
    PlanQualifiedName(kind(), value);
    ASSIGN_OR_RETURN(state, this->model().Decode(value));
    return absl::OkStatus();
  }

  SqlObject object_;
};

// A database or a schema: dropped only when it is empty, or with force_destroy.
template <class M>
class ContainerResource : public SqlResource<M> {
 public:
  using SqlResource<M>::SqlResource;

 protected:
  absl::Status GuardDelete(tf::Context& context, const M& state) override {
    if (state.force_destroy.value_or(false)) return absl::OkStatus();
    return RefuseUnlessEmpty(context, this->object(), this->model().Encode(state));
  }
};

}  // namespace spcs::resources
