// SPDX-License-Identifier: MPL-2.0
// An action whose configuration is a struct. Only the conversion between struct and Value happens here.
#pragma once

#include <string>

#include "provider/tf/action.h"
#include "provider/tf/typed.h"

namespace spcs::tf {

template <class M>
class TypedAction : public Typed<Action, M> {
 public:
  using Typed<Action, M>::Typed;

  absl::Status Invoke(Context& context, const Value& config, const Progress& progress) final {
    ASSIGN_OR_RETURN(const M typed, this->model().Decode(config));
    return InvokeModel(context, typed, progress);
  }

 protected:
  virtual absl::Status InvokeModel(Context& context, const M& config, const Progress& progress) = 0;
};

}  // namespace spcs::tf
