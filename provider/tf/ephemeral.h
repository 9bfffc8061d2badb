// SPDX-License-Identifier: MPL-2.0
// What an ephemeral resource is to the framework: a value that exists while a command of the client runs and reaches
// neither plan nor state. Written on a struct of its own with TypedEphemeral (typed_ephemeral.h).
#pragma once

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "provider/tf/resource.h"

namespace spcs::tf {

// `context.private_state` of Open() reaches Renew() and Close(). The client holds it in memory only, yet no secret
// belongs there.
class EphemeralResource {
 public:
  virtual ~EphemeralResource() = default;
  virtual const std::string& type_name() const = 0;
  virtual std::string noun() const = 0;
  virtual const Schema& schema() const = 0;

  // Checks beyond the attributes' own validators. `config` may have unknown parts.
  virtual void Validate(const Value& config, Diagnostics& diagnostics) const;

  struct Opened {
    Value result;  // wholly known
    // When Renew() has to be called for the result to stay valid; nullopt: never.
    std::optional<absl::Time> renew_at = std::nullopt;
  };
  // `config` is wholly known: the client waits with the opening until it is.
  virtual absl::StatusOr<Opened> Open(Context& context, const Value& config) = 0;
  // Keeps the result valid; the time of the next renewal.
  virtual absl::StatusOr<std::optional<absl::Time>> Renew(Context& context);
  // Gives back what Open() made. Both clients leave it out when something that uses the result failed.
  virtual absl::Status Close(Context& context);
  // The process is about to end: gives back whatever was opened and not closed, within a second or so. Not called when
  // the process is killed: what is made has to end by itself too.
  virtual void GiveBack(Context& context);
};

}  // namespace spcs::tf
