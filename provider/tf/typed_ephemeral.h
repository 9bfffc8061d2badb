// SPDX-License-Identifier: MPL-2.0
// An ephemeral resource written on its own struct. Only the conversion between struct and Value happens here.
#pragma once

#include <optional>
#include <string>

#include "provider/tf/ephemeral.h"
#include "provider/tf/typed.h"

namespace spcs::tf {

template <class M>
class TypedEphemeral : public Typed<EphemeralResource, M> {
 public:
  using Typed<EphemeralResource, M>::Typed;

  absl::StatusOr<EphemeralResource::Opened> Open(Context& context, const Value& config) final {
    ASSIGN_OR_RETURN(M typed, this->model().Decode(config));
    ASSIGN_OR_RETURN(const std::optional<absl::Time> renew_at, OpenModel(context, typed));
    return EphemeralResource::Opened{.result = this->model().Encode(typed), .renew_at = renew_at};
  }

 protected:
  // `model` is the configuration; fills in what is computed. Returns when to renew.
  virtual absl::StatusOr<std::optional<absl::Time>> OpenModel(Context& context, M& model) = 0;
};

}  // namespace spcs::tf
