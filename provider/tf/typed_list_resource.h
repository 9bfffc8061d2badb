// SPDX-License-Identifier: MPL-2.0
// A list resource whose filters are a struct. Only the conversion between struct and Value happens here.
#pragma once

#include <string>

#include "provider/tf/list_resource.h"
#include "provider/tf/typed.h"

namespace spcs::tf {

template <class M>
class TypedListResource : public Typed<ListResource, M> {
 public:
  using Typed<ListResource, M>::Typed;

  absl::Status List(Context& context, const Value& config, const ListSink& sink) final {
    ASSIGN_OR_RETURN(const M typed, this->model().Decode(config));
    return ListModel(context, typed, sink);
  }

 protected:
  virtual absl::Status ListModel(Context& context, const M& filter, const ListSink& sink) = 0;
};

}  // namespace spcs::tf
