// SPDX-License-Identifier: MPL-2.0
// A data source written on its own struct. Only the conversion between struct and Value happens here.
#pragma once

#include <string>
#include <utility>

#include "provider/tf/model.h"
#include "provider/tf/resource.h"

namespace spcs::tf {

template <class M>
class TypedDataSource : public DataSource {
 public:
  explicit TypedDataSource(const Model<M>& model) : model_(model) {}

  const std::string& type_name() const final { return model_.name(); }
  const Schema& schema() const final { return model_.schema(); }

  void Validate(const Value& config, Diagnostics& diagnostics) const final {
    const absl::StatusOr<M> typed = model_.Decode(config);
    if (!typed.ok()) return diagnostics.AddStatus("Invalid configuration", typed.status());
    ValidateModel(*typed, diagnostics);
  }

  absl::StatusOr<Value> Read(Context& context, const Value& config) final {
    ASSIGN_OR_RETURN(M typed, model_.Decode(config));
    RETURN_IF_ERROR(ReadModel(context, typed));
    return model_.Encode(typed);
  }

 protected:
  // Parts may be unknown.
  virtual void ValidateModel(const M&, Diagnostics&) const {}
  // `model` is the configuration, wholly known; fills in what is computed.
  virtual absl::Status ReadModel(Context& context, M& model) = 0;

 private:
  const Model<M>& model_;
};

}  // namespace spcs::tf
