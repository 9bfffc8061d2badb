// SPDX-License-Identifier: MPL-2.0
// An ephemeral resource written on its own struct. Only the conversion between struct and Value happens here.
#pragma once

#include <optional>
#include <string>

#include "provider/tf/ephemeral.h"
#include "provider/tf/model.h"

namespace spcs::tf {

template <class M>
class TypedEphemeral : public EphemeralResource {
 public:
  explicit TypedEphemeral(const Model<M>& model) : model_(model) {}

  const std::string& type_name() const final { return model_.name(); }
  const Schema& schema() const final { return model_.schema(); }

  void Validate(const Value& config, Diagnostics& diagnostics) const final {
    const absl::StatusOr<M> typed = model_.Decode(config);
    if (!typed.ok()) return diagnostics.AddStatus("Invalid configuration", typed.status());
    ValidateModel(*typed, diagnostics);
  }

  absl::StatusOr<Opened> Open(Context& context, const Value& config) final {
    ASSIGN_OR_RETURN(M typed, model_.Decode(config));
    ASSIGN_OR_RETURN(const std::optional<absl::Time> renew_at, OpenModel(context, typed));
    return Opened{.result = model_.Encode(typed), .renew_at = renew_at};
  }

 protected:
  // Parts may be unknown.
  virtual void ValidateModel(const M&, Diagnostics&) const {}
  // `model` is the configuration; fills in what is computed. Returns when to renew.
  virtual absl::StatusOr<std::optional<absl::Time>> OpenModel(Context& context, M& model) = 0;

 private:
  const Model<M>& model_;
};

}  // namespace spcs::tf
