// SPDX-License-Identifier: MPL-2.0
// An action whose configuration is a struct. Only the conversion between struct and Value happens here.
#pragma once

#include <string>

#include "provider/tf/action.h"
#include "provider/tf/model.h"

namespace spcs::tf {

template <class M>
class TypedAction : public Action {
 public:
  explicit TypedAction(const Model<M>& model) : model_(model) {}

  const std::string& type_name() const final { return model_.name(); }
  const Schema& schema() const final { return model_.schema(); }

  void Validate(const Value& config, Diagnostics& diagnostics) const final {
    const absl::StatusOr<M> typed = model_.Decode(config);
    if (!typed.ok()) return diagnostics.AddStatus("Invalid configuration", typed.status());
    ValidateModel(*typed, diagnostics);
  }

  absl::Status Invoke(Context& context, const Value& config, const Progress& progress) final {
    ASSIGN_OR_RETURN(const M typed, model_.Decode(config));
    return InvokeModel(context, typed, progress);
  }

 protected:
  // Parts may be unknown.
  virtual void ValidateModel(const M&, Diagnostics&) const {}
  virtual absl::Status InvokeModel(Context& context, const M& config, const Progress& progress) = 0;

 private:
  const Model<M>& model_;
};

}  // namespace spcs::tf
