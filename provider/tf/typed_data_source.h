// SPDX-License-Identifier: MPL-2.0
// A data source written on its own struct. Only the conversion between struct and Value happens here.
#pragma once

#include <string>
#include <utility>

#include "provider/tf/resource.h"
#include "provider/tf/typed.h"

namespace spcs::tf {

template <class M>
class TypedDataSource : public Typed<DataSource, M> {
 public:
  using Typed<DataSource, M>::Typed;

  absl::StatusOr<Value> Read(Context& context, const Value& config) final {
    ASSIGN_OR_RETURN(M typed, this->model().Decode(config));
    RETURN_IF_ERROR(ReadModel(context, typed));
    return this->model().Encode(typed);
  }

 protected:
  // `model` is the configuration, wholly known; fills in what is computed.
  virtual absl::Status ReadModel(Context& context, M& model) = 0;
};

}  // namespace spcs::tf
