// SPDX-License-Identifier: MPL-2.0
// A resource written on its own struct. Only the conversion between struct and Value happens here.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "provider/tf/model.h"
#include "provider/tf/resource.h"

namespace spcs::tf {

template <class M>
class TypedResource : public Resource {
 public:
  explicit TypedResource(const Model<M>& model) : model_(model) {}

  const std::string& type_name() const final { return model_.name(); }
  const Schema& schema() const final { return model_.schema(); }

 protected:
  // The typed verbs; contracts as in Resource.
  virtual void ValidateModel(const M&, Diagnostics&) const {}
  virtual absl::Status ModifyPlanModel(PlanContext&, const M& /*config*/, const std::optional<M>& /*prior*/,
                                       M& /*planned*/) {
    return absl::OkStatus();
  }
  virtual void ReviewPlanModel(PlanContext&, const std::optional<M>& /*prior*/, const M& /*planned*/,
                               bool /*replaces*/) {}
  virtual void PlanDestroyModel(PlanContext&, const M& /*prior*/) {}
  virtual absl::Status CreateModel(Context&, const M& config, const M& planned, std::optional<M>& state) = 0;
  virtual absl::StatusOr<std::optional<M>> ReadModel(Context&, const M& state) = 0;
  virtual absl::Status UpdateModel(Context&, const M& config, const M& prior, const M& planned, M& state) = 0;
  virtual absl::Status DeleteModel(Context&, const M& state) = 0;
  virtual absl::StatusOr<M> ImportModel(Context&, const std::string& id) = 0;

  const Model<M>& model() const { return model_; }

 public:
  void Validate(const Value& config, Diagnostics& diagnostics) const final {
    const absl::StatusOr<M> typed = model_.Decode(config);
    if (!typed.ok()) return diagnostics.AddStatus("Invalid configuration", typed.status());
    ValidateModel(*typed, diagnostics);
  }

  absl::Status ModifyPlan(PlanContext& context, const Value& config, const Value& prior, Value& planned) final {
    ASSIGN_OR_RETURN(const M typed_config, model_.Decode(config));
    std::optional<M> typed_prior;
    if (!prior.IsNull()) {
      ASSIGN_OR_RETURN(typed_prior, model_.Decode(prior));
    }
    ASSIGN_OR_RETURN(M typed_planned, model_.Decode(planned));
    RETURN_IF_ERROR(ModifyPlanModel(context, typed_config, typed_prior, typed_planned));
    planned = model_.Encode(typed_planned);
    return absl::OkStatus();
  }

  void ReviewPlan(PlanContext& context, const Value& prior, const Value& planned, bool replaces) final {
    const absl::StatusOr<M> typed_planned = model_.Decode(planned);
    if (!typed_planned.ok()) return;
    std::optional<M> typed_prior;
    if (!prior.IsNull()) {
      const absl::StatusOr<M> decoded = model_.Decode(prior);
      if (!decoded.ok()) return;
      typed_prior = *decoded;
    }
    ReviewPlanModel(context, typed_prior, *typed_planned, replaces);
  }

  void PlanDestroy(PlanContext& context, const Value& prior) final {
    const absl::StatusOr<M> typed = model_.Decode(prior);
    if (typed.ok()) PlanDestroyModel(context, *typed);
  }

  absl::Status Create(Context& context, const Value& config, const Value& planned, Value& state) final {
    ASSIGN_OR_RETURN(const M typed_config, model_.Decode(config));
    ASSIGN_OR_RETURN(const M typed_planned, model_.Decode(planned));
    std::optional<M> typed_state;
    const absl::Status status = CreateModel(context, typed_config, typed_planned, typed_state);
    state = typed_state ? model_.Encode(*typed_state) : Value::Null();
    return status;
  }

  absl::StatusOr<Value> Read(Context& context, const Value& state) final {
    ASSIGN_OR_RETURN(const M typed_state, model_.Decode(state));
    ASSIGN_OR_RETURN(const std::optional<M> now, ReadModel(context, typed_state));
    return now ? model_.Encode(*now) : Value::Null();
  }

  absl::Status Update(Context& context, const Value& config, const Value& prior, const Value& planned,
                      Value& state) final {
    ASSIGN_OR_RETURN(const M typed_config, model_.Decode(config));
    ASSIGN_OR_RETURN(const M typed_prior, model_.Decode(prior));
    ASSIGN_OR_RETURN(const M typed_planned, model_.Decode(planned));
    M typed_state = typed_prior;
    const absl::Status status = UpdateModel(context, typed_config, typed_prior, typed_planned, typed_state);
    state = model_.Encode(typed_state);
    return status;
  }

  absl::Status Delete(Context& context, const Value& state) final {
    ASSIGN_OR_RETURN(const M typed_state, model_.Decode(state));
    return DeleteModel(context, typed_state);
  }

  absl::StatusOr<Value> Import(Context& context, const std::string& id) final {
    ASSIGN_OR_RETURN(const M state, ImportModel(context, id));
    return model_.Encode(state);
  }

 private:
  const Model<M>& model_;
};

}  // namespace spcs::tf
