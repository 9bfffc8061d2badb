// SPDX-License-Identifier: MPL-2.0
// A list resource whose filters are a struct. Only the conversion between struct and Value happens here.
#pragma once

#include <string>

#include "provider/tf/list_resource.h"
#include "provider/tf/model.h"

namespace spcs::tf {

template <class M>
class TypedListResource : public ListResource {
 public:
  explicit TypedListResource(const Model<M>& model) : model_(model) {}

  const std::string& type_name() const final { return model_.name(); }
  const Schema& schema() const final { return model_.schema(); }

  void Validate(const Value& config, Diagnostics& diagnostics) const final {
    const absl::StatusOr<M> typed = model_.Decode(config);
    if (!typed.ok()) return diagnostics.AddStatus("Invalid configuration", typed.status());
    ValidateModel(*typed, diagnostics);
  }

  absl::Status List(Context& context, const Value& config, const ListSink& sink) final {
    ASSIGN_OR_RETURN(const M typed, model_.Decode(config));
    return ListModel(context, typed, sink);
  }

 protected:
  // Parts may be unknown.
  virtual void ValidateModel(const M&, Diagnostics&) const {}
  virtual absl::Status ListModel(Context& context, const M& filter, const ListSink& sink) = 0;

 private:
  const Model<M>& model_;
};

}  // namespace spcs::tf
