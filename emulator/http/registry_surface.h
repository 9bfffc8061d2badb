// SPDX-License-Identifier: MPL-2.0
// The image registry as a surface of the emulator: logins, fault rules and counters around registry::Registry.
// EmulatorServer owns one. Fault rules see "REGISTRY <METHOD>" as the kind and the image's path as the object.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/engine/engine.h"
#include "emulator/http/authenticator.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/faults.h"
#include "emulator/http/message.h"
#include "emulator/http/sql_api.h"
#include "emulator/http/stats.h"
#include "emulator/registry/registry.h"

namespace spcs::emulator_http {

// Thread-safe.
class RegistrySurface {
 public:
  // Everything here must outlive the surface.
  struct Parts {
    engine::Engine& engine;
    const Authenticator& authenticator;
    const DriverSessions& sessions;
    Faults& faults;
    Stats& stats;
    absl::Duration latency = absl::ZeroDuration();
  };
  // Keeps its content under `data_dir`/registry.
  static absl::StatusOr<std::unique_ptr<RegistrySurface>> Open(const Parts& parts, const std::string& data_dir);

  HttpReply Handle(const HttpRequest& request, Peer& peer, RequestNotes& notes);

  registry::Registry& registry() { return *registry_; }

 private:
  explicit RegistrySurface(const Parts& parts) : parts_(parts) {}

  Parts parts_;
  std::unique_ptr<registry::Registry> registry_;
};

}  // namespace spcs::emulator_http
