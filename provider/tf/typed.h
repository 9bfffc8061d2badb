// SPDX-License-Identifier: MPL-2.0
// What the kinds beside resources have in common when their configuration is a struct: name, schema and validation come
// from its table. `Base` is the kind (DataSource, EphemeralResource, ListResource, Action).
#pragma once

#include <string>

#include "provider/tf/model.h"

namespace spcs::tf {

template <class Base, class M>
class Typed : public Base {
 public:
  explicit Typed(const Model<M>& model) : model_(model) {}

  const std::string& type_name() const final { return model_.name(); }
  const Schema& schema() const final { return model_.schema(); }

  void Validate(const Value& config, Diagnostics& diagnostics) const final {
    const absl::StatusOr<M> typed = model_.Decode(config);
    if (!typed.ok()) return diagnostics.AddStatus("Invalid configuration", typed.status());
    ValidateModel(*typed, diagnostics);
  }

 protected:
  // Parts may be unknown.
  virtual void ValidateModel(const M&, Diagnostics&) const {}

  const Model<M>& model() const { return model_; }

 private:
  const Model<M>& model_;
};

}  // namespace spcs::tf
