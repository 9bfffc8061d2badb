// SPDX-License-Identifier: MPL-2.0
// What an action is to the framework: something done to objects on demand that leaves no state, for clients that have
// actions (Terraform 1.14 and later). Written on a struct with TypedAction (typed_action.h).
#pragma once

#include <functional>
#include <string>

#include "provider/tf/resource.h"

namespace spcs::tf {

// Tells the user how far the action is: one sentence.
using Progress = std::function<void(const std::string& message)>;

class Action {
 public:
  virtual ~Action() = default;
  virtual const std::string& type_name() const = 0;
  // What it does, to follow "Cannot": "suspend compute pool".
  virtual std::string verb() const = 0;
  virtual const Schema& schema() const = 0;

  virtual void Validate(const Value& config, Diagnostics& diagnostics) const;
  // Looks ahead while the client plans; errors refuse the action. `config` may have unknown parts.
  virtual absl::Status Plan(Context& context, const Value& config);
  // `config` is wholly known.
  virtual absl::Status Invoke(Context& context, const Value& config, const Progress& progress) = 0;
};

}  // namespace spcs::tf
